import { H264 } from '@oriel/testing/a-frame';
import { aFrame } from '@oriel/testing/web/a-frame';
import { expect, it } from 'vitest';
import { KeptGops, MAX_GOP_BYTES, MAX_GOP_FRAMES } from './kept-gops.ts';

function keeping() {
	const kept = new KeptGops();
	const keep = (sequence: number, key = false, bytes = 1, discontinuity = false) =>
		kept.keep(aFrame({ sequence, key, discontinuity, format: H264, data: new Uint8Array(bytes) }));
	const sequences = () => kept.of('porch/video').map(({ sequence }) => sequence);
	return { kept, keep, sequences };
}

it('keeps the newest JPEG, without players, too', () => {
	const kept = new KeptGops();
	for (const sequence of [1, 2, 5]) kept.keep(aFrame({ sequence }));
	kept.release('porch/video');
	expect(kept.of('porch/video').map(({ sequence }) => sequence)).toEqual([5]);
	kept.forget('porch/video');
	expect(kept.of('porch/video')).toEqual([]);
});

it('keeps the present group of H.264, while it has players', () => {
	const { kept, keep, sequences } = keeping();
	for (let sequence = 0; sequence < 5; sequence++) keep(sequence, sequence % 3 === 0);
	expect(sequences()).toEqual([3, 4]);
	kept.release('porch/video');
	expect(sequences()).toEqual([]);
});

it('drops a group with a hole, and begins again with the next', () => {
	const { keep, sequences } = keeping();
	keep(1);
	expect(sequences()).toEqual([]);
	keep(2, true);
	keep(4);
	keep(5);
	expect(sequences()).toEqual([]);
	keep(6, true);
	keep(7, false, 1, true);
	expect(sequences()).toEqual([]);
});

it('follows sequence numbers over their end', () => {
	const { keep, sequences } = keeping();
	keep(4_294_967_295, true);
	keep(0);
	expect(sequences()).toEqual([4_294_967_295, 0]);
});

it('holds no more pictures and bytes than it may', () => {
	const { keep, sequences } = keeping();
	for (let sequence = 0; sequence < MAX_GOP_FRAMES; sequence++) keep(sequence, sequence === 0);
	expect(sequences()).toHaveLength(MAX_GOP_FRAMES);
	keep(MAX_GOP_FRAMES);
	expect(sequences()).toHaveLength(0);
	const large = keeping();
	large.keep(0, true, MAX_GOP_BYTES - 10);
	large.keep(1, false, 10);
	expect(large.sequences()).toHaveLength(2);
	large.keep(2, false, 1);
	expect(large.sequences()).toHaveLength(0);
});

it('keeps the pictures, not the messages that brought them', () => {
	const kept = new KeptGops();
	kept.keep(aFrame({ key: true, data: new Uint8Array(100_000).subarray(7, 57) }));
	expect(kept.of('porch/video')[0]?.data.buffer.byteLength).toBe(50);
});
