import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUFFER_OVERHEAD } from '../memory/limits.ts';
import { PartialMessage } from './partial-message.ts';

interface Piece {
	readonly opcode: number;
	readonly isFinal: boolean;
	readonly length: number;
}

function frame({ opcode, isFinal, length }: Piece): Buffer {
	const short = length < 126;
	const head = short
		? Buffer.from([0, 0x80 | length, 0, 0, 0, 0])
		: Buffer.from([0, 0x80 | 126, length >> 8, length & 0xff, 0, 0, 0, 0]);
	head[0] = (isFinal ? 0x80 : 0) | opcode;
	return Buffer.concat([head, Buffer.alloc(length)]);
}

/** A message in some fragments, with a ping somewhere between. */
const message = fc
	.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 4 })
	.map((lengths) =>
		lengths.flatMap((length, at): Piece[] => [
			...(at === 1 ? [{ opcode: 9, isFinal: true, length: 20 }] : []),
			{ opcode: at === 0 ? 2 : 0, isFinal: at === lengths.length - 1, length },
		]),
	);

describe('a message that is not whole', () => {
	it('is held from its first byte to its last, however it is cut, as a library holds it', () => {
		const messages = fc.array(message, { maxLength: 5 });
		fc.assert(
			fc.property(messages, fc.array(fc.nat({ max: 2000 })), (all, cuts) => {
				const bytes = Buffer.concat(all.flat().map(frame));
				let end = 0;
				const ends = all.map((pieces) => {
					end += Buffer.concat(pieces.map(frame)).length;
					return end;
				});
				const partial = new PartialMessage();
				let at = 0;
				for (const cut of [...cuts.filter((place) => place < bytes.length), bytes.length].sort((a, b) => a - b)) {
					partial.push(Uint8Array.from(bytes.subarray(at, cut)));
					at = cut;
					const start = ends.filter((end) => end <= at).at(-1) ?? 0;
					if (at === start) expect(partial.held).toBe(0);
					else if (partial.held === 0) expect(isOnlyPings(bytes.subarray(start, at))).toBe(true);
					else expect(partial.held).toBeGreaterThanOrEqual(at - start);
				}
			}),
		);
	});

	it('counts the whole chunk for one byte of the next message, and every chunk for what is around its bytes', () => {
		const partial = new PartialMessage();
		const whole = frame({ opcode: 2, isFinal: true, length: 5000 });
		partial.push(Uint8Array.from(Buffer.concat([whole, whole.subarray(0, 1)])));
		expect(partial.held).toBe(whole.length + 1 + BUFFER_OVERHEAD);
		for (let at = 1; at < 100; at++) partial.push(Uint8Array.from(whole.subarray(at, at + 1)));
		expect(partial.held).toBe(whole.length + 1 + 99 + 100 * BUFFER_OVERHEAD);
		partial.push(Uint8Array.from(whole.subarray(100)));
		expect(partial.held).toBe(0);
	});
});

/** A ping before the first fragment leaves nothing behind. */
function isOnlyPings(bytes: Uint8Array): boolean {
	return bytes.length === 0 || ((bytes[0] ?? 0) & 0x0f) === 9;
}
