import type { EncodedFrame, FrameQueueLimits } from '@oriel/stream';
import { describe, expect, it } from 'vitest';
import { aFrame } from './a-frame.ts';

/** A reader that may not skip, as the suite drives it. */
export interface LosslessReader {
	push(frame: EncodedFrame): void;
	/** Lets the reader work until nothing waits; what it has got, in its order. */
	drain(): (EncodedFrame | undefined)[];
	/** Of the first frame of each gap that it has reported. */
	readonly gaps: readonly number[];
}

/** What every reader keeps that may not skip: a recorder, a muxer of segments, another relay. */
export function readerSuite(name: string, open: (limits: FrameQueueLimits) => LosslessReader): void {
	describe(`${name}, which may not skip,`, () => {
		const frame = (sequence: number, key: boolean) =>
			aFrame({ sequence, key, capturedAt: sequence, data: new Uint8Array(10) });

		it('gets every frame once, in order, across the end of the numbers', () => {
			const reader = open({ maxFrames: 100, maxBytes: 100_000 });
			const numbers = [0xffff_fffe, 0xffff_ffff, 0, 1, 2];
			for (const [index, sequence] of numbers.entries()) reader.push(frame(sequence, index === 0));
			expect(reader.drain().map((each) => each?.sequence)).toEqual(numbers);
			expect(reader.gaps).toEqual([]);
		});

		it('reports each gap once, never gives out a frame that cannot be decoded, and marks where it goes on', () => {
			const reader = open({ maxFrames: 4, maxBytes: 100_000 });
			for (let sequence = 0; sequence < 8; sequence++) reader.push(frame(sequence, sequence === 0));
			const before = reader.drain().map((each) => each?.sequence);
			expect(before).toEqual([0, 1, 2, 3]);
			for (let sequence = 8; sequence < 12; sequence++) reader.push(frame(sequence, sequence === 10));
			const behind = reader.drain();
			expect(behind.map((each) => each?.sequence)).toEqual([10, 11]);
			expect(behind.map((each) => each?.discontinuity)).toEqual([true, false]);
			expect(reader.gaps).toEqual([4]);
		});
	});
}
