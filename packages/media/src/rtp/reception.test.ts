import { viewOf } from '@oriel/base';
import { expect, it } from 'vitest';
import { Reception } from './reception.ts';

it('a receiver report names the sender and the newest packet, with the turns of its numbers', () => {
	const reception = new Reception(0x0102_0304);
	expect(reception.report()).toBeUndefined();
	for (const sequence of [0xfffe, 0xffff, 0, 1, 0, 0xfff0, 3]) reception.onPacket({ source: 0xaabb_ccdd, sequence });
	const report = reception.report() ?? new Uint8Array();
	expect([...report.subarray(0, 20)]).toEqual([
		...[0x81, 201, 0, 7, 1, 2, 3, 4, 0xaa, 0xbb, 0xcc, 0xdd, 0, 0, 0, 0],
		...[0, 2, 0, 3],
	]);
	// RFC 3550 6.5: a description with a name, in whole words, follows in the same packet.
	expect([...report.subarray(32, 42)]).toEqual([0x81, 202, 0, 3, 1, 2, 3, 4, 1, 5]);
	expect(new TextDecoder().decode(report.subarray(42, 47))).toBe('oriel');
	expect(report.length).toBe(32 + 4 * (viewOf(report).getUint16(34) + 1));
	reception.onPacket({ source: 7, sequence: 9 });
	expect([...(reception.report() ?? []).slice(16, 20)]).toEqual([0, 0, 0, 9]);
});
