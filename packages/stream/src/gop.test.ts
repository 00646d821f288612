import { micros } from '@oriel/base';
import { aFrame } from '@oriel/testing/a-frame';
import { describe, expect, it } from 'vitest';
import type { EncodedFrame } from './encoded-frame.ts';
import { Gop } from './gop.ts';

const BUFFER_OVERHEAD = 96;
const MAX_GOP_FRAMES = 1500;
const MAX_GOP_BYTES = 16 * 1024 * 1024;
const TRIMMED = {
	maxFrames: MAX_GOP_FRAMES,
	maxBytes: MAX_GOP_BYTES,
	overflow: 'trim',
	overheadBytes: BUFFER_OVERHEAD,
} as const;

function frame(sequence: number, key: boolean, { at = sequence, bytes = 10 } = {}): EncodedFrame {
	return aFrame({ sequence: sequence >>> 0, key, capturedAt: at, receivedAt: at, data: new Uint8Array(bytes) });
}

/** What a reader gets that starts with nothing and takes all there is. */
function allOf(gop: Gop, last?: number): number[] {
	const taken: number[] = [];
	for (let next = gop.after(last); next; next = gop.after(taken.at(-1))) taken.push(next.sequence);
	return taken;
}

describe('a GOP', () => {
	it('gives a newcomer everything from the key frame on', () => {
		const gop = new Gop(TRIMMED);
		for (const [sequence, key] of [
			[5, true],
			[6, false],
			[7, false],
		] as const)
			gop.add(frame(sequence, key));
		expect(allOf(gop)).toEqual([5, 6, 7]);
		expect(allOf(gop, 6)).toEqual([7]);
		expect(allOf(gop, 7)).toEqual([]);
	});

	it('of a camera that has gone is its key frame, for readers that do not have it yet', () => {
		const gop = new Gop(TRIMMED);
		for (const sequence of [5, 6, 7]) gop.add(frame(sequence, sequence === 5, { bytes: 100 }));
		gop.keepKeyAlone();
		expect([allOf(gop), allOf(gop, 3), allOf(gop, 5), allOf(gop, 6)]).toEqual([[5], [5], [], []]);
		expect([gop.held, gop.isCut]).toEqual([100 + BUFFER_OVERHEAD, false]);
		expect(gop.add(frame(8, false))).toBe(false);
		gop.keepKeyAlone();
		expect(allOf(gop)).toEqual([5]);
		gop.add(frame(9, true));
		expect(allOf(gop)).toEqual([9]);
	});

	it('that no reader may join stays so when its camera goes', () => {
		const gop = new Gop(TRIMMED);
		gop.add(frame(5, true));
		gop.retire();
		gop.keepKeyAlone();
		expect([allOf(gop), gop.key?.sequence]).toEqual([[], 5]);
	});

	it('of JPEGs is always the newest alone, for every reader', () => {
		const gop = new Gop(TRIMMED);
		for (let sequence = 1; sequence <= 9; sequence++) gop.add(frame(sequence, true));
		expect([allOf(gop), allOf(gop, 3), allOf(gop, 8), allOf(gop, 9)]).toEqual([[9], [9], [9], []]);
	});

	it('refuses what cannot be decoded: deltas before the first key frame, and after a seal', () => {
		const gop = new Gop(TRIMMED);
		expect(gop.add(frame(1, false))).toBe(false);
		gop.add(frame(1, true));
		gop.seal();
		expect(gop.add(frame(2, false))).toBe(false);
		expect(allOf(gop), 'what was there before the seal can still be joined').toEqual([1]);
		expect(gop.add(frame(2, true))).toBe(true);
		expect(allOf(gop)).toEqual([2]);
	});

	it('goes on over the end of the sequence numbers', () => {
		const gop = new Gop(TRIMMED);
		gop.add(frame(0xffff_fffe, true));
		gop.add(frame(0xffff_ffff, false));
		gop.add(frame(0x1_0000_0000, false));
		expect(allOf(gop)).toEqual([0xffff_fffe, 0xffff_ffff, 0]);
	});

	it.each([
		['frames', MAX_GOP_FRAMES + 1, {}],
		['bytes', 5, { bytes: MAX_GOP_BYTES / 4 }],
	])(
		'that outgrows its limit of %s goes on for those who follow; who comes gets its key frame',
		(_, count, options) => {
			const { bytes = 1 } = options as { bytes?: number };
			const gop = new Gop(TRIMMED);
			for (let sequence = 0; sequence < count; sequence++) gop.add(frame(sequence, sequence === 0, { bytes }));
			expect(allOf(gop)).toEqual([0]);
			expect(gop.isCut).toBe(true);
			expect(gop.after(0), 'who had the key frame and missed what followed').toBeUndefined();
			expect(gop.after(count - 2)?.sequence).toBe(count - 1);
			gop.add(frame(count, true));
			expect(gop.after(undefined)?.sequence).toBe(count);
			expect(gop.after(0)?.sequence).toBe(count);
			expect(gop.isCut).toBe(false);
		},
	);

	it('is kept whole where key frames come every 25 s, at ten pictures a second or at one in ten seconds', () => {
		for (const interval of [micros(100), micros(10_000)]) {
			const gop = new Gop(TRIMMED);
			for (let sequence = 0; sequence < 250; sequence++) {
				gop.add(frame(sequence, sequence === 0, { at: sequence * interval }));
			}
			expect(allOf(gop)).toHaveLength(250);
		}
	});

	it('counts the memory of what it keeps, with the copies that were made of it, also of a key frame that stands apart', () => {
		const gop = new Gop(TRIMMED);
		const frames = [frame(0, true, { bytes: 1000 }), ...[1, 2, 3].map((at) => frame(at, false, { bytes: 100 }))];
		for (const each of frames) gop.add(each);
		const [key, , , newest] = frames as [EncodedFrame, EncodedFrame, EncodedFrame, EncodedFrame];
		expect([gop.held, gop.spare]).toEqual([1300 + 4 * BUFFER_OVERHEAD, 200 + 2 * BUFFER_OVERHEAD]);
		for (const each of frames) gop.onCopied(each, each.data.length);
		expect([gop.held, gop.spare]).toEqual([2600 + 8 * BUFFER_OVERHEAD, 400 + 4 * BUFFER_OVERHEAD]);
		gop.trim();
		expect([gop.held, gop.spare]).toEqual([2400 + 6 * BUFFER_OVERHEAD, 200 + 2 * BUFFER_OVERHEAD]);
		gop.onCopied(key, 50);
		gop.trim();
		expect([gop.held, gop.spare]).toEqual([2250 + 5 * BUFFER_OVERHEAD, 0]);
		gop.trim();
		expect(gop.after(2)).toBe(newest);
		gop.retire();
		expect(gop.held).toBe(2050 + 3 * BUFFER_OVERHEAD);
		gop.clear();
		expect(gop.held).toBe(0);
	});
});
