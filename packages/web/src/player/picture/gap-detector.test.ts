import { H264 } from '@oriel/testing/a-frame';
import { aFrame } from '@oriel/testing/web/a-frame';
import { expect, it } from 'vitest';
import { GapDetector } from './gap-detector.ts';

function follow() {
	const gapDetector = new GapDetector();
	const check = (sequence: number, key = false, discontinuity = false) => {
		return gapDetector.check(aFrame({ sequence, key, discontinuity, format: H264, capturedAt: sequence * 40_000 }));
	};
	return { gapDetector, check };
}

const continuous = { kind: 'continuous' };
const withheld = { kind: 'withheld' };

it('begins with a key frame', () => {
	const { check } = follow();
	expect(check(6)).toEqual(withheld);
	expect(check(7, true)).toEqual(continuous);
	expect(check(8)).toEqual(continuous);
});

it('tells what was skipped to a key frame', () => {
	const { check } = follow();
	check(1, true);
	expect(check(31, true)).toEqual({ kind: 'skipped', pictures: 29, spanMs: 1_200 });
	expect(check(32)).toEqual(continuous);
	expect(check(33, true)).toEqual(continuous);
});

it('withholds what follows a gap, and counts it to what was skipped', () => {
	const { check } = follow();
	check(1, true);
	expect([check(3), check(4)]).toEqual([withheld, withheld]);
	expect(check(5, true)).toEqual({ kind: 'skipped', pictures: 3, spanMs: 160 });
});

it('withholds a delta that comes twice or too late', () => {
	const { check } = follow();
	check(1, true);
	check(2);
	expect(check(2)).toEqual(withheld);
	expect(check(3)).toEqual(withheld);
});

it('counts modulo 2^32', () => {
	const { check } = follow();
	check(4_294_967_294, true);
	expect(check(4_294_967_295)).toEqual(continuous);
	expect(check(0)).toEqual(continuous);
	expect(check(4, true)).toMatchObject({ kind: 'skipped', pictures: 3, spanMs: 0 + 160 });
});

it('finds nothing missing when a group begins again, or another run', () => {
	const { check } = follow();
	check(10, true);
	check(11);
	expect([check(10, true), check(11), check(12)]).toEqual([continuous, continuous, continuous]);
	expect(check(13, false, true)).toEqual(withheld);
	expect(check(90, true, true)).toEqual(continuous);
});

it('misses nothing that was not asked for', () => {
	const { gapDetector, check } = follow();
	check(1, true);
	gapDetector.pause();
	expect(check(2)).toEqual(withheld);
	expect(check(100, true)).toEqual(continuous);
});
