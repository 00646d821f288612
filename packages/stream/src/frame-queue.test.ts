import { aFrame } from '@oriel/testing/a-frame';
import { readerSuite } from '@oriel/testing/reader-suite';
import { describe, expect, it } from 'vitest';
import { FrameQueue, type Overflow } from './frame-queue.ts';

function open(maxFrames = 3, maxBytes = 1000) {
	const overflows: Overflow[] = [];
	const queue = new FrameQueue({ maxFrames, maxBytes }, (overflow) => overflows.push(overflow));
	let sequence = 0xffff_fffe;
	const push = (kinds: string, bytes = 10) => {
		for (const kind of kinds) {
			queue.push(aFrame({ sequence, key: kind === 'k', data: new Uint8Array(bytes) }));
			sequence = (sequence + 1) >>> 0;
		}
	};
	const take = () => {
		const taken: string[] = [];
		for (let frame = queue.shift(); frame; frame = queue.shift()) {
			taken.push(`${frame.sequence}${frame.discontinuity ? '!' : ''}`);
		}
		return taken.join(' ');
	};
	return { queue, push, take, overflows };
}

readerSuite('a frame queue', ({ maxFrames, maxBytes }) => {
	const gaps: number[] = [];
	const queue = new FrameQueue({ maxFrames, maxBytes }, ({ sequence }) => gaps.push(sequence));
	return {
		push: (frame) => queue.push(frame),
		drain: () => Array.from({ length: queue.size }, () => queue.shift()),
		gaps,
	};
});

describe('a frame queue', () => {
	it('gives out all frames in order', () => {
		const { push, take, overflows } = open();
		push('kdd');
		expect(take()).toBe('4294967294 4294967295 0');
		push('d');
		expect([take(), overflows]).toEqual(['1', []]);
	});

	it.each([
		['frames', 3, 10],
		['bytes', 100, 300],
	] as const)(
		'reports a gap in %s once, and goes on behind it with a key frame that is marked',
		(limit, maxFrames, bytes) => {
			const { queue, push, take, overflows } = open(maxFrames);
			push('kdd', bytes);
			push('dd', bytes);
			expect(overflows).toEqual([{ sequence: 1, limit }]);
			expect(take()).toBe('4294967294 4294967295 0');
			push('d', bytes);
			expect([take(), queue.lost]).toEqual(['', 3]);
			push('kd', bytes);
			expect(take()).toBe('4! 5');
			expect(overflows).toHaveLength(1);
			expect(queue.heldBytes).toBe(0);
		},
	);

	it('that is cleared counts what waited, and goes on with a key frame', () => {
		const { queue, push, take } = open();
		queue.clear();
		push('kd');
		queue.clear();
		push('dk');
		expect([take(), queue.lost]).toEqual(['1!', 3]);
	});
});
