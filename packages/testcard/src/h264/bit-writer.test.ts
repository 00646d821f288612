import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../media/src/h264/bit-reader.ts';
import { BitWriter } from './bit-writer.ts';

describe('BitWriter', () => {
	it('writes what BitReader reads, and no start code within', () => {
		const field = fc.oneof(
			fc.record({ kind: fc.constant('bits' as const), count: fc.integer({ min: 1, max: 24 }), value: fc.nat() }),
			fc.record({ kind: fc.constant('ue' as const), count: fc.constant(0), value: fc.nat(2 ** 24 - 2) }),
			fc.record({
				kind: fc.constant('se' as const),
				count: fc.constant(0),
				value: fc.integer({ min: -5000, max: 5000 }),
			}),
			fc.record({ kind: fc.constant('bits' as const), count: fc.constant(24), value: fc.constant(0) }),
		);
		const opposites = fc.property(fc.array(field, { maxLength: 40 }), (fields) => {
			const write = new BitWriter(8);
			for (const { kind, count, value } of fields) {
				write.reserve(8);
				if (kind === 'bits') write.write(value % 2 ** count, count);
				else write[kind](value);
			}
			const nal = write.finish(0x67);
			for (let at = 2; at < nal.length; at++) {
				if (nal[at - 2] === 0 && nal[at - 1] === 0) expect(nal[at]).toBeGreaterThan(2);
			}
			const read = new BitReader(nal, 'bad-slice');
			for (const { kind, count, value } of fields) {
				if (kind === 'bits') expect(read.bits('field', count)).toBe(value % 2 ** count);
				else expect(read[kind]('field') + 0).toBe(value);
			}
			expect(read.flag('end')).toBe(true);
		});
		fc.assert(opposites, { seed: 83, numRuns: 300 });
	});

	it('forgets what was written behind a mark', () => {
		const write = new BitWriter(64);
		write.write(0b101, 3);
		const mark = write.mark();
		write.write(0xabcd, 16);
		write.rewind(mark);
		write.align();
		write.raw(Uint8Array.of(0, 0, 1));
		expect(write.written).toBe(32);
		expect(Array.from(write.finish(0x41))).toEqual([0x41, 0b1010_0000, 0, 0, 3, 1, 0x80]);
	});
});
