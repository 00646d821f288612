import { FakeClock } from '@oriel/testing/fake-clock';
import { beforeEach, describe, expect, it } from 'vitest';
import { Attempts } from './attempts.ts';

let clock: FakeClock;
let attempts: Attempts;

beforeEach(() => {
	clock = new FakeClock();
	attempts = new Attempts(clock);
});

function fail(address: string, times: number): void {
	for (let count = 0; count < times; count++) attempts.failed(address);
}

describe('guessing', () => {
	it('has eight tries, then a wait of five minutes after the last', () => {
		fail('192.0.2.1', 7);
		expect(attempts.waitSeconds('192.0.2.1')).toBe(0);
		fail('192.0.2.1', 1);
		expect(attempts.waitSeconds('192.0.2.1')).toBe(300);
		clock.advance(299_500);
		expect(attempts.waitSeconds('192.0.2.1')).toBe(1);
		clock.advance(500);
		expect(attempts.waitSeconds('192.0.2.1')).toBe(0);
	});

	it('of one address does not lock out another, and a success takes back only itself', () => {
		fail('192.0.2.1', 8);
		expect(attempts.waitSeconds('192.0.2.2')).toBe(0);
		attempts.succeeded('192.0.2.1');
		expect(attempts.waitSeconds('192.0.2.1')).toBe(0);
		fail('192.0.2.1', 1);
		expect(attempts.waitSeconds('192.0.2.1')).toBe(300);
	});

	it('at one account from ever new addresses leaves each one try; a caller that has not guessed still gets in', () => {
		for (let count = 0; count < 100; count++) attempts.failed(`10.0.0.${count}`, 'ada');
		expect(attempts.waitSeconds('10.0.0.7', 'ada')).toBe(300);
		expect(attempts.waitSeconds('10.0.0.7', 'bob')).toBe(0);
		expect(attempts.waitSeconds('192.0.2.1', 'ada')).toBe(0);
		clock.advance(300_000);
		expect(attempts.waitSeconds('10.0.0.7', 'ada')).toBe(0);
	});

	it('is forgotten when it was long ago', () => {
		fail('192.0.2.1', 7);
		clock.advance(300_000);
		fail('192.0.2.1', 7);
		expect(attempts.waitSeconds('192.0.2.1')).toBe(0);
	});

	it.each([
		['2001:db8:1:2::1', '2001:db8:1:2:ffff:1:2:3', true],
		['2001:db8::1', '2001:db8:0:0:1::', true],
		['::1', '::2', true],
		['2001:db8:1:2::1', '2001:db8:1:3::1', false],
		['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
	])('from %s counts for %s: %s, for IPv6 hands out whole /64 networks', (one, other, together) => {
		fail(one, 8);
		expect(attempts.waitSeconds(other) > 0).toBe(together);
	});

	it('from ever new addresses fills no memory: the oldest is forgotten', () => {
		fail('192.0.2.1', 8);
		for (let count = 0; count < 10_000; count++)
			attempts.failed(`10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`);
		expect(attempts.waitSeconds('192.0.2.1')).toBe(0);
		fail('10.0.0.200', 7);
		expect(attempts.waitSeconds('10.0.0.200')).toBeGreaterThan(0);
	});
});
