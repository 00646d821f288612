import { FakeClock } from '@oriel/testing/fake-clock';
import type { FrameMessage, PosterMessage } from '@oriel/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_BUFFERED_BYTES, Outbox, TOO_OLD } from './outbox.ts';
import { MAX_WAITING_FRAMES } from './waiting.ts';

function frame(sequence: number, key = true): FrameMessage {
	return { type: 'frame', camera: 1, key, sequence, capturedAt: sequence, payload: Uint8Array.of(1) };
}

function poster(capturedAt: number): PosterMessage {
	return { type: 'poster', camera: 1, capturedAt, payload: Uint8Array.of(2) };
}

function connected() {
	const clock = new FakeClock();
	const sent: number[] = [];
	const posters: number[] = [];
	const seen = { keysWanted: 0 };
	const line = {
		bufferedBytes: 0,
		written: (): void => undefined,
		send(picture: FrameMessage | PosterMessage, written: () => void) {
			if (picture.type === 'frame') sent.push(picture.sequence);
			else posters.push(picture.capturedAt);
			line.written = written;
		},
	};
	const keyWanted = () => {
		seen.keysWanted++;
	};
	return { clock, sent, posters, seen, line, outbox: new Outbox({ line, clock, keyWanted }) };
}

describe('Outbox', () => {
	it('sends at once while the far end keeps up', () => {
		const { outbox, sent } = connected();
		for (let sequence = 0; sequence < 10; sequence++) {
			outbox.offer(frame(sequence));
			outbox.acknowledged(sequence);
		}
		expect(sent).toHaveLength(10);
		expect(outbox.replaced).toBe(0);
	});

	it('keeps only the newest while nothing is acknowledged, and counts the rest', () => {
		const { outbox, sent, clock } = connected();
		for (let sequence = 0; sequence < 100; sequence++) outbox.offer(frame(sequence));
		clock.advance(60_000);
		expect(sent).toEqual([0, 1]);
		expect(outbox.replaced).toBe(97);
		outbox.acknowledged(1);
		expect(sent).toEqual([0, 1, 99]);
	});

	it('sends the newest when the path is expected to be free, without being told', () => {
		const { outbox, sent, clock } = connected();
		const tick = (sequence: number) => {
			outbox.offer(frame(sequence));
			clock.advance(200);
			outbox.acknowledged(sequence);
		};
		for (let sequence = 0; sequence < 5; sequence++) tick(sequence);
		expect(outbox.deliveryRate).toBeGreaterThan(0);
		outbox.offer(frame(5));
		outbox.offer(frame(6));
		clock.advance(50);
		outbox.offer(frame(7));
		expect(sent.slice(5)).toEqual([5]);
		clock.advance(140);
		expect(sent.slice(5)).toEqual([5, 7]);
	});

	it('lets a group of H.264 wait as a whole, and sends it in order', () => {
		const { outbox, sent, seen } = connected();
		for (let sequence = 0; sequence < 6; sequence++) outbox.offer(frame(sequence, sequence === 0));
		expect(sent).toEqual([0, 1]);
		outbox.acknowledged(1);
		outbox.acknowledged(3);
		expect(sent).toEqual([0, 1, 2, 3, 4, 5]);
		expect([outbox.replaced, seen.keysWanted]).toEqual([0, 0]);
	});

	it('skips to the newest key frame when it is behind, and holds back deltas until that has gone', () => {
		const { outbox, sent } = connected();
		for (let sequence = 0; sequence < 48; sequence++) outbox.offer(frame(sequence, sequence % 10 === 0));
		expect(sent).toEqual([0, 1]);
		outbox.acknowledged(0);
		outbox.acknowledged(1);
		expect(sent.slice(0, 4)).toEqual([0, 1, 40, 41]);
		expect(outbox.replaced).toBe(38);
	});

	it('says when nothing can be sent before a key frame: at the beginning, and after too long a wait', () => {
		const { outbox, sent, seen } = connected();
		outbox.offer(frame(0, false));
		expect([sent, seen.keysWanted]).toEqual([[], 1]);
		outbox.offer(frame(1, true));
		for (let sequence = 2; sequence < 3 + MAX_WAITING_FRAMES; sequence++) outbox.offer(frame(sequence, false));
		expect(seen.keysWanted).toBe(1);
		outbox.offer(frame(3 + MAX_WAITING_FRAMES, false));
		outbox.offer(frame(4 + MAX_WAITING_FRAMES, false));
		expect(seen.keysWanted).toBe(3);
		outbox.acknowledged(2);
		expect(sent).toEqual([1, 2]);
		outbox.offer(frame(5 + MAX_WAITING_FRAMES, true));
		expect(sent.at(-1)).toBe(5 + MAX_WAITING_FRAMES);
	});

	it('wants a key frame when what waits is over a second old', () => {
		const { outbox, seen } = connected();
		for (let sequence = 0; sequence < 4; sequence++) outbox.offer(frame(sequence, sequence === 0));
		outbox.offer({ ...frame(4, false), capturedAt: 2 + TOO_OLD });
		expect(seen.keysWanted).toBe(0);
		outbox.offer({ ...frame(5, false), capturedAt: 3 + TOO_OLD });
		expect(seen.keysWanted).toBe(1);
		outbox.offer({ ...frame(6), capturedAt: 4 + TOO_OLD });
		expect(seen.keysWanted).toBe(1);
	});

	it('sends a poster whatever is unacknowledged, but the newest alone where the kernel is busy', () => {
		const { outbox, sent, posters, line, clock } = connected();
		for (let sequence = 0; sequence < 5; sequence++) outbox.offer(frame(sequence));
		outbox.offerPoster(poster(1));
		expect([sent, posters]).toEqual([[0, 1], [1]]);
		line.bufferedBytes = MAX_BUFFERED_BYTES + 1;
		outbox.offerPoster(poster(2));
		outbox.offerPoster(poster(3));
		expect(posters).toEqual([1]);
		line.bufferedBytes = 0;
		clock.advance(50);
		expect(posters).toEqual([1, 3]);
		outbox.close();
		outbox.offerPoster(poster(4));
		expect([posters, clock.pending]).toEqual([[1, 3], 0]);
	});

	it('waits for the kernel to take what it was given', () => {
		const { outbox, sent, line } = connected();
		line.bufferedBytes = MAX_BUFFERED_BYTES + 1;
		outbox.offer(frame(0));
		expect(sent).toEqual([]);
		line.bufferedBytes = 0;
		line.written();
		outbox.offer(frame(1));
		expect(sent).toEqual([1]);
	});

	it('goes on when a write is through', () => {
		const { outbox, sent, line } = connected();
		outbox.offer(frame(0));
		line.bufferedBytes = 100_000;
		outbox.offer(frame(1));
		expect(sent).toEqual([0]);
		line.bufferedBytes = 0;
		line.written();
		expect(sent).toEqual([0, 1]);
	});

	it('looks again by itself if nothing wakes it', () => {
		const { outbox, sent, line, clock } = connected();
		line.bufferedBytes = 100_000;
		outbox.offer(frame(0));
		line.bufferedBytes = 0;
		clock.advance(50);
		expect(sent).toEqual([0]);
		expect(clock.pending).toBe(0);
	});

	it('sends nothing after its end and leaves no timer', () => {
		const { outbox, sent, line, clock } = connected();
		line.bufferedBytes = 100_000;
		outbox.offer(frame(0));
		outbox.close();
		outbox.offer(frame(1));
		line.bufferedBytes = 0;
		outbox.acknowledged(0);
		expect(sent).toEqual([]);
		expect(clock.pending).toBe(0);
	});

	it('never sends an older picture after a newer one, and accounts for every one', () => {
		const event = fc.oneof(fc.constant('offer'), fc.constant('ack'), fc.nat({ max: 200 }));
		fc.assert(
			fc.property(fc.array(event, { maxLength: 100 }), (events) => {
				const { outbox, sent, clock } = connected();
				let offered = 0;
				for (const what of events) {
					if (what === 'offer') outbox.offer(frame(offered++));
					else if (what === 'ack') outbox.acknowledged(sent.at(-1) ?? 0);
					else clock.advance(Number(what));
				}
				expect(sent).toEqual([...sent].sort((a, b) => a - b));
				expect(offered - outbox.sent - outbox.replaced).toBeLessThanOrEqual(1);
				outbox.close();
				expect(outbox.sent + outbox.replaced).toBe(offered);
			}),
		);
	});
});
