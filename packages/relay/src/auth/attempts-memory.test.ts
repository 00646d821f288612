import { FakeClock } from '@oriel/testing/fake-clock';
import { beforeEach, describe, expect, it } from 'vitest';
import { Attempts, MAX_ACCOUNT_FAILURES, MAX_REMEMBERED } from './attempts.ts';

let clock: FakeClock;
let attempts: Attempts;
beforeEach(() => {
	clock = new FakeClock();
	attempts = new Attempts(clock);
});

/** Another address each time. */
const stranger = (number: number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;

function fail(address: string, times: number, account?: string): void {
	for (let count = 0; count < times; count++) attempts.failed(address, account);
}

describe('what is remembered of guessing', () => {
	it('is as many addresses as the limit says, no fewer', () => {
		fail('192.0.2.1', 8);
		for (let count = 0; count < MAX_REMEMBERED - 1; count++) attempts.failed(stranger(count));
		expect(attempts.waitSeconds('192.0.2.1')).toBe(300);
		attempts.failed(stranger(MAX_REMEMBERED));
		expect(attempts.waitSeconds('192.0.2.1')).toBe(0);
	});

	it('is kept longest of those who failed last, whenever they failed first', () => {
		fail('192.0.2.1', 7);
		for (let count = 0; count < MAX_REMEMBERED - 1; count++) attempts.failed(stranger(count));
		fail('192.0.2.1', 1);
		for (let count = 0; count < MAX_REMEMBERED - 1; count++) attempts.failed(stranger(MAX_REMEMBERED + count));
		expect(attempts.waitSeconds('192.0.2.1')).toBe(300);
	});

	it('is nothing of those whose tries were right: they push out no other', () => {
		fail('192.0.2.1', 8, 'ada');
		for (let count = 0; count < MAX_REMEMBERED + 1; count++) {
			attempts.failed(stranger(count), `person ${count}`);
			attempts.succeeded(stranger(count), `person ${count}`);
		}
		expect(attempts.waitSeconds('192.0.2.1')).toBe(300);
	});

	it('loses one wrong try by each right one, and no more', () => {
		fail('192.0.2.1', 2);
		attempts.succeeded('192.0.2.1');
		fail('192.0.2.1', 7);
		expect(attempts.waitSeconds('192.0.2.1')).toBe(300);
	});
});

describe('an account', () => {
	it('that people sign in to all day is not one that is attacked', () => {
		for (let count = 0; count < 2 * MAX_ACCOUNT_FAILURES; count++) {
			attempts.failed(stranger(count), 'ada');
			attempts.succeeded(stranger(count), 'ada');
		}
		attempts.failed('192.0.2.1', 'ada');
		expect(attempts.waitSeconds('192.0.2.1', 'ada')).toBe(0);
	});

	it('is attacked from the hundredth wrong try on, and no longer when five minutes have passed', () => {
		for (let count = 0; count < MAX_ACCOUNT_FAILURES - 2; count++) attempts.failed(stranger(count), 'ada');
		attempts.failed('192.0.2.1', 'ada');
		expect(attempts.waitSeconds('192.0.2.1', 'ada')).toBe(0);
		attempts.failed('192.0.2.2', 'ada');
		expect(attempts.waitSeconds('192.0.2.1', 'ada')).toBe(300);
		clock.advance(300_000);
		attempts.failed('192.0.2.1', 'ada');
		expect(attempts.waitSeconds('192.0.2.1', 'ada')).toBe(0);
	});

	it('and the address count apart', () => {
		fail('192.0.2.1', 8, 'ada');
		expect(attempts.waitSeconds('192.0.2.1')).toBe(300);
		attempts.succeeded('192.0.2.1', 'ada');
		expect(attempts.waitSeconds('192.0.2.1', 'ada')).toBe(0);
	});
});
