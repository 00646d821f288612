import { concat } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { LengthPrefixedDecoder } from './decode.ts';
import { encodeLengthPrefixed } from './encode.ts';

const MAX_BYTES = 64;

function decoder(): LengthPrefixedDecoder {
	return new LengthPrefixedDecoder({ maxBytes: MAX_BYTES });
}

/** `bytes` cut before each of `cuts`. */
function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
	const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
	return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

const messages = fc.array(fc.uint8Array({ maxLength: MAX_BYTES }), { maxLength: 12 });

describe('LengthPrefixedDecoder', () => {
	it('gives the same messages however the stream is cut', () => {
		fc.assert(
			fc.property(messages, fc.array(fc.nat(), { maxLength: 40 }), (sent, cuts) => {
				const stream = concat(sent.map(encodeLengthPrefixed));
				const receiver = decoder();
				expect(split(stream, cuts).flatMap((chunk) => receiver.push(chunk))).toEqual(sent);
				expect(receiver.pendingBytes).toBe(0);
			}),
			{ numRuns: 300 },
		);
	});

	it('gives the same messages byte by byte, each as soon as its last byte is there', () => {
		const stream = concat([new Uint8Array([1, 2]), new Uint8Array(), new Uint8Array([3])].map(encodeLengthPrefixed));
		const receiver = decoder();
		expect(Array.from(stream, (byte) => receiver.push(new Uint8Array([byte])).length)).toEqual([
			0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1,
		]);
	});

	it('passes messages of length 0 on: the seed begins with one', () => {
		expect(decoder().push(new Uint8Array(8))).toEqual([new Uint8Array(), new Uint8Array()]);
	});

	it('copies: a reused read buffer changes no message', () => {
		const chunk = encodeLengthPrefixed(new Uint8Array([1, 2, 3]));
		const [message] = decoder().push(chunk);
		chunk.fill(0);
		expect(message).toEqual(new Uint8Array([1, 2, 3]));
	});

	it('tells by its pending bytes whether the stream ended inside a message', () => {
		const receiver = decoder();
		const stream = encodeLengthPrefixed(new Uint8Array(3));
		const pending = Array.from(stream, (byte) => {
			receiver.push(new Uint8Array([byte]));
			return receiver.pendingBytes;
		});
		expect(pending).toEqual([1, 2, 3, 4, 5, 6, 0]);
	});

	it('accepts its limit and throws on one byte more, before it allocates anything for it', () => {
		const largest = new Uint8Array(MAX_BYTES).fill(7);
		expect(decoder().push(encodeLengthPrefixed(largest))).toEqual([largest]);
		const receiver = decoder();
		const allocate = vi.spyOn(globalThis, 'Uint8Array');
		try {
			expect(() => receiver.push(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toThrow(
				'Message announces 4294967295 bytes; at most 64 are accepted',
			);
			expect(allocate).not.toHaveBeenCalledWith(0xffff_ffff);
		} finally {
			allocate.mockRestore();
		}
		expect(() => decoder().push(new Uint8Array([0, 0, 0, MAX_BYTES + 1]))).toThrow(
			expect.objectContaining({ code: 'too-large' }),
		);
	});
});
