import { describe, expect, it } from 'vitest';
import { CongestionController, INITIAL_WINDOW_BYTES } from './congestion-controller.ts';

const MS = 1000;

/** Sends frames of 25 KB one after the other, each acknowledged after `took` and before the next leaves. */
function practised(took: number, count = 5): CongestionController {
	const flow = new CongestionController();
	for (let index = 0; index < count; index++) {
		flow.onSent(index, 25_000, index * 1000 * MS);
		flow.onAck(index, (index * 1000 + took) * MS);
	}
	return flow;
}

describe('CongestionController', () => {
	it('lets something out twice and no more while nothing is acknowledged', () => {
		const flow = new CongestionController();
		expect(flow.maySend(0)).toBe(true);
		flow.onSent(1, 100, 0);
		expect(flow.maySend(0)).toBe(true);
		flow.onSent(2, 100, 0);
		expect(flow.maySend(0)).toBe(false);
		expect(flow.maySend(3600e6)).toBe(false);
		expect(flow.readyAt(3600e6)).toBeUndefined();
		expect([flow.count, flow.bytes]).toEqual([2, 200]);
	});

	it('lets a newcomer’s group out in one go, up to a limit', () => {
		const flow = new CongestionController();
		flow.onSent(0, 1000, 0);
		let sequence = 1;
		while (flow.mayFollow(0)) flow.onSent(sequence++, 1000, 0, true);
		expect(flow.bytes).toBeGreaterThanOrEqual(INITIAL_WINDOW_BYTES);
		expect(flow.bytes).toBeLessThan(INITIAL_WINDOW_BYTES + 1000);
		expect(flow.maySend(0)).toBe(true);
	});

	it('settles all frames up to the acknowledged one, also over the end of the sequence', () => {
		const flow = new CongestionController();
		for (const [index, sequence] of [0xffff_ffff, 0, 1].entries()) flow.onSent(sequence, 10, index);
		flow.onAck(0, 10);
		expect([flow.count, flow.bytes]).toEqual([1, 10]);
	});

	it('is not moved by an acknowledgement of what is not under way', () => {
		const flow = new CongestionController();
		flow.onSent(1, 10, 0);
		flow.onAck(2, 10);
		expect(flow.deliveryRate).toBeUndefined();
		flow.onAck(1, 20);
		const rate = flow.deliveryRate;
		flow.onAck(1, 30);
		expect(flow.deliveryRate).toBe(rate);
		expect(flow.count).toBe(0);
		expect(flow.maySend(40)).toBe(true);
	});

	it('says when the path is expected to be free, a little before it is', () => {
		const flow = practised(100);
		const now = 10e6;
		flow.onSent(100, 25_000, now);
		const ready = flow.readyAt(now) ?? 0;
		// A lone frame does not tell a slow path from a long one: so the slow one is expected, and then tried.
		expect(ready).toBeGreaterThan(now + 40 * MS);
		expect(ready).toBeLessThan(now + 90 * MS);
		expect(flow.maySend(ready - 1)).toBe(false);
		expect(flow.maySend(ready)).toBe(true);
	});

	it('lets no more out when acknowledgements stay away, however long', () => {
		const flow = practised(100);
		let sequence = 100;
		for (let now = 10e6; now < 100e6; now += 10 * MS) if (flow.maySend(now)) flow.onSent(sequence++, 25_000, now);
		expect(flow.count).toBeLessThanOrEqual(3);
	});

	it('believes the rate that frames show which arrive one after the other', () => {
		const flow = new CongestionController();
		for (let index = 0; index < 8; index++) flow.onSent(index, 25_000, 0, index > 0);
		for (let index = 0; index < 8; index++) flow.onAck(index, (20 + (index + 1) * 100) * MS);
		// 25 KB in 100 ms, and 20 ms there and back, which a burst that begins with nothing contains too.
		expect(flow.deliveryRate).toBeGreaterThan(1.8e6);
		expect(flow.deliveryRate).toBeLessThan(2.01e6);
	});

	it('takes acknowledgements that cover many frames and come in one go for no proof of a fast path', () => {
		const flow = practised(100, 30);
		const rate = flow.deliveryRate ?? 0;
		const now = 100e6;
		for (let index = 0; index < 3; index++) flow.onSent(200 + index, 25_000, now + index * 100 * MS);
		for (let index = 0; index < 3; index++) flow.onAck(200 + index, now + 400 * MS + index);
		expect(flow.deliveryRate).toBeLessThan(1.3 * rate);
	});

	it('gives way at once to a path that has become slow', () => {
		const flow = practised(30, 30);
		expect(flow.deliveryRate).toBeGreaterThan(6e6);
		for (let index = 0; index < 4; index++) {
			flow.onSent(100 + index, 25_000, (30 + index) * 1e6);
			flow.onAck(100 + index, (30 + index) * 1e6 + 220 * MS);
		}
		expect(flow.deliveryRate).toBeLessThan(1.5e6);
	});
});
