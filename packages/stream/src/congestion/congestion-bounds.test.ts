import { expect, it } from 'vitest';
import { CongestionController } from './congestion-controller.ts';

const MS = 1000;

it('sends two bursts while nothing is known, each with what follows up to 64 KiB, and no more', () => {
	const flow = new CongestionController();
	let sequence = 0;
	for (const go of [1, 2]) {
		expect(flow.maySend(0), `go ${go}`).toBe(true);
		flow.onSent(++sequence, 20_000, 0);
	}
	expect([flow.maySend(0), flow.maySend(3_600_000 * MS)]).toEqual([false, false]);
	expect(flow.mayFollow(0)).toBe(true);
	flow.onSent(++sequence, 25_535, 0, true);
	expect(flow.bytes).toBe(65_535);
	expect(flow.mayFollow(0)).toBe(true);
	flow.onSent(++sequence, 1, 0, true);
	expect(flow.mayFollow(0)).toBe(false);
	expect(flow.count).toBe(4);
});

it('never has more than 256 frames under way, on a path that is known or not', () => {
	const unknown = new CongestionController();
	for (let sequence = 0; sequence < 256; sequence++) {
		expect(sequence === 0 ? unknown.maySend(0) : unknown.mayFollow(0)).toBe(true);
		unknown.onSent(sequence, 1, 0, sequence > 0);
	}
	expect([unknown.mayFollow(0), unknown.count]).toEqual([false, 256]);

	const known = new CongestionController();
	let sequence = 0;
	let now = 0;
	// A path of 100 ms that carries whatever comes.
	for (let round = 0; round < 8; round++) {
		const first = sequence + 1;
		for (; sequence - first < 200 && (sequence < first || known.mayFollow(now)); ) known.onSent(++sequence, 2000, now);
		now += 100 * MS;
		known.onAck(sequence, now);
	}
	for (let count = 0; count < 1000 && known.maySend(now); count++) known.onSent(++sequence, 1, now);
	expect(known.count).toBe(256);
	expect([known.maySend(now), known.mayFollow(now)]).toEqual([false, false]);
});

it('settles all before an acknowledged frame, and nothing by a number that is not under way', () => {
	const flow = new CongestionController();
	for (const sequence of [5, 6, 7]) flow.onSent(sequence, 1000, 0, sequence > 5);
	flow.onAck(99, 10 * MS);
	flow.onAck(4, 10 * MS);
	expect([flow.count, flow.bytes, flow.deliveryRate]).toEqual([3, 3000, undefined]);
	flow.onAck(6, 10 * MS);
	expect([flow.count, flow.bytes]).toEqual([1, 1000]);
	flow.onAck(5, 11 * MS);
	expect([flow.count, flow.bytes]).toEqual([1, 1000]);
});

it('stops when nothing is acknowledged any more, whatever the path carried', () => {
	const flow = new CongestionController();
	let sequence = 0;
	let now = 0;
	for (let round = 0; round < 20; round++) {
		flow.onSent(++sequence, 10_000, now);
		now += 50 * MS;
		flow.onAck(sequence, now);
	}
	let sent = 0;
	for (const end = now + 5000 * MS; now < end; now += MS) {
		if (!flow.maySend(now)) continue;
		flow.onSent(++sequence, 10_000, now);
		sent++;
	}
	expect(sent).toBeGreaterThan(1);
	expect(sent).toBeLessThan(20);
	expect([flow.maySend(now), flow.mayFollow(now)]).toEqual([false, false]);
});
