import { FakeClock } from '@oriel/testing/fake-clock';
import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

it('allows a burst, then the rate, and never saves up more than the burst', () => {
	const clock = new FakeClock();
	const bucket = new TokenBucket(clock, { perSecond: 10, burst: 3 });
	const spent = () => {
		let count = 0;
		while (bucket.take()) count++;
		return count;
	};
	expect(bucket.isFull).toBe(true);
	expect(spent()).toBe(3);
	expect(bucket.isFull).toBe(false);
	expect(bucket.secondsUntil()).toBeCloseTo(0.1);
	clock.advance(100);
	expect(spent()).toBe(1);
	clock.advance(10_000);
	expect(spent()).toBe(3);
	clock.advance(200);
	expect([bucket.take(3), bucket.take(2), bucket.take(0)]).toEqual([false, true, true]);
});
