import { FakeClock } from '@oriel/testing/fake-clock';
import { expect, it } from 'vitest';
import { LoopLag } from './loop-lag.ts';

it('is nothing while timers are on time', () => {
	const clock = new FakeClock();
	const lag = new LoopLag(clock);
	const seen: number[] = [];
	for (let ms = 0; ms < 1000; ms += 7) {
		clock.advance(7);
		seen.push(lag.ms);
	}
	expect(new Set(seen)).toEqual(new Set([0]));
	lag.stop();
	expect(clock.pending).toBe(0);
});

it('bounds how long what is handled late has waited, before the late timer and for a second after it', () => {
	const clock = new FakeClock();
	const lag = new LoopLag(clock);
	clock.advance(20);
	clock.block(200);
	expect(lag.ms).toBe(220);
	clock.advance(0);
	expect(lag.ms).toBe(220);
	clock.advance(500);
	clock.block(100);
	expect(lag.ms).toBe(220);
	clock.advance(400);
	expect(lag.ms).toBe(220);
	clock.advance(1);
	expect(lag.ms).toBe(0);
});

it('makes nothing of a timer that is a little late', () => {
	const clock = new FakeClock();
	const lag = new LoopLag(clock);
	clock.block(60);
	expect(lag.ms).toBe(0);
	clock.block(1);
	expect(lag.ms).toBe(61);
});
