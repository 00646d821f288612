import { type Simulation, simulate } from '@oriel/testing/agent/simulated-uplink';
import { seeded } from '@oriel/testing/simulated-link';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANGE_EVERY } from './adaptation.ts';

const HOUR = 3600;
const MEGABIT = 1e6;

/** A phone's link: around `mean`, with slow swings, fades and gaps. */
function mobile(mean: number, seed: number): (second: number) => number {
	const random = seeded(seed);
	let level = 1;
	let gap = 0;
	return () => {
		level = Math.min(2.5, Math.max(0.15, level * Math.exp(0.35 * (random() - 0.5)) + 0.02 * (1 - level)));
		if (gap > 0) gap--;
		else if (random() < 0.004) gap = Math.ceil(8 * random());
		return gap > 0 ? 0 : mean * level;
	};
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function gaps({ decisions }: Simulation): number[] {
	return decisions.slice(1).map(({ at }, index) => at - (decisions[index]?.at ?? 0));
}

describe('a source on an uplink that carries all', () => {
	it('is left alone', () => {
		expect(simulate({ full: 2 * MEGABIT, carries: () => 2.05 * MEGABIT }, HOUR).decisions).toEqual([]);
	});

	it('is left alone through a short dip, and through gaps in which nothing comes over', () => {
		const dip = (second: number) => (second % 60 < 3 ? 0.3 * MEGABIT : 5 * MEGABIT);
		expect(simulate({ full: 2 * MEGABIT, carries: dip }, HOUR).decisions).toEqual([]);
		const tunnel = (second: number) => (second % 90 < 12 ? 0 : 5 * MEGABIT);
		expect(simulate({ full: 2 * MEGABIT, carries: tunnel }, HOUR).decisions).toEqual([]);
	});
});

describe('a source on an uplink that carries less', () => {
	it('sends within seconds what the uplink carries, and the words have its numbers', () => {
		const { decisions, shares } = simulate({ full: 2 * MEGABIT, carries: () => 1.1 * MEGABIT }, 29);
		expect(decisions).toHaveLength(1);
		const [first] = decisions;
		expect(first).toMatchObject({ why: 'too-little', at: 5 });
		expect(first?.carried).toBeCloseTo(1.1 * MEGABIT, -4);
		expect(first?.full).toBeCloseTo(2 * MEGABIT, -4);
		expect(first?.limit).toBeCloseTo(0.935 * MEGABIT, -4);
		expect(mean(shares.slice(-10))).toBe(1);
	});

	it('tries for more less and less often when each try fails', () => {
		const run = simulate({ full: 2 * MEGABIT, carries: () => 1.1 * MEGABIT }, 2 * HOUR);
		const tries = run.decisions.filter(({ why }) => why === 'try').map(({ at }) => at);
		const waits = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
		expect(waits[0]).toBeLessThan(120);
		expect(waits.at(-1)).toBeGreaterThan(880);
		expect(tries.length).toBeLessThanOrEqual(12);
		expect(mean(run.shares)).toBeGreaterThan(0.99);
	});

	it('takes back everything when the uplink does, step by step', () => {
		const carries = (second: number) => (second < 120 ? 0.6 * MEGABIT : 6 * MEGABIT);
		const { limits, decisions } = simulate({ full: 2 * MEGABIT, carries }, 400);
		expect(limits[20]).toBeLessThan(0.6 * MEGABIT);
		const back = limits.indexOf(undefined, 120);
		expect(back - 120).toBeLessThan(240);
		expect(decisions.at(-1)).toMatchObject({ why: 'try', limit: undefined });
		expect(decisions.length).toBeLessThanOrEqual(9);
	});

	it('never sends less than the floor', () => {
		const run = simulate({ full: 2 * MEGABIT, floor: 500_000, carries: () => 100_000 }, HOUR);
		expect(Math.min(...run.limits.map((limit) => limit ?? MEGABIT))).toBe(500_000);
		expect(run.decisions).toHaveLength(1);
		const small = simulate({ full: 400_000, floor: 500_000, carries: () => 100_000 }, HOUR);
		expect(small.decisions, 'it makes less than the floor already').toEqual([]);
	});

	it('of JPEGs is left alone while enough of them come over, each fresh', () => {
		const jpeg = { codec: 'jpeg', full: 12 * MEGABIT, fps: 30 } as const;
		expect(simulate({ ...jpeg, carries: () => 2.5 * MEGABIT }, HOUR).decisions).toEqual([]);
		const run = simulate({ ...jpeg, carries: () => MEGABIT }, 120);
		expect(run.decisions[0]).toMatchObject({ why: 'too-little', at: 14 });
		expect(run.shares[30]).toBe(1);
	});

	it('that does not do as told is not told indefinitely', () => {
		const run = simulate({ full: 2 * MEGABIT, carries: () => MEGABIT, isDeaf: true }, HOUR);
		expect(run.decisions.map(({ why }) => why).slice(0, 3)).toEqual(['too-little', 'too-little', 'unheeded']);
		expect(run.decisions.length).toBeLessThanOrEqual(6);
	});

	it('is not judged by what was before a pause', () => {
		const isWatched = (second: number) => second % 10 < 5;
		expect(simulate({ full: 2 * MEGABIT, carries: () => MEGABIT, isWatched }, HOUR).decisions).toEqual([]);
	});
});

describe('a phone’s link', () => {
	it.each([0.7, 1, 1.5, 2, 3, 5])(
		'that carries %d Mbit/s or so does not make it restart again and again',
		(megabits) => {
			const runs = [1, 2, 3, 4, 5].map((seed) =>
				simulate({ full: 2 * MEGABIT, carries: mobile(megabits * MEGABIT, seed) }, HOUR),
			);
			for (const { decisions, shares } of runs) {
				expect(decisions.length).toBeLessThanOrEqual(36);
				expect(shares.filter((share) => share < 0.9).length / shares.length).toBeLessThan(0.08);
			}
			expect(mean(runs.map(({ decisions }) => decisions.length))).toBeLessThanOrEqual(25);
		},
	);
});

it('follows a link that dies for three minutes and comes back, five times an hour, without going to and fro between', () => {
	const cycle = [...Array<number>(493).fill(8 * MEGABIT), ...Array<number>(182).fill(10_000)];
	const run = simulate({ codec: 'jpeg', full: 12 * MEGABIT, carries: (second) => cycle[second % 675] ?? 0 }, HOUR);
	const lowered = run.limits.filter(
		(limit, at) => (limit ?? Number.POSITIVE_INFINITY) < (run.limits[at - 1] ?? Number.POSITIVE_INFINITY),
	);
	expect(run.decisions.length).toBeLessThanOrEqual(45);
	// Down in a few steps each time the link dies, and never while it lives.
	expect(lowered.length).toBeLessThanOrEqual(5 * 4);
});

it('changes at most once in 20 s, never flaps and stays within its limits, whatever the uplink does', () => {
	const steps = fc.array(
		fc.record({ lasts: fc.integer({ min: 1, max: 400 }), megabits: fc.double({ min: 0, max: 8, noNaN: true }) }),
		{
			minLength: 1,
			maxLength: 40,
		},
	);
	const rate = fc.double({ min: 0.4, max: 12, noNaN: true });
	fc.assert(
		fc.property(steps, rate, fc.constantFrom('jpeg', 'h264'), (plan, megabits, codec) => {
			const seconds = plan.flatMap(({ lasts, megabits: carried }) => Array<number>(lasts).fill(carried * MEGABIT));
			const carries = (second: number) => seconds[second % seconds.length] ?? 0;
			const run = simulate({ codec, full: megabits * MEGABIT, carries }, HOUR);
			expect(Math.min(Number.POSITIVE_INFINITY, ...gaps(run))).toBeGreaterThanOrEqual(CHANGE_EVERY / 1e6);
			const limits = run.limits.filter((limit) => limit !== undefined);
			expect(Math.min(Number.POSITIVE_INFINITY, ...limits)).toBeGreaterThanOrEqual(300_000);
			expect(Math.max(0, ...limits)).toBeLessThanOrEqual(megabits * MEGABIT);
			// A link that dies for three minutes and comes back five times an hour asks for 45: down, and up step by step.
			expect(run.decisions.length).toBeLessThanOrEqual(60);
		}),
		{ seed: 18, numRuns: 40, endOnFailure: true },
	);
});
