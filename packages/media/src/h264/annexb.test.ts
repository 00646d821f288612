import { concat } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnnexBSplitter, annexBOf, nalUnitsOf } from './annexb.ts';

const of = (...bytes: readonly number[]) => Uint8Array.from(bytes);

function splitter(maxBytes = 1000): AnnexBSplitter {
	return new AnnexBSplitter({ maxBytes });
}

/** A unit as encoders make them: no start code within, no zero at its end. */
const nal = fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => {
	const body = Array.from(bytes, (byte) => byte % 5);
	for (let at = 2; at < body.length; at++) if (body[at - 1] === 0 && body[at - 2] === 0) body[at] = 3;
	return Uint8Array.from([0x41, ...body, 0x80]);
});

describe('AnnexBSplitter', () => {
	it('gives a unit when the next start code is there, of 3 bytes or 4', () => {
		const split = splitter();
		expect(split.push(of(0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 3))).toEqual([of(0x67, 1, 2)]);
		expect(split.pending).toEqual(of(0x68, 3));
		expect(split.push(of(0, 0))).toEqual([]);
		expect(split.push(of(0, 1))).toEqual([of(0x68, 3)]);
		expect(split.skippedBytes).toBe(0);
	});

	it('trims zeros at the end of a unit, however many', () => {
		const split = splitter();
		expect(split.push(of(0, 0, 1, 0x41, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0x41))).toEqual([of(0x41, 9)]);
		expect(split.skippedBytes).toBe(0);
	});

	it('leaves out empty units and those with a forbidden bit', () => {
		const split = splitter();
		expect(split.push(of(0, 0, 1, 0, 0, 1, 0x81, 5, 0, 0, 1, 0x41, 7, 0, 0, 1))).toEqual([of(0x41, 7)]);
		expect(split.forbiddenNals).toBe(1);
	});

	it('skips and counts what is before the first start code, zeros only if they belong to nothing', () => {
		const split = splitter();
		split.push(of(7, 0, 0, 7));
		split.push(of(0));
		split.push(of(0, 5, 0, 0, 0));
		split.push(of(0, 0, 1, 0x41));
		expect(split.skippedBytes).toBe(7);
		expect(split.pending).toEqual(of(0x41));
	});

	it('gives the pending unit on a flush, and the next start code still counts', () => {
		const split = splitter();
		split.push(of(0, 0, 0, 1, 0x41, 9, 0, 0));
		expect(split.flush()).toEqual(of(0x41, 9));
		expect(split.flush()).toBeUndefined();
		split.push(of(0, 1, 0x41, 8));
		expect(split.flush()).toEqual(of(0x41, 8));
		expect(split.skippedBytes).toBe(0);
	});

	it('counts what goes on after a flush as skipped', () => {
		const split = splitter();
		split.push(of(0, 0, 0, 1, 0x41, 9));
		split.flush();
		expect(split.push(of(4, 5, 6, 0, 0, 1, 0x41, 8, 0, 0, 1))).toEqual([of(0x41, 8)]);
		expect(split.skippedBytes).toBe(3);
	});

	it('gives units in bytes of their own', () => {
		const chunk = of(0, 0, 1, 0x41, 5, 0, 0, 1, 0x41);
		const split = splitter();
		const [first] = split.push(chunk);
		chunk.fill(0);
		split.push(of(9, 9, 9));
		expect(first).toEqual(of(0x41, 5));
	});

	it('gives the same for every way of cutting the stream', () => {
		const start = fc.constantFrom(of(0, 0, 1), of(0, 0, 0, 1), of(0, 0, 0, 0, 0, 1));
		const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 });
		const same = fc.property(fc.array(fc.tuple(start, nal)), cuts, (parts, sizes) => {
			const stream = concat([...parts.flat(), of(0, 0, 1)]);
			const split = splitter();
			const seen: Uint8Array[] = [];
			for (let at = 0, turn = 0; at < stream.length; turn++) {
				const size = sizes[turn % sizes.length] ?? 1;
				seen.push(...split.push(stream.subarray(at, at + size)));
				at += size;
			}
			expect(seen).toEqual(parts.map(([, unit]) => unit));
			expect([split.skippedBytes, split.pendingBytes]).toEqual([0, 0]);
			expect(nalUnitsOf(stream)).toEqual(seen);
		});
		fc.assert(same, { seed: 31, numRuns: 300 });
	});

	it('refuses a unit without end as soon as it is over the limit, and works on', () => {
		const split = splitter(100);
		split.push(of(0, 0, 1, 0x41));
		for (let turn = 0; turn < 9; turn++) split.push(new Uint8Array(11).fill(7));
		expect(split.pendingBytes).toBe(100);
		expect(() => split.push(of(7))).toThrow(expect.objectContaining({ code: 'picture-too-large' }));
		expect(split.pendingBytes).toBe(0);
		expect(split.push(of(7, 0, 0, 1, 0x41, 8, 0, 0, 1))).toEqual([of(0x41, 8)]);
		expect(split.skippedBytes).toBe(102);
		expect(() => split.push(new Uint8Array(200))).toThrow(expect.objectContaining({ code: 'picture-too-large' }));
	});
});

describe('annexBOf and nalUnitsOf', () => {
	it('are opposites', () => {
		const opposites = fc.property(fc.array(nal), (nals) => {
			expect(nalUnitsOf(annexBOf(nals))).toEqual(nals);
		});
		fc.assert(opposites, { seed: 32, numRuns: 100 });
		expect(nalUnitsOf(of())).toEqual([]);
		expect(nalUnitsOf(of(1, 2, 3))).toEqual([]);
	});
});
