import { micros } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { type LinkShape, SimulatedLink, seeded } from '@oriel/testing/simulated-link';
import { type Camera, h264, MJPEG, SimulatedSender } from '@oriel/testing/simulated-sender';
import { describe, expect, it } from 'vitest';
import { CongestionController } from './congestion-controller.ts';

const MS = 1000;
const FAST: LinkShape = { outMs: 1, backMs: 1, bitsPerSecond: 100e6, jitterMs: 2 };
const CAMERAS: readonly (readonly [string, Camera])[] = [
	['MJPEG', MJPEG],
	['H.264', h264(3e6)],
];

/** What comes of a link whose receiver does nothing for `busyMs`, then all that waits, again and again. */
function run(shape: LinkShape, camera: Camera, busyMs: number, tells: boolean) {
	const link = new SimulatedLink(shape, new FakeClock(), seeded(1));
	const sender = new SimulatedSender(link, camera, { busyMs, tells });
	link.clock.advance(30_000);
	return { sender, account: sender.account(20_000) };
}

describe.each(CAMERAS)('a receiver of %s', (_, camera) => {
	it.each([80, 150])('that is busy for %d ms at a time and says so gets every picture', (busyMs) => {
		const { account, sender } = run(FAST, camera, busyMs, true);
		expect(account.fps).toBeGreaterThan(camera.fps - 0.5);
		expect(account.worstAge).toBeLessThan(50);
		expect(sender.flow.bytes).toBeLessThan(300_000);
	});

	it('that says nothing cannot be told from a queue on the path, and gets fewer', () => {
		expect(run(FAST, camera, 150, false).account.fps).toBeLessThan(0.85 * camera.fps);
	});

	it('that is busy behind a slow link is no reason for a queue there of more than a quarter of a second', () => {
		const slow = { ...FAST, outMs: 10, backMs: 10, bitsPerSecond: 2e6 };
		const { account } = run(slow, camera, 100, true);
		expect(account.bitsPerSecond).toBeGreaterThan(1.8e6);
		expect(account.queue).toBeLessThan(250);
	});
});

it('does not take the word of a receiver for how fast or how long the path is', () => {
	const flow = new CongestionController();
	const honest = new CongestionController();
	for (let index = 0; index < 20; index++) {
		for (const [each, held] of [
			[flow, 90],
			[honest, 0],
		] as const) {
			each.onSent(index, 25_000, index * 1000 * MS);
			each.onAck(index, (index * 1000 + 100) * MS, micros(held));
		}
	}
	expect(flow.deliveryRate).toBe(honest.deliveryRate);
});
