import { type Micros, micros } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockOffset } from './clock-offset.ts';

const SECOND = micros(1000);

interface World {
	/** Parts per million by which the peer's clock runs faster than ours. */
	readonly drift: number;
	/** Lowest delay out and back. */
	readonly out: Micros;
	readonly back: Micros;
	/** Most that a packet waits for no reason, on each way. */
	readonly jitter: Micros;
	/** What waits on the way back (the camera's uplink) at true time `t`. */
	readonly queue?: (t: Micros) => Micros;
	/** Peer's clock is set forward by so much at true time `at`; less than 0: back, or it stood still for so long. */
	readonly step?: { readonly at: Micros; readonly by: Micros };
	/** The same of our clock. */
	readonly ourStep?: { readonly at: Micros; readonly by: Micros };
	/** Time between pings. */
	readonly every?: Micros;
	readonly seed: number;
}

/** Runs pings for `seconds` and hands each moment's error of the offset to `look`, ten times a second. */
function run(world: World, seconds: number, look: (error: Micros, t: Micros) => void): void {
	const { drift, out, back, jitter, queue = () => 0, step, ourStep, every = 2 * SECOND, seed } = world;
	const random = xorshift(seed);
	const shift = (t: Micros, change: World['step']) => (change && t >= change.at ? change.by : 0);
	const ours = (t: Micros) => 9_000_000_000 + t + shift(t, ourStep);
	const theirs = (t: Micros) => 5_000_000_000_000 + t * (1 + drift * 1e-6) + shift(t, step);
	const clock = new ClockOffset();
	const pongs: { readonly at: Micros; readonly arrive: () => void }[] = [];
	let nextPing = 0;
	for (let t = 0; t <= seconds * SECOND; t += SECOND / 10) {
		if (t >= nextPing) {
			nextPing += every;
			const there = t + out + random() * jitter;
			const here = there + back + random() * jitter + queue(there);
			pongs.push({
				at: here,
				arrive: () => {
					const answered = Math.round(theirs(there));
					const [pingSentAt, pongArrivedAt] = [Math.round(ours(t)), Math.round(ours(here))];
					clock.add({ pingSentAt, receivedAt: answered, sentAt: answered, pongArrivedAt });
				},
			});
		}
		while (pongs[0] && pongs[0].at <= t) pongs.shift()?.arrive();
		if (clock.offset !== undefined) look(clock.offset - (theirs(t) - ours(t)), t);
	}
}

function xorshift(seed: number): () => number {
	let state = seed | 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 2 ** 32;
	};
}

function worst(world: World, from: number, to: number): number {
	let most = 0;
	run(world, to, (error, t) => {
		if (t >= from * SECOND) most = Math.max(most, Math.abs(error));
	});
	return most / 1000;
}

const seed = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const drift = fc.integer({ min: -200, max: 200 });
const way = fc.integer({ min: 100, max: 40_000 });

describe('the offset of two clocks over a modelled path', () => {
	it('is within 50 ms of the truth over jitter and drift, from the fifth second on, for ten minutes', () => {
		const paths = fc.record({ drift, out: way, back: way, jitter: fc.integer({ min: 0, max: 40_000 }), seed });
		fc.assert(
			fc.property(paths, (world) => {
				expect(worst(world, 5, 600)).toBeLessThan(50);
			}),
			{ seed: 21, numRuns: 40 },
		);
	});

	it('is not pulled by an uplink that fills up for twenty seconds and empties again', () => {
		const paths = fc.record({ drift, out: way, jitter: fc.integer({ min: 0, max: 8000 }), seed });
		fc.assert(
			fc.property(paths, fc.integer({ min: 50_000, max: 4_000_000 }), ({ out, ...rest }, depth) => {
				const phase = (t: Micros) => (t / SECOND) % 25;
				const queue = (t: Micros) => (phase(t) < 20 ? (depth * phase(t)) / 20 : 0);
				expect(worst({ ...rest, out, back: out, queue }, 5, 300)).toBeLessThan(20);
			}),
			{ seed: 22, numRuns: 40 },
		);
	});

	it('is wrong by no more than half of what waits, if that never drains', () => {
		const queue = () => 300_000;
		expect(worst({ drift: 100, out: 5000, back: 5000, jitter: 20_000, queue, seed: 5 }, 5, 120)).toBeLessThan(165);
	});

	it.each([
		['an hour forward', 3600],
		['an hour back', -3600],
		['from 1970 to now', 1_795_000_000],
		['back to 1970', -1_795_000_000],
		['by a second: the machine was suspended', -1],
		['by 200 ms', 0.2],
	])('survives a step of the peer %s within five seconds, at either end', (_words, by) => {
		const change = fc.integer({ min: 20_000, max: 80_000 }).map((ms) => ({ at: micros(ms), by: by * SECOND }));
		const paths = fc.record({ drift, out: way, back: way, jitter: fc.integer({ min: 0, max: 20_000 }), seed });
		fc.assert(
			fc.property(paths, change, fc.boolean(), (path, step, isOurs) => {
				const world = isOurs ? { ...path, ourStep: step } : { ...path, step };
				let worstMs = 0;
				run(world, 120, (error, t) => {
					const isSettled = t >= 5 * SECOND && (t < step.at || t >= step.at + 5 * SECOND);
					if (isSettled) worstMs = Math.max(worstMs, Math.abs(error) / 1000);
				});
				expect(worstMs).toBeLessThan(50);
			}),
			{ seed: 23, numRuns: 30 },
		);
	});

	it('survives a step in the middle of a bloated uplink', () => {
		const queue = (t: Micros) => (t > 30 * SECOND && t < 60 * SECOND ? 1_500_000 : 0);
		const step = { at: 45 * SECOND, by: 3600 * SECOND };
		const world = { drift: 50, out: 10_000, back: 10_000, jitter: 5000, queue, step, seed: 9 };
		expect(worst(world, 50, 60)).toBeLessThan(765);
		expect(worst(world, 64, 200)).toBeLessThan(15);
	});

	it('follows at one ping a second too, as a page asks', () => {
		const step = { at: 40 * SECOND, by: -7 * SECOND };
		const world = { drift: -100, out: 30_000, back: 20_000, jitter: 10_000, step, every: SECOND, seed: 3 };
		expect(worst(world, 43, 200)).toBeLessThan(20);
	});
});
