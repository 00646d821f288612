import { readFileSync } from 'node:fs';
import { concat } from '@oriel/base';
import {
	decode,
	encodeLengthPrefixed,
	LengthPrefixedDecoder,
	MAX_MESSAGES_PER_PACKET,
	ProtocolError,
} from '@oriel/protocol';
import { describe, expect, it } from 'vitest';

const file = new URL('../vectors/wire.json', import.meta.url);
const corpus: readonly Uint8Array[] = JSON.parse(readFileSync(file, 'utf8')).map((vector: { hex: string }) =>
	Uint8Array.from(Buffer.from(vector.hex, 'hex')),
);

/** mulberry32: the same numbers for the same seed, everywhere. */
function randomFrom(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
	};
}

type Random = ReturnType<typeof randomFrom>;

function noise(random: Random, longest: number): Uint8Array {
	return Uint8Array.from({ length: random(longest) }, () => random(256));
}

/** One to four changes of the kinds that break parsers: bytes, lengths, cuts, repeats, foreign ends. */
function mutate(seed: Uint8Array, random: Random): Uint8Array {
	let bytes = seed.slice();
	for (let change = random(4); change >= 0; change--) {
		const at = random(bytes.length + 1);
		const kinds: (() => Uint8Array)[] = [
			() => bytes.map((byte, index) => (index === at ? random(256) : byte)),
			() => bytes.map((byte, index) => (index === at ? ([0, 0x7f, 0x80, 0xff][random(4)] ?? 0) : byte)),
			() => bytes.subarray(0, at),
			() => bytes.subarray(at),
			() => concat([bytes.subarray(0, at), noise(random, 16), bytes.subarray(at)]),
			() => concat([bytes, bytes.subarray(at)]),
			() => concat([bytes.subarray(0, at), corpus[random(corpus.length)] ?? bytes]),
		];
		if (bytes.length > 0) bytes = (kinds[random(kinds.length)] ?? kinds[0])?.().slice(0, 20_000) ?? bytes;
	}
	return bytes;
}

/** Number of messages, or the code of the ProtocolError; anything else that is thrown fails the test. */
function outcome(bytes: Uint8Array): number | string {
	try {
		const messages = decode(bytes);
		expect(messages.length).toBeLessThanOrEqual(MAX_MESSAGES_PER_PACKET);
		return messages.length;
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return thrown.code;
		throw new Error(`decode(${Buffer.from(bytes).toString('hex')}) threw something else`, { cause: thrown });
	}
}

/** Pushes `stream` in random pieces. Returns the payload bytes that came out; a ProtocolError ends it. */
function drain(receiver: LengthPrefixedDecoder, stream: Uint8Array, random: Random, maxBytes: number): number {
	let out = 0;
	try {
		for (let at = 0; at < stream.length; ) {
			const chunk = stream.subarray(at, at + 1 + random(40));
			for (const message of receiver.push(chunk)) out += message.length;
			expect(receiver.pendingBytes).toBeLessThan(4 + maxBytes);
			at += chunk.length;
		}
	} catch (thrown) {
		if (!(thrown instanceof ProtocolError)) throw thrown;
	}
	return out;
}

describe('wire under hostile input', () => {
	it('lets only ProtocolError out of noise', () => {
		const random = randomFrom(1);
		for (let round = 0; round < 4000; round++) outcome(noise(random, 200));
	});

	it('lets only ProtocolError out of mutated messages, and meets every code on the way', () => {
		const random = randomFrom(2);
		const seen = new Set<number | string>();
		for (let round = 0; round < 8000; round++) {
			seen.add(outcome(mutate(corpus[random(corpus.length)] ?? new Uint8Array(), random)));
		}
		for (const code of ['truncated', 'too-large', 'bad-control', 'bad-field']) expect(seen).toContain(code);
	});

	it('takes every message cut at every byte', () => {
		for (const bytes of corpus.filter((vector) => vector.length < 1000)) {
			for (let cut = 0; cut <= bytes.length; cut++) {
				outcome(bytes.subarray(0, cut));
				outcome(bytes.subarray(cut));
			}
		}
	});

	it('allocates nothing for a length that is only announced', () => {
		const bytes = new Uint8Array(20);
		bytes.set([0x10, 1, 0, 1, 0xff, 0xff, 0xff, 0xff]);
		const before = process.memoryUsage().arrayBuffers;
		for (let round = 0; round < 1000; round++) expect(outcome(bytes)).toBe('truncated');
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
	});
});

describe('LengthPrefixedDecoder under hostile input', () => {
	it('never holds more than one message, nor gives out more than it was given', () => {
		const random = randomFrom(3);
		for (let round = 0; round < 3000; round++) {
			const maxBytes = 1 + random(100);
			const honest = Array.from({ length: random(6) }, () => encodeLengthPrefixed(noise(random, maxBytes)));
			const stream = mutate(concat([...honest, noise(random, 12)]), random);
			const out = drain(new LengthPrefixedDecoder({ maxBytes }), stream, random, maxBytes);
			expect(out).toBeLessThanOrEqual(stream.length);
		}
	});
});
