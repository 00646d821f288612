import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameMeter } from './frame-meter.ts';

interface Shape {
	readonly opcode: number;
	readonly isLast: boolean;
	readonly length: number;
	readonly isMasked: boolean;
}

function frame({ opcode, isLast, length, isMasked }: Shape): Buffer {
	const mask = isMasked ? 0x80 : 0;
	const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
	head[0] = (isLast ? 0x80 : 0) | opcode;
	head[1] = mask | (length < 126 ? length : length < 65_536 ? 126 : 127);
	if (head.length === 4) head.writeUInt16BE(length, 2);
	if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
	// What is inside must not matter, not even if it looks like a frame.
	return Buffer.concat([head, Buffer.alloc(isMasked ? 4 : 0, 0x81), Buffer.alloc(length, 0x82)]);
}

/** Frames without a message of their own. */
function isExtra({ opcode, isLast, length }: Shape): boolean {
	if (opcode >= 8) return opcode !== 8;
	return length === 0 || ((opcode === 0 || !isLast) && length < 1024);
}

const shape: fc.Arbitrary<Shape> = fc.record({
	opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
	isLast: fc.boolean(),
	length: fc.constantFrom(0, 1, 125, 126, 1023, 1024, 65_535, 65_536),
	isMasked: fc.boolean(),
});

describe('FrameMeter', () => {
	it('stops behind so many frames, and counts those without a message, however the bytes are cut', () => {
		fc.assert(
			fc.property(
				fc.array(shape, { maxLength: 20 }),
				fc.infiniteStream(fc.integer({ min: 1, max: 50_000 })),
				(shapes, cuts) => {
					const frames = shapes.map(frame);
					const bytes = Buffer.concat(frames);
					const meter = new FrameMeter();
					let extra = 0;
					for (let from = 0; from < bytes.length; ) {
						const [cut = 1] = cuts.take(1);
						const chunk = bytes.subarray(from, from + cut);
						for (let at = 0; at < chunk.length; extra += meter.extra) at = meter.advance(chunk, at, 3);
						from += chunk.length;
					}
					expect(extra).toBe(shapes.filter(isExtra).length);
					const third = frames.slice(0, 3).reduce((sum, { length }) => sum + length, 0);
					expect(new FrameMeter().advance(bytes, 0, 3)).toBe(third);
				},
			),
			{ numRuns: 200, seed: 1 },
		);
	});

	it('survives a length that nothing can hold', () => {
		const head = Buffer.from([0x82, 0xff, ...Array<number>(8).fill(0xff)]);
		const meter = new FrameMeter();
		expect(meter.advance(head, 0, 16)).toBe(10);
		expect(meter.advance(Buffer.alloc(1000), 0, 16)).toBe(1000);
	});
});
