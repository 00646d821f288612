import { expect, it } from 'vitest';
import { SniffBuffer } from './sniff-buffer.ts';

it('keeps what came in at most twice its length, however small the chunks, and is worth few looks', () => {
	const head = new SniffBuffer();
	let looks = 0;
	for (let at = 0; at < 60_000; at++) {
		head.add(Uint8Array.of(at % 256));
		if (head.isWorthALook) looks++;
		expect(head.heldBytes).toBeLessThanOrEqual(Math.max(4096, 2 * head.bytes.length));
	}
	expect(head.bytes.length).toBe(60_000);
	expect([...head.bytes.subarray(300, 303)]).toEqual([44, 45, 46]);
	expect(looks).toBeLessThan(2100);
});

it('is worth a look with every byte up to 2048, then with every quarter more, and the rest is worth none', () => {
	const head = new SniffBuffer();
	head.add(new Uint8Array(2047));
	const looks = Array.from({ length: 3 }, () => {
		head.add(Uint8Array.of(1));
		return head.isWorthALook;
	});
	expect(looks).toEqual([true, false, false]);
	head.add(new Uint8Array(509));
	expect(head.isWorthALook).toBe(false);
	head.add(Uint8Array.of(1));
	expect([head.bytes.length, head.isWorthALook, head.isWorthALook]).toEqual([2560, true, false]);
});
