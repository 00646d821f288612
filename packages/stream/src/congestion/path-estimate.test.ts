import { describe, expect, it } from 'vitest';
import { type AckSample, PathEstimate } from './path-estimate.ts';

const MS = 1000;
const S = 1e6;

/** A picture that had a path of so many milliseconds to itself, at 250 bytes a millisecond (2 Mbit/s). */
function alone(bytes: number, roundTripMs = 20, bytesPerMs = 250): AckSample {
	const took = (roundTripMs + bytes / bytesPerMs) * MS;
	return { bytes, took, isAlone: true, delivered: bytes, within: took, pacingOffset: 0, held: 0 };
}

/** One that came behind another: it took longer, and arrived as long after the other as its bytes take. */
function behind(bytes: number, waitedMs: number, pacingOffset = waitedMs): AckSample {
	const { took } = alone(bytes);
	const within = (bytes / 250) * MS;
	return {
		bytes,
		took: took + waitedMs * MS,
		isAlone: false,
		delivered: bytes,
		within,
		pacingOffset: pacingOffset * MS,
		held: 0,
	};
}

describe('PathEstimate', () => {
	it('knows nothing before the first acknowledgement', () => {
		const path = new PathEstimate();
		expect([path.rate, path.roundTrip, path.expected(1000)]).toEqual([undefined, 0, 0]);
		expect(path.isStale(3600 * S)).toBe(false);
	});

	it('tells rate and round trip apart as soon as one picture follows another without a gap', () => {
		const path = new PathEstimate();
		path.add(alone(25_000), 0);
		expect(path.roundTrip).toBe(0);
		path.add(behind(25_000, 30), 100 * MS);
		expect(path.rate).toBeCloseTo(0.25);
		expect(path.roundTrip).toBeCloseTo(20 * MS);
		expect(path.expected(50_000)).toBeCloseTo(220 * MS);
	});

	it('does not think less of a path to which little is sent', () => {
		const path = new PathEstimate();
		path.add(alone(25_000), 0);
		path.add(behind(25_000, 30), 100 * MS);
		for (let index = 1; index < 20; index++) path.add(alone(1000), index * S);
		expect(path.rate).toBeCloseTo(0.25);
	});

	it('believes less when pictures come late, and what arrives then', () => {
		const path = new PathEstimate();
		path.add(alone(25_000), 0);
		path.add(behind(25_000, 30), 100 * MS);
		for (let index = 1; index < 8; index++) path.add(alone(25_000, 20, 125), index * S);
		expect(path.rate).toBeGreaterThan(0.1);
		expect(path.rate).toBeLessThan(0.14);
	});

	it('takes back step by step what a picture shows that comes before its time', () => {
		const path = new PathEstimate();
		path.add(alone(25_000, 200, 2500), 0);
		path.add({ ...behind(25_000, 5), took: 215 * MS, within: 10 * MS }, 20 * MS);
		for (let index = 1; index < 10; index++) path.add(alone(25_000, 200, 125), index * 400 * MS);
		const low = path.rate ?? 0;
		path.add(alone(25_000, 200, 2500), 5 * S);
		expect(path.rate).toBeCloseTo(1.2 * low);
		for (let index = 0; index < 20; index++) path.add(alone(25_000, 200, 2500), 5 * S);
		expect(path.rate).toBeGreaterThan(0.9);
		expect(path.rate).toBeLessThan(2.6);
	});

	it('wants the round trip measured again when nothing came near it for ten seconds, and only by a lone picture', () => {
		const path = new PathEstimate();
		path.add(alone(1000), 0);
		expect(path.isStale(10 * S)).toBe(false);
		path.add(alone(1000, 20), 5 * S);
		expect(path.isStale(14 * S)).toBe(false);
		path.add(alone(1000, 120), 15 * S);
		path.add({ ...alone(1000, 120), isAlone: false }, 16 * S);
		expect(path.isStale(16 * S)).toBe(true);
		path.add(alone(1000, 120), 17 * S);
		expect(path.isStale(17 * S)).toBe(false);
		expect(path.expected(0)).toBeGreaterThan(20 * MS);
	});

	it('takes back no more than a picture shows', () => {
		const path = new PathEstimate();
		path.add(alone(25_000, 200, 2500), 0);
		path.add({ ...behind(25_000, 5), took: 215 * MS, within: 10 * MS }, 20 * MS);
		for (let index = 1; index < 10; index++) path.add(alone(25_000, 200, 125), index * 400 * MS);
		const low = path.rate ?? 0;
		const { roundTrip } = path;
		// A little before its time by more than jitter: its own rate is below what may be taken back.
		const took = path.expected(25_000) - 17 * MS;
		path.add({ ...alone(25_000), took, within: took }, 5 * S);
		expect(path.rate).toBeCloseTo(25_000 / (took - roundTrip));
		expect(path.rate).toBeGreaterThan(low);
		expect(path.rate).toBeLessThan(1.2 * low);
	});

	it('counts as late what took longer than its time, its pacingOffset and jitter, and not what waited on purpose', () => {
		const path = new PathEstimate();
		path.add(alone(25_000), 0);
		path.add(behind(25_000, 30), 100 * MS);
		const took = path.expected(25_000);
		expect(path.isLate({ bytes: 25_000, took: took + 17 * MS, pacingOffset: 0 })).toBe(true);
		expect(path.isLate({ bytes: 25_000, took: took + 15 * MS, pacingOffset: 0 })).toBe(false);
		expect(path.isLate({ bytes: 25_000, took: took + 45 * MS, pacingOffset: 30 * MS })).toBe(false);
		expect(path.isLate({ bytes: 25_000, took: took + 47 * MS, pacingOffset: 30 * MS })).toBe(true);
	});

	it('takes a quicker picture for the length of the path at once', () => {
		const path = new PathEstimate();
		path.add(alone(25_000, 80), 0);
		path.add({ ...behind(25_000, 30), took: 210 * MS }, 100 * MS);
		const { roundTrip } = path;
		path.add(alone(25_000, 20), 200 * MS);
		expect(path.roundTrip).toBeCloseTo(120 * MS - 25_000 / (path.rate ?? 0));
		expect(path.roundTrip).toBeLessThan(roundTrip);
	});

	it.each([
		['is late by less than a tenth', 1000, 109, true],
		['is late by more', 1000, 111, false],
		['is twice as large, whose bytes may be what took the time', 2000, 104, false],
	])(
		'the length of the path is confirmed by a picture that %s: %d bytes in %d ms',
		(_name, bytes, took, isConfirmed) => {
			const path = new PathEstimate();
			const sample = { isAlone: false, pacingOffset: 0 };
			path.add({ ...sample, bytes: 1000, took: 100 * MS, delivered: 1000, within: 100 * MS }, 0);
			path.add({ ...sample, bytes, took: took * MS, delivered: bytes, within: took * MS }, 5 * S);
			expect(path.isStale(10 * S + 1)).toBe(!isConfirmed);
		},
	);
});
