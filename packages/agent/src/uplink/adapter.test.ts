import { FakeClock } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { describe, expect, it } from 'vitest';
import { Adapter } from './adapter.ts';

const MEGABIT = 1e6;

/** An adapter whose uplink carries so much of what its source makes; the source does as told. */
function setUp(capabilities: readonly string[] = ['bitrate']) {
	const clock = new FakeClock();
	const limits: (number | undefined)[] = [];
	const words: (string | undefined)[] = [];
	const state = { carries: MEGABIT, made: 2 * MEGABIT, isWatched: true, connection: 1, isDeaf: false };
	const total = { madeFrames: 0, madeBytes: 0, sentFrames: 0, replacedFrames: 0, deliveredBytes: 0 };
	const source = {
		capabilities,
		limit(limit: number | undefined) {
			limits.push(limit);
			if (!state.isDeaf) state.made = limit ?? 2 * MEGABIT;
		},
	};
	const uplink = {
		get traffic() {
			if (!state.isWatched) return undefined;
			return { ...total, deliveryRate: state.carries, connection: state.connection };
		},
		limited(said: string | undefined) {
			if (said !== words.at(-1)) words.push(said);
		},
	};
	const adapter = new Adapter({ source, uplink, codec: () => 'h264', floor: 300_000, clock, log: new RecordingLog() });
	adapter.start();
	const run = (seconds: number) => {
		for (let second = 0; second < seconds; second++) {
			const share = Math.min(1, state.carries / state.made);
			total.madeFrames += 25;
			total.madeBytes += state.made / 8;
			total.sentFrames += 25 * share;
			total.replacedFrames += 25 * (1 - share);
			total.deliveredBytes += (state.made * share) / 8;
			clock.advance(1000);
		}
	};
	return { clock, state, limits, words, adapter, run };
}

describe('Adapter', () => {
	it('has the source send less when the uplink does not carry it, and says so when the source does', () => {
		const { run, limits, words } = setUp();
		run(8);
		expect(limits).toEqual([850_000]);
		expect(words).toEqual([]);
		run(8);
		expect(words).toEqual([
			'The camera’s uplink carries about 1.0 Mbit/s: pictures are sent at 0.85 instead of 2.0 Mbit/s.',
		]);
	});

	it('takes both back when the uplink carries everything', () => {
		const { run, state, limits, words } = setUp();
		run(20);
		state.carries = 10 * MEGABIT;
		run(120);
		expect(limits.at(-1)).toBeUndefined();
		expect(words.at(-1)).toBeUndefined();
		expect(words).toHaveLength(3);
	});

	it('changes nothing without viewers, nor with a source that cannot be told', () => {
		const resting = setUp();
		resting.state.isWatched = false;
		resting.run(300);
		expect(resting.limits).toEqual([]);
		const fixed = setUp(['key-frame']);
		fixed.run(300);
		expect(fixed.limits).toEqual([]);
		expect(fixed.clock.pending).toBe(0);
	});

	it('begins again with every connection', () => {
		const { run, state, limits } = setUp();
		for (let count = 0; count < 20; count++) {
			run(5);
			state.connection++;
		}
		expect(limits).toEqual([]);
	});

	it('never says of a source that does not heed it that it sends less', () => {
		const { run, state, limits, words } = setUp();
		state.isDeaf = true;
		run(600);
		expect(limits).toEqual([850_000, expect.any(Number), undefined]);
		expect(words).toEqual([]);
	});

	it('leaves no timer behind', () => {
		const { adapter, clock } = setUp();
		expect(clock.pending).toBe(1);
		adapter.stop();
		expect(clock.pending).toBe(0);
	});
});
