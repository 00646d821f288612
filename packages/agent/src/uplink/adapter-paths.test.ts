import { aFrame } from '@oriel/testing/a-frame';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { SimulatedLink } from '@oriel/testing/simulated-link';
import { describe, expect, it } from 'vitest';
import { Adapter } from './adapter.ts';
import { SendQueue } from './send-queue.ts';

const FULL = 2_000_000;
const BYTES = new Uint8Array(100_000);

/** A camera of 25 pictures a second and a key frame each second, its send queue, and a link with all its queues. */
function setUp(bitsPerSecond: number, roundTripMs: number) {
	const clock = new FakeClock();
	const link = new SimulatedLink({ outMs: roundTripMs / 2, backMs: roundTripMs / 2, bitsPerSecond }, clock);
	const shown: { readonly at: number; readonly age: number }[] = [];
	const limits: (number | undefined)[] = [];
	const line = {
		bufferedBytes: 0,
		send(picture: { sequence?: number; capturedAt: number; data: Uint8Array }) {
			const arrived = () => shown.push({ at: link.now, age: (clock.now() - picture.capturedAt) / 1000 });
			link.send(picture.data.length, arrived, () => queue.onAck(picture.sequence ?? 0));
		},
	};
	const queue = new SendQueue({ line, clock, keyWanted: () => undefined });
	let rate = FULL;
	let darkUntil = 0;
	const source = {
		capabilities: ['bitrate'],
		limit(limit: number | undefined) {
			limits.push(limit);
			rate = limit ?? FULL;
			darkUntil = link.now + 1500;
			turn = 0;
		},
	};
	const uplink = {
		get traffic() {
			const { traffic } = queue;
			return traffic && { ...traffic, connection: 1 };
		},
		limited: () => undefined,
	};
	let sequence = 0;
	let turn = 0;
	clock.every(40, () => {
		if (link.now < darkUntil) return;
		const key = turn++ % 25 === 0;
		const data = BYTES.subarray(0, Math.round((rate / 8 / 28) * (key ? 4 : 1)));
		queue.offer(aFrame({ key, sequence: sequence++, capturedAt: clock.now(), data }));
	});
	new Adapter({ source, uplink, codec: () => 'h264', floor: 300_000, clock, log: new RecordingLog() }).start();
	const last = (ms: number) => shown.filter(({ at }) => at > link.now - ms);
	return { clock, link, limits, last };
}

describe.each([20, 200])('a camera on a link of %d ms', (roundTrip) => {
	it('is left alone where the link carries it', () => {
		const { clock, limits } = setUp(4_000_000, roundTrip);
		clock.advance(120_000);
		expect(limits).toEqual([]);
	});

	it('is made to fit when the link narrows, stays fresh meanwhile, and gets everything back', () => {
		const { clock, link, limits, last } = setUp(8_000_000, roundTrip);
		clock.advance(20_000);
		link.shape = { ...link.shape, bitsPerSecond: 1_100_000 };
		clock.advance(20_000);
		expect(limits).toHaveLength(1);
		expect(limits[0]).toBeGreaterThan(700_000);
		expect(limits[0]).toBeLessThan(1_050_000);
		expect(Math.max(...last(18_000).map(({ age }) => age))).toBeLessThan(roundTrip / 2 + 1600);
		expect(last(4000).length).toBeGreaterThan(96);
		link.shape = { ...link.shape, bitsPerSecond: 8_000_000 };
		clock.advance(180_000);
		expect(limits.at(-1)).toBeUndefined();
		expect(limits.length).toBeLessThanOrEqual(5);
		expect(last(4000).length).toBeGreaterThan(96);
	});
});
