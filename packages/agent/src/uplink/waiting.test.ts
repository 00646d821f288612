import type { FrameMessage } from '@oriel/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RESTING_FRAMES, MAX_WAITING_BYTES, MAX_WAITING_FRAMES, Waiting } from './waiting.ts';

function frame(sequence: number, key: boolean, bytes = 10): FrameMessage {
	return { type: 'frame', camera: 1, key, sequence, capturedAt: sequence, payload: new Uint8Array(bytes) };
}

/** Takes all there is. */
function all(waiting: Waiting): number[] {
	const taken: number[] = [];
	for (let next = waiting.take(); next; next = waiting.take()) taken.push(next.sequence);
	return taken;
}

function filled(kinds: string): Waiting {
	const waiting = new Waiting();
	Array.from(kinds, (kind, sequence) => waiting.add(frame(sequence, kind === 'k')));
	return waiting;
}

describe('Waiting', () => {
	it.each([
		['kdd', [0, 1, 2], 0],
		['kddkd', [3, 4], 3],
		['dkd', [1, 2], 1],
		['dd', [], 2],
		['kkkk', [3], 3],
	])('of %s keeps %j', (kinds, kept, dropped) => {
		const waiting = filled(kinds);
		expect(waiting.dropped).toBe(dropped);
		expect(all(waiting)).toEqual(kept);
		expect(waiting.isEmpty).toBe(true);
	});

	it('knows how long a time it spans', () => {
		const waiting = filled('kdd');
		expect(waiting.span).toBe(2);
		waiting.take();
		expect(waiting.span).toBe(1);
		waiting.clear();
		expect(waiting.span).toBe(0);
	});

	it('goes on with a group whose beginning has been taken', () => {
		const waiting = filled('kd');
		all(waiting);
		expect(waiting.add(frame(2, false))).toBe(true);
		expect(all(waiting)).toEqual([2]);
	});

	it('has nothing more of a group that was too long in frames, and says so, until the next key frame', () => {
		const waiting = filled(`k${'d'.repeat(MAX_WAITING_FRAMES - 1)}`);
		expect(waiting.dropped).toBe(0);
		expect(waiting.add(frame(MAX_WAITING_FRAMES, false))).toBe(false);
		expect(waiting.isEmpty).toBe(true);
		expect(waiting.add(frame(MAX_WAITING_FRAMES + 1, false))).toBe(false);
		expect(waiting.add(frame(MAX_WAITING_FRAMES + 2, true))).toBe(true);
		expect(all(waiting)).toEqual([MAX_WAITING_FRAMES + 2]);
	});

	it('keeps a long group for the next viewer while paused, and sends all of it while more frames come', () => {
		const waiting = new Waiting();
		waiting.rest(true);
		for (let sequence = 0; sequence < MAX_RESTING_FRAMES; sequence++) {
			expect(waiting.add(frame(sequence, sequence === 0))).toBe(true);
		}
		waiting.rest(false);
		const taken: (number | undefined)[] = [];
		while (taken.length < MAX_RESTING_FRAMES) {
			taken.push(waiting.take()?.sequence);
			if (taken.length % 10 === 0) expect(waiting.add(frame(MAX_RESTING_FRAMES + taken.length / 10, false))).toBe(true);
		}
		expect(taken).toEqual(Array.from({ length: MAX_RESTING_FRAMES }, (_, sequence) => sequence));
		all(waiting);
		for (let more = 0; more < MAX_WAITING_FRAMES; more++) waiting.add(frame(9000 + more, false));
		expect(waiting.add(frame(9999, false)), 'afterwards it is limited as before').toBe(false);
	});

	it('has nothing more of a group that was too long in bytes, but takes any frame alone', () => {
		const waiting = new Waiting();
		expect(waiting.add(frame(0, true, MAX_WAITING_BYTES + 1))).toBe(true);
		expect(waiting.add(frame(1, false, 1))).toBe(false);
		expect(all(waiting)).toEqual([]);
		expect(waiting.add(frame(2, true, MAX_WAITING_BYTES / 2))).toBe(true);
		waiting.take();
		expect(waiting.add(frame(3, false, MAX_WAITING_BYTES / 2)), 'what was taken counts no more').toBe(true);
		expect(waiting.add(frame(4, false, MAX_WAITING_BYTES / 2))).toBe(true);
	});

	it('never gives out a delta without all since its key frame, and accounts for every frame', () => {
		const event = fc.constantFrom('key', 'delta', 'delta', 'delta', 'large delta', 'take', 'take', 'clear');
		fc.assert(
			fc.property(fc.array(event, { maxLength: 120 }), (events) => {
				const waiting = new Waiting();
				const keys = new Set<number>();
				const taken: number[] = [];
				let offered = 0;
				for (const what of events) {
					if (what === 'clear') waiting.clear();
					else if (what === 'take') taken.push(...[waiting.take()?.sequence ?? []].flat());
					else {
						if (what === 'key') keys.add(offered);
						waiting.add(frame(offered++, what === 'key', what === 'large delta' ? MAX_WAITING_BYTES / 4 : 10));
					}
				}
				taken.push(...all(waiting));
				for (const [index, sequence] of taken.entries())
					expect(keys.has(sequence) || taken[index - 1] === sequence - 1).toBe(true);
				expect(taken.length + waiting.dropped).toBe(offered);
			}),
		);
	});

	it('keeps the frames, not the buffer that they were read from', () => {
		const waiting = new Waiting();
		const chunk = new Uint8Array(1_000_000);
		const given = { ...frame(0, true), payload: chunk.subarray(10, 50) };
		waiting.add(given);
		expect(waiting.take()?.payload.buffer.byteLength).toBe(40);
		waiting.add(frame(1, true, 1000));
		expect(waiting.take()?.payload.buffer.byteLength).toBe(1000);
	});
});
