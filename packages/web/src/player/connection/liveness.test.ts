import { micros } from '@oriel/base';
import { expect, it } from 'vitest';
import { Liveness } from './liveness.ts';

const TICK = micros(500);
const seconds = (count: number) => micros(count * 1_000);

/** Asks every half second, as a connection does, and returns the second at which the answer was yes. */
function deathAfter(liveness: Liveness, from: number): number | undefined {
	for (let now = seconds(from); now <= seconds(from + 60); now += TICK)
		if (liveness.isDead(now, TICK)) return now / 1e6 - from;
	return undefined;
}

function alive(gaps: readonly number[]): { liveness: Liveness; now: number } {
	const liveness = new Liveness();
	liveness.begin(0);
	let now = 0;
	for (const gap of gaps) {
		now += gap;
		for (let check = now - gap; check <= now; check += 0.5) liveness.isDead(seconds(check), TICK);
		liveness.arrived(seconds(now));
	}
	return { liveness, now };
}

it('allows 5 s on a link that was never slow', () => {
	const { liveness, now } = alive([1, 1, 1]);
	expect(deathAfter(liveness, now)).toBe(5.5);
});

it('allows three times the longest gap of the last minute, and no more than 30 s', () => {
	const slow = alive([4, 1]);
	expect(deathAfter(slow.liveness, slow.now)).toBe(12.5);
	const slower = alive([4, 11, 1]);
	expect(deathAfter(slower.liveness, slower.now)).toBe(30.5);
});

it('forgets a gap after a minute', () => {
	const { liveness, now } = alive([4, ...Array.from({ length: 61 }, () => 1)]);
	expect(deathAfter(liveness, now)).toBe(5.5);
});

it('does not take its own sleep for the silence of the other', () => {
	const { liveness, now } = alive([1]);
	expect(liveness.isDead(seconds(now + 40), TICK)).toBe(false);
	expect(liveness.isDead(seconds(now + 41), TICK)).toBe(false);
	expect(liveness.isDead(seconds(now + 42), TICK)).toBe(true);
});
