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
