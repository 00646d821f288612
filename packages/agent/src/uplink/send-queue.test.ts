import type { PosterMessage } from '@oriel/protocol';
import { type EncodedFrame, MAX_LAG } from '@oriel/stream';
import { aFrame } from '@oriel/testing/a-frame';
import { FakeClock } from '@oriel/testing/fake-clock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_BUFFERED_BYTES, MAX_QUEUED_FRAMES, SendQueue } from './send-queue.ts';

function frame(sequence: number, key = true): EncodedFrame {
	return aFrame({ key, sequence, capturedAt: sequence });
}

function poster(capturedAt: number): PosterMessage {
	return { type: 'poster', camera: 1, capturedAt, data: Uint8Array.of(2) };
}

function connected() {
	const clock = new FakeClock();
	const sent: number[] = [];
	const posters: number[] = [];
	const seen = { keysWanted: 0 };
	const line = {
		bufferedBytes: 0,
		send(message: EncodedFrame | PosterMessage) {
			if ('track' in message) sent.push(message.sequence);
			else posters.push(message.capturedAt);
		},
	};
	const keyWanted = () => {
		seen.keysWanted++;
	};
	return { clock, sent, posters, seen, line, queue: new SendQueue({ line, clock, keyWanted }) };
}

describe('SendQueue', () => {
	it('sends at once while the far end keeps up', () => {
		const { queue, sent } = connected();
		for (let sequence = 0; sequence < 10; sequence++) {
			queue.offer(frame(sequence));
			queue.onAck(sequence);
		}
		expect(sent).toHaveLength(10);
		expect(queue.replaced).toBe(0);
	});

	it('keeps only the newest while nothing is acknowledged, and counts the rest', () => {
		const { queue, sent, clock } = connected();
		for (let sequence = 0; sequence < 100; sequence++) queue.offer(frame(sequence));
		clock.advance(60_000);
		expect(sent).toEqual([0, 1]);
		expect(queue.replaced).toBe(97);
		queue.onAck(1);
		expect(sent).toEqual([0, 1, 99]);
	});

	it('sends the newest when the path is expected to be free, without being told', () => {
		const { queue, sent, clock } = connected();
		const tick = (sequence: number) => {
			queue.offer(frame(sequence));
			clock.advance(200);
			queue.onAck(sequence);
		};
		for (let sequence = 0; sequence < 5; sequence++) tick(sequence);
		expect(queue.deliveryRate).toBeGreaterThan(0);
		queue.offer(frame(5));
		queue.offer(frame(6));
		clock.advance(50);
		queue.offer(frame(7));
		expect(sent.slice(5)).toEqual([5]);
		clock.advance(140);
		expect(sent.slice(5)).toEqual([5, 7]);
	});

	it('lets a group of H.264 wait as a whole, and sends it in order', () => {
		const { queue, sent, seen } = connected();
		for (let sequence = 0; sequence < 6; sequence++) queue.offer(frame(sequence, sequence === 0));
		expect(sent).toEqual([0, 1]);
		queue.onAck(1);
		queue.onAck(3);
		expect(sent).toEqual([0, 1, 2, 3, 4, 5]);
		expect([queue.replaced, seen.keysWanted]).toEqual([0, 0]);
	});

	it('skips to the newest key frame when it is behind, and holds back deltas until that has gone', () => {
		const { queue, sent } = connected();
		for (let sequence = 0; sequence < 48; sequence++) queue.offer(frame(sequence, sequence % 10 === 0));
		expect(sent).toEqual([0, 1]);
		queue.onAck(0);
		queue.onAck(1);
		expect(sent.slice(0, 4)).toEqual([0, 1, 40, 41]);
		expect(queue.replaced).toBe(38);
	});

	it('says when nothing can be sent before a key frame: at the beginning, and after too long a wait', () => {
		const { queue, sent, seen } = connected();
		queue.offer(frame(0, false));
		expect([sent, seen.keysWanted]).toEqual([[], 1]);
		queue.offer(frame(1, true));
		for (let sequence = 2; sequence < 3 + MAX_QUEUED_FRAMES; sequence++) queue.offer(frame(sequence, false));
		expect(seen.keysWanted).toBe(1);
		queue.offer(frame(3 + MAX_QUEUED_FRAMES, false));
		queue.offer(frame(4 + MAX_QUEUED_FRAMES, false));
		expect(seen.keysWanted).toBe(3);
		queue.onAck(2);
		expect(sent).toEqual([1, 2]);
		queue.offer(frame(5 + MAX_QUEUED_FRAMES, true));
		expect(sent.at(-1)).toBe(5 + MAX_QUEUED_FRAMES);
	});

	it('wants a key frame when what waits is over a second old', () => {
		const { queue, seen } = connected();
		for (let sequence = 0; sequence < 4; sequence++) queue.offer(frame(sequence, sequence === 0));
		queue.offer({ ...frame(4, false), capturedAt: 2 + MAX_LAG });
		expect(seen.keysWanted).toBe(0);
		queue.offer({ ...frame(5, false), capturedAt: 3 + MAX_LAG });
		expect(seen.keysWanted).toBe(1);
		queue.offer({ ...frame(6), capturedAt: 4 + MAX_LAG });
		expect(seen.keysWanted).toBe(1);
	});

	it('sends a poster whatever is unacknowledged, but the newest alone where the kernel is busy', () => {
		const { queue, sent, posters, line, clock } = connected();
		for (let sequence = 0; sequence < 5; sequence++) queue.offer(frame(sequence));
		queue.offerPoster(poster(1));
		expect([sent, posters]).toEqual([[0, 1], [1]]);
		line.bufferedBytes = MAX_BUFFERED_BYTES + 1;
		queue.offerPoster(poster(2));
		queue.offerPoster(poster(3));
		expect(posters).toEqual([1]);
		line.bufferedBytes = 0;
		clock.advance(50);
		expect(posters).toEqual([1, 3]);
		queue.close();
		queue.offerPoster(poster(4));
		expect([posters, clock.pending]).toEqual([[1, 3], 0]);
	});

	it('waits for the kernel to take what it was given', () => {
		const { queue, sent, line } = connected();
		line.bufferedBytes = MAX_BUFFERED_BYTES + 1;
		queue.offer(frame(0));
		expect(sent).toEqual([]);
		line.bufferedBytes = 0;
		queue.offer(frame(1));
		expect(sent).toEqual([1]);
	});

	it('goes on when a write is through', () => {
		const { queue, sent, line } = connected();
		queue.offer(frame(0));
		line.bufferedBytes = 100_000;
		queue.offer(frame(1));
		expect(sent).toEqual([0]);
		line.bufferedBytes = 0;
		queue.onRoom();
		expect(sent).toEqual([0, 1]);
	});

	it('looks again automatically if nothing wakes it', () => {
		const { queue, sent, line, clock } = connected();
		line.bufferedBytes = 100_000;
		queue.offer(frame(0));
		line.bufferedBytes = 0;
		clock.advance(50);
		expect(sent).toEqual([0]);
		expect(clock.pending).toBe(0);
	});

	it('sends nothing after its end and leaves no timer', () => {
		const { queue, sent, line, clock } = connected();
		line.bufferedBytes = 100_000;
		queue.offer(frame(0));
		queue.close();
		queue.offer(frame(1));
		line.bufferedBytes = 0;
		queue.onAck(0);
		expect(sent).toEqual([]);
		expect(clock.pending).toBe(0);
	});

	it('never sends an older picture after a newer one, and accounts for every one', () => {
		const event = fc.oneof(fc.constant('offer'), fc.constant('ack'), fc.nat({ max: 200 }));
		fc.assert(
			fc.property(fc.array(event, { maxLength: 100 }), (events) => {
				const { queue, sent, clock } = connected();
				let offered = 0;
				for (const what of events) {
					if (what === 'offer') queue.offer(frame(offered++));
					else if (what === 'ack') queue.onAck(sent.at(-1) ?? 0);
					else clock.advance(Number(what));
				}
				expect(sent).toEqual([...sent].sort((a, b) => a - b));
				expect(offered - queue.sent - queue.replaced).toBeLessThanOrEqual(1);
				queue.close();
				expect(queue.sent + queue.replaced).toBe(offered);
			}),
		);
	});
});
