import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { Buckets, MAX_BUCKETS } from './buckets.ts';
import { CONNECTIONS_PER_SECOND, ConnectionRate, MAX_CONNECTION_BURST } from './connection-rate.ts';

describe('the rate of connections', () => {
	it('lets a crowd come back at once, and then no more than so many a second of each network', () => {
		const clock = new FakeClock();
		const rate = new ConnectionRate(clock, (address) => address === '10.0.0.1');
		const admitted = (count: number, address: string) =>
			Array.from({ length: count }, () => rate.admits(address)).filter(Boolean).length;
		expect(admitted(MAX_CONNECTION_BURST + 10, '192.0.2.1')).toBe(MAX_CONNECTION_BURST);
		clock.advance(1000);
		expect(admitted(MAX_CONNECTION_BURST, '192.0.2.1')).toBe(CONNECTIONS_PER_SECOND);
		expect(rate.admits('192.0.2.2')).toBe(true);
		expect(admitted(MAX_CONNECTION_BURST, '2001:db8::1') + admitted(10, '2001:db8::2')).toBe(MAX_CONNECTION_BURST);
		expect(admitted(2 * MAX_CONNECTION_BURST, '10.0.0.1')).toBe(2 * MAX_CONNECTION_BURST);
		expect(rate.admits(undefined)).toBe(true);
	});
});

describe('Buckets', () => {
	it('forget the one that was used longest ago, and no other', () => {
		const buckets = new Buckets(new FakeClock(), { perSecond: 1, burst: 1 });
		for (let key = 0; key < MAX_BUCKETS; key++) buckets.of(String(key)).take();
		expect(buckets.of('0').take()).toBe(false);
		buckets.of('one more');
		expect(buckets.size).toBe(MAX_BUCKETS);
		expect(buckets.of('0').take()).toBe(false);
		expect(buckets.of('1').take()).toBe(true);
	});
});
