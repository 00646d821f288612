import { describe, expect, it } from 'vitest';
import { PacketOrder, type Succession } from './packet-order.ts';

let filling = 0;

function fed(numbers: readonly number[], order = new PacketOrder()): Succession[] {
	return numbers.map((sequence) => {
		const payload = Uint8Array.of(filling++ & 0xff, (filling >> 8) & 0xff);
		return order.next({ marker: false, payloadType: 96, sequence, timestamp: 0, source: 1, payload });
	});
}

describe('the numbers of packets', () => {
	it('go on behind their end', () => {
		expect(fed([0xfffe, 0xffff, 0, 1])).toEqual(['next', 'next', 'next', 'next']);
	});

	it('show a loss, also over their end, and a new beginning as one', () => {
		expect(fed([5, 7, 8, 0xffff, 1, 9000])).toEqual(['next', 'lost', 'next', 'lost', 'lost', 'lost']);
	});

	it('show the same packet again, and not another with its number', () => {
		const order = new PacketOrder();
		const packet = { marker: false, payloadType: 96, sequence: 4, timestamp: 0, source: 1 };
		const payloads = [Uint8Array.of(1), Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(2, 2)];
		const seen = payloads.map((payload) => order.next({ ...packet, payload }));
		expect(seen).toEqual(['next', 'again', 'next', 'next']);
	});

	it('mean nothing where most are wrong, and a few losses do not make them so', () => {
		const random = new PacketOrder();
		fed(
			Array.from({ length: 80 }, (_, turn) => (turn * 7919) & 0xffff),
			random,
		);
		expect(random.isMeaningless).toBe(true);
		expect(fed([3, 300, 9], random)).toEqual(['next', 'next', 'next']);
		const good = new PacketOrder();
		fed(
			Array.from({ length: 80 }, (_, turn) => turn + Math.floor(turn / 8)),
			good,
		);
		expect(good.isMeaningless).toBe(false);
		expect(fed([300], good)).toEqual(['lost']);
	});
});
