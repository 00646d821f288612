import { micros } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import { BUFFER_OVERHEAD } from '../memory/limits.ts';
import type { Frame } from './frame.ts';
import { Group, MAX_GROUP_BYTES, MAX_GROUP_FRAMES } from './group.ts';

function frame(sequence: number, key: boolean, { at = sequence, bytes = 10 } = {}): Frame {
	return { camera: 1, sequence: sequence >>> 0, key, capturedAt: at, receivedAt: at, payload: new Uint8Array(bytes) };
}

/** What somebody gets who starts with nothing and takes all there is. */
function allOf(group: Group, last?: number): number[] {
	const taken: number[] = [];
	for (let next = group.after(last); next; next = group.after(taken.at(-1))) taken.push(next.sequence);
	return taken;
}

describe('a group', () => {
	it('gives a newcomer everything from the key frame on', () => {
		const group = new Group();
		for (const [sequence, key] of [
			[5, true],
			[6, false],
			[7, false],
		] as const)
			group.add(frame(sequence, key));
		expect(allOf(group)).toEqual([5, 6, 7]);
		expect(allOf(group, 6)).toEqual([7]);
		expect(allOf(group, 7)).toEqual([]);
	});

	it('of a camera that has gone is its key frame, for whoever has not got that yet', () => {
		const group = new Group();
		for (const sequence of [5, 6, 7]) group.add(frame(sequence, sequence === 5, { bytes: 100 }));
		group.keepKeyAlone();
		expect([allOf(group), allOf(group, 3), allOf(group, 5), allOf(group, 6)]).toEqual([[5], [5], [], []]);
		expect([group.held, group.isCut]).toEqual([100 + BUFFER_OVERHEAD, false]);
		expect(group.add(frame(8, false))).toBe(false);
		group.keepKeyAlone();
		expect(allOf(group)).toEqual([5]);
		group.add(frame(9, true));
		expect(allOf(group)).toEqual([9]);
	});

	it('that nobody may join stays so when its camera goes', () => {
		const group = new Group();
		group.add(frame(5, true));
		group.retire();
		group.keepKeyAlone();
		expect([allOf(group), group.key?.sequence]).toEqual([[], 5]);
	});

	it('of JPEGs is always the newest alone, whoever asks', () => {
		const group = new Group();
		for (let sequence = 1; sequence <= 9; sequence++) group.add(frame(sequence, true));
		expect([allOf(group), allOf(group, 3), allOf(group, 8), allOf(group, 9)]).toEqual([[9], [9], [9], []]);
	});

	it('refuses what nobody could decode: deltas before the first key frame, and after a seal', () => {
		const group = new Group();
		expect(group.add(frame(1, false))).toBe(false);
		group.add(frame(1, true));
		group.seal();
		expect(group.add(frame(2, false))).toBe(false);
		expect(allOf(group), 'what was there before the seal can still be joined').toEqual([1]);
		expect(group.add(frame(2, true))).toBe(true);
		expect(allOf(group)).toEqual([2]);
	});

	it('goes on over the end of the sequence numbers', () => {
		const group = new Group();
		group.add(frame(0xffff_fffe, true));
		group.add(frame(0xffff_ffff, false));
		group.add(frame(0x1_0000_0000, false));
		expect(allOf(group)).toEqual([0xffff_fffe, 0xffff_ffff, 0]);
	});

	it.each([
		['frames', MAX_GROUP_FRAMES + 1, {}],
		['bytes', 5, { bytes: MAX_GROUP_BYTES / 4 }],
	])(
		'that outgrows its limit of %s goes on for those who follow; who comes gets its key frame',
		(_, count, options) => {
			const { bytes = 1 } = options as { bytes?: number };
			const group = new Group();
			for (let sequence = 0; sequence < count; sequence++) group.add(frame(sequence, sequence === 0, { bytes }));
			expect(allOf(group)).toEqual([0]);
			expect(group.isCut).toBe(true);
			expect(group.after(0), 'who had the key frame and missed what followed').toBeUndefined();
			expect(group.after(count - 2)?.sequence).toBe(count - 1);
			group.add(frame(count, true));
			expect(group.after(undefined)?.sequence).toBe(count);
			expect(group.after(0)?.sequence).toBe(count);
			expect(group.isCut).toBe(false);
		},
	);

	it('is kept whole where key frames come every 25 s, at ten pictures a second or at one in ten seconds', () => {
		for (const interval of [micros(100), micros(10_000)]) {
			const group = new Group();
			for (let sequence = 0; sequence < 250; sequence++) {
				group.add(frame(sequence, sequence === 0, { at: sequence * interval }));
			}
			expect(allOf(group)).toHaveLength(250);
		}
	});

	it('counts the memory of what it keeps, with the copies that were made of it, also of a key frame that stands apart', () => {
		const group = new Group();
		const frames = [frame(0, true, { bytes: 1000 }), ...[1, 2, 3].map((at) => frame(at, false, { bytes: 100 }))];
		for (const each of frames) group.add(each);
		const [key, , , newest] = frames as [Frame, Frame, Frame, Frame];
		expect([group.held, group.spare]).toEqual([1300 + 4 * BUFFER_OVERHEAD, 200 + 2 * BUFFER_OVERHEAD]);
		for (const each of frames) group.copied(each, each.payload.length);
		expect([group.held, group.spare]).toEqual([2600 + 8 * BUFFER_OVERHEAD, 400 + 4 * BUFFER_OVERHEAD]);
		group.shorten();
		expect([group.held, group.spare]).toEqual([2400 + 6 * BUFFER_OVERHEAD, 200 + 2 * BUFFER_OVERHEAD]);
		group.copied(key, 50);
		group.shorten();
		expect([group.held, group.spare]).toEqual([2250 + 5 * BUFFER_OVERHEAD, 0]);
		group.shorten();
		expect(group.after(2)).toBe(newest);
		group.retire();
		expect(group.held).toBe(2050 + 3 * BUFFER_OVERHEAD);
		group.clear();
		expect(group.held).toBe(0);
	});
});
