import { readFileSync } from 'node:fs';
import { micros } from '@oriel/base';
import { AccessUnitAssembler } from '@oriel/media';
import { h264Units, spoiltUnit } from '@oriel/testing/h264';
import { aFrame } from '@oriel/testing/web/a-frame';
import { expect, it } from 'vitest';
import { FragmentMaker } from './fragment-maker.ts';

const [key = spoiltUnit(), delta = spoiltUnit()] = h264Units('kd');
const [smaller = spoiltUnit()] = h264Units('k', 32, 32);

/** A key frame whose parameter sets say that frames come out of order. */
const [reordering] = new AccessUnitAssembler({ maxBytes: 1e6 }).push(
	readFileSync(new URL('../../../../../../test/vectors/cases/bframes.h264', import.meta.url)),
);

/** Groups as x264 makes them by default, then frames without any in between. */
const REORDERED = [0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11, 13, 14, 15, 16, 17, 18];

function making() {
	const maker = new FragmentMaker();
	return (data: Uint8Array, ms = 0) => maker.make(aFrame({ data, key: data !== delta, capturedAt: micros(ms) }));
}

/** The FourCCs of the outermost boxes. */
function boxesIn(bytes: Uint8Array | undefined): string[] {
	const names: string[] = [];
	const view = new DataView(bytes?.buffer ?? new ArrayBuffer(0));
	for (let at = 0; at < view.byteLength; at += view.getUint32(at)) {
		names.push(String.fromCharCode(...new Uint8Array(view.buffer, at + 4, 4)));
	}
	return names;
}

it('makes a fragment a picture, with a beginning before the first', () => {
	const make = making();
	const first = make(key, 1_000);
	expect(boxesIn(first?.init?.bytes)).toEqual(['ftyp', 'moov']);
	expect(boxesIn(first?.bytes)).toEqual(['moof', 'mdat']);
	const second = make(delta, 1_040);
	expect(second?.init).toBeUndefined();
	expect(boxesIn(second?.bytes)).toEqual(['moof', 'mdat']);
	expect([first?.from, second?.from]).toEqual([0, 40_000]);
});

it('begins again only when the parameter sets are others', () => {
	const make = making();
	expect(make(key)?.init?.codec).toMatch(/^avc1\.42/);
	expect(make(key, 40)?.init).toBeUndefined();
	expect(make(smaller, 80)?.init).toBeDefined();
});

it('makes nothing before a key frame that can be read, or after one that cannot', () => {
	const make = making();
	expect(make(delta)).toBeUndefined();
	expect(make(key)).toBeDefined();
	expect(make(spoiltUnit())).toBeUndefined();
	expect(make(delta)).toBeUndefined();
	expect(make(key)?.init).toBeDefined();
});

/** When a fragment's sample is decoded, and how long it is said to last. */
function decodingOf(bytes = new Uint8Array()): readonly [time: number, duration: number] {
	const view = new DataView(bytes.buffer);
	const behind = (name: string) => String.fromCharCode(...bytes.subarray(0, 200)).indexOf(name) + name.length;
	return [Number(view.getBigUint64(behind('tfdt') + 4)), view.getUint32(behind('trun') + 12)];
}

it.each([60, 300, 3_000])(
	'never decodes a picture so late that a media source takes it for a break: a pause of %d ms',
	(pause) => {
		const maker = new FragmentMaker();
		const decoded = REORDERED.map((place, index) => {
			const capturedAt = index * 40 + (place > 12 ? pause : 0);
			const offset = micros((place - index) * 40);
			const data = index === 0 ? new Uint8Array(reordering?.annexB ?? []) : delta;
			const picture = { data, key: index === 0, capturedAt: micros(capturedAt) };
			return decodingOf(maker.make(aFrame({ ...picture, presentationOffset: offset }))?.bytes);
		});
		decoded.slice(1).forEach(([time], index) => {
			const [before, duration] = decoded[index] ?? [0, 0];
			expect(time - before, `picture ${index + 1}`).toBeGreaterThan(0);
			expect(time - before, `picture ${index + 1}`).toBeLessThan(2 * duration);
		});
	},
);
