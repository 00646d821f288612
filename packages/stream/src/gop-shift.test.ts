import { aFrame } from '@oriel/testing/a-frame';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EncodedFrame } from './encoded-frame.ts';
import { Gop } from './gop.ts';

const MAX_FRAMES = 150;
const MAX_BYTES = 8 * 1024 * 1024;

function frame(sequence: number, key: boolean, bytes = 10): EncodedFrame {
	return aFrame({ sequence, key, capturedAt: sequence, data: new Uint8Array(bytes) });
}

function empty(): Gop {
	return new Gop({ maxFrames: MAX_FRAMES, maxBytes: MAX_BYTES, overflow: 'drop' });
}

/** Takes all there is. */
function all(gop: Gop): number[] {
	const taken: number[] = [];
	for (let next = gop.shift(); next; next = gop.shift()) taken.push(next.sequence);
	return taken;
}

function filled(kinds: string): Gop {
	const gop = empty();
	Array.from(kinds, (kind, sequence) => gop.add(frame(sequence, kind === 'k')));
	return gop;
}

describe('a GOP that one reader takes from', () => {
	it.each([
		['kdd', [0, 1, 2]],
		['kddkd', [3, 4]],
		['dkd', [1, 2]],
		['dd', []],
		['kkkk', [3]],
	])('of %s keeps %j', (kinds, kept) => {
		const gop = filled(kinds);
		expect(gop.size).toBe(kept.length);
		expect(gop.frames.map(({ sequence }) => sequence)).toEqual(kept);
		expect(all(gop)).toEqual(kept);
		expect([gop.size, gop.frames, gop.held]).toEqual([0, [], 0]);
	});

	it('knows how long a time it spans', () => {
		const gop = filled('kdd');
		expect(gop.span).toBe(2);
		gop.shift();
		expect(gop.span).toBe(1);
		gop.clear();
		expect(gop.span).toBe(0);
	});

	it('goes on when its beginning has been taken, and then is no beginning for others', () => {
		const gop = filled('kd');
		gop.shift();
		expect([gop.frames, gop.key]).toEqual([[], undefined]);
		all(gop);
		expect(gop.add(frame(2, false))).toBe(true);
		expect(all(gop)).toEqual([2]);
	});

	it('that is dropped has nothing more, and says so, until the next key frame', () => {
		const gop = filled(`k${'d'.repeat(MAX_FRAMES - 1)}`);
		expect(gop.size).toBe(MAX_FRAMES);
		expect(gop.add(frame(MAX_FRAMES, false))).toBe(false);
		expect(gop.size).toBe(0);
		expect(gop.add(frame(MAX_FRAMES + 1, false))).toBe(false);
		expect(gop.add(frame(MAX_FRAMES + 2, true))).toBe(true);
		expect(all(gop)).toEqual([MAX_FRAMES + 2]);
	});

	it('may be given more room', () => {
		const gop = filled(`k${'d'.repeat(MAX_FRAMES - 1)}`);
		gop.maxFrames = MAX_FRAMES + 1;
		expect(gop.add(frame(MAX_FRAMES, false))).toBe(true);
		expect(gop.add(frame(MAX_FRAMES + 1, false))).toBe(false);
	});

	it('has nothing more where it was too long in bytes, but takes any frame alone', () => {
		const gop = empty();
		expect(gop.add(frame(0, true, MAX_BYTES + 1))).toBe(true);
		expect(gop.add(frame(1, false, 1))).toBe(false);
		expect(all(gop)).toEqual([]);
		expect(gop.add(frame(2, true, MAX_BYTES / 2))).toBe(true);
		gop.shift();
		expect(gop.add(frame(3, false, MAX_BYTES / 2)), 'what was taken counts no more').toBe(true);
		expect(gop.add(frame(4, false, MAX_BYTES / 2))).toBe(true);
	});

	it('never gives out a delta frame without all since its key frame', () => {
		const event = fc.constantFrom(
			'key',
			'delta',
			'delta',
			'delta',
			'large',
			'hole',
			'broken',
			'shift',
			'shift',
			'clear',
		);
		fc.assert(
			fc.property(fc.array(event, { maxLength: 120 }), (events) => {
				const gop = empty();
				const keys = new Set<number>();
				const broken = new Set<number>();
				const taken: number[] = [];
				let sequence = 0;
				for (const what of events) {
					if (what === 'clear') gop.clear();
					else if (what === 'shift') taken.push(...[gop.shift()?.sequence ?? []].flat());
					else if (what === 'hole') sequence++;
					else {
						if (what === 'key') keys.add(sequence);
						if (what === 'broken') broken.add(sequence);
						const made = frame(sequence++, what === 'key', what === 'large' ? MAX_BYTES / 4 : 10);
						gop.add({ ...made, discontinuity: what === 'broken' });
					}
				}
				taken.push(...all(gop));
				for (const [index, each] of taken.entries()) {
					expect(keys.has(each) || (taken[index - 1] === each - 1 && !broken.has(each))).toBe(true);
				}
			}),
		);
	});
});
