import { FakeClock } from '@oriel/testing/fake-clock';
import type { FrameMessage } from '@oriel/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_BUFFERED_BYTES, Outbox } from './outbox.ts';

function frame(sequence: number): FrameMessage {
	return { type: 'frame', camera: 1, key: true, sequence, capturedAt: sequence, payload: Uint8Array.of(1) };
}

function connected() {
	const clock = new FakeClock();
	const sent: number[] = [];
	const line = {
		bufferedBytes: 0,
		written: (): void => undefined,
		send({ sequence }: FrameMessage, written: () => void) {
			sent.push(sequence);
			line.written = written;
		},
	};
	return { clock, sent, line, outbox: new Outbox({ line, clock }) };
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
		outbox.acknowledged(0);
		expect(sent).toEqual([0, 1, 99]);
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
			}),
		);
	});
});
