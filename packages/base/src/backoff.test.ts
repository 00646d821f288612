import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

function outage(random: number) {
	const clock = new FakeClock();
	return { clock, backoff: new Backoff({ minMs: 200, maxMs: 15_000, share: 0.05, clock, random: () => random }) };
}

describe('Backoff', () => {
	it('starts at the shortest wait, with at most half of it taken away by jitter', () => {
		expect(outage(0).backoff.next()).toBe(100);
		expect(outage(0.999).backoff.next()).toBeCloseTo(200, 0);
	});

	it('waits a twentieth of the outage, so that 20 s of it are noticed within 1 s of their end', () => {
		const { clock, backoff } = outage(1);
		backoff.next();
		clock.advance(20_000);
		expect(backoff.next()).toBe(1000);
	});

	it('never waits longer than its limit', () => {
		const { clock, backoff } = outage(1);
		backoff.next();
		clock.advance(86_400_000);
		expect(backoff.next()).toBe(15_000);
	});

	it('begins again after a reset', () => {
		const { clock, backoff } = outage(1);
		backoff.next();
		clock.advance(60_000);
		backoff.reset();
		expect(backoff.next()).toBe(200);
	});
});
