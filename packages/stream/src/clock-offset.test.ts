import type { Micros } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockOffset, type PingExchange } from './clock-offset.ts';

interface Path {
	/** Our clock when the ping leaves. */
	readonly at: Micros;
	/** Peer's clock minus ours. */
	readonly ahead: Micros;
	readonly out: Micros;
	readonly back: Micros;
	readonly thinking?: Micros;
}

function exchange({ at, ahead, out, back, thinking = 0 }: Path): PingExchange {
	const receivedAt = at + out + ahead;
	return { pingSentAt: at, receivedAt, sentAt: receivedAt + thinking, pongArrivedAt: at + out + thinking + back };
}

const delay = fc.integer({ min: 0, max: 500_000 });

describe('ClockOffset', () => {
	it('knows nothing before the first exchange', () => {
		const clock = new ClockOffset();
		expect([clock.offset, clock.roundTrip, clock.toOurs(5)]).toEqual([undefined, undefined, undefined]);
	});

	it('is exact on a symmetric path, however long the peer thinks', () => {
		const clock = new ClockOffset();
		clock.add(exchange({ at: 1000, ahead: -77_000, out: 40_000, back: 40_000, thinking: 9_000_000 }));
		expect(clock.offset).toBe(-77_000);
		expect(clock.roundTrip).toBe(80_000);
		expect(clock.toOurs(23_000)).toBe(100_000);
	});

	it('is wrong by at most half its round trip on an asymmetric one', () => {
		const ahead = 123_456;
		fc.assert(
			fc.property(fc.array(fc.tuple(delay, delay), { minLength: 1, maxLength: 40 }), (delays) => {
				const clock = new ClockOffset();
				for (const [index, [out, back]] of delays.entries()) clock.add(exchange({ at: index * 1e6, ahead, out, back }));
				expect(Math.abs((clock.offset ?? Number.NaN) - ahead)).toBeLessThanOrEqual((clock.roundTrip ?? 0) / 2);
			}),
		);
	});

	it('believes the exchange with the lowest round trip', () => {
		const clock = new ClockOffset();
		clock.add(exchange({ at: 0, ahead: 0, out: 300_000, back: 10_000 }));
		clock.add(exchange({ at: 1e6, ahead: 0, out: 12_000, back: 10_000 }));
		clock.add(exchange({ at: 2e6, ahead: 0, out: 10_000, back: 200_000 }));
		expect(clock.offset).toBe(1000);
		expect(clock.roundTrip).toBe(22_000);
	});

	it('follows a drift of 100 ppm within 8 ms, through jitter of 40', () => {
		const clock = new ClockOffset();
		for (let second = 0; second < 3600; second += 2) {
			const ahead = second * 100;
			const jitter = ((second * 7919) % 40) * 1000;
			clock.add(exchange({ at: second * 1e6, ahead, out: 5000 + jitter, back: 5000 }));
			expect(Math.abs((clock.offset ?? Number.NaN) - ahead)).toBeLessThanOrEqual(8000);
		}
	});

	it('sees at once a step that no delay can explain', () => {
		const clock = new ClockOffset();
		for (let at = 0; at < 20e6; at += 1e6) clock.add(exchange({ at, ahead: 0, out: 1000, back: 1000 }));
		clock.add(exchange({ at: 20e6, ahead: 3_600_000_000, out: 90_000, back: 90_000 }));
		expect(clock.offset).toBe(3_600_000_000);
	});

	it('gets over a small step, which a delay might explain, within its window', () => {
		const clock = new ClockOffset();
		clock.add(exchange({ at: 0, ahead: 0, out: 1000, back: 1000 }));
		for (let at = 1e6; at <= 15e6; at += 1e6) clock.add(exchange({ at, ahead: 40_000, out: 50_000, back: 50_000 }));
		expect(clock.offset).toBe(0);
		clock.add(exchange({ at: 16e6, ahead: 40_000, out: 50_000, back: 50_000 }));
		expect(clock.offset).toBe(40_000);
	});

	it('ignores an exchange that cannot be', () => {
		const clock = new ClockOffset();
		clock.add({ pingSentAt: 100, receivedAt: 0, sentAt: 500, pongArrivedAt: 200 });
		expect(clock.offset).toBeUndefined();
	});
});
