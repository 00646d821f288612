import { micros } from '@oriel/base';
import { expect, it } from 'vitest';
import { aFrame } from '../rehearsal/a-frame.ts';
import { h264Units, spoiltUnit } from '../rehearsal/h264-units.ts';
import { FragmentMaker } from './fragment-maker.ts';

const [key = spoiltUnit(), delta = spoiltUnit()] = h264Units(2);
const [smaller = spoiltUnit()] = h264Units(1, 32, 32);

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
