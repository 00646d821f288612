import { readFileSync } from 'node:fs';
import { concat } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors/protocol-error.ts';
import type { Message } from '../message/message.ts';
import { PRESENTATION, TYPE_BYTES } from '../message/message.ts';
import { type DecodeLimits, decode } from './decode.ts';
import { encode } from './encode.ts';

/** Pictures stand in the file as hexadecimal digits. */
type WithPicture = Extract<Message, { data: Uint8Array }>;
type WrittenMessage = Exclude<Message, WithPicture> | { type: WithPicture['type']; payload: string };

interface Vector {
	readonly name: string;
	readonly hex: string;
	readonly limits?: DecodeLimits;
	/** False where the bytes are read as `messages` but would be written otherwise. */
	readonly canonical?: boolean;
	readonly messages?: readonly WrittenMessage[];
	readonly error?: { readonly code: string };
}

const file = new URL('../../../../test/vectors/wire.json', import.meta.url);
const vectors: readonly Vector[] = JSON.parse(readFileSync(file, 'utf8'));
const readable = vectors.filter((vector) => vector.messages);

function bytesOf(digits: string): Uint8Array {
	return Uint8Array.from(Buffer.from(digits, 'hex'));
}

function messagesOf(vector: Vector): Message[] {
	return (vector.messages ?? []).map((message) => ('payload' in message ? withPicture(message) : message));
}

function codeOf(action: () => unknown): unknown {
	try {
		action();
	} catch (thrown) {
		return thrown instanceof ProtocolError ? thrown.code : thrown;
	}
	return undefined;
}

describe('test/vectors/wire.json', () => {
	it.each(readable)('decodes $name', (vector) => {
		expect(decode(bytesOf(vector.hex), vector.limits)).toEqual(messagesOf(vector));
	});

	it.each(readable.filter((vector) => vector.canonical !== false))('encodes $name', (vector) => {
		const packet = concat(messagesOf(vector).map(encode));
		expect(Buffer.from(packet).toString('hex')).toBe(vector.hex);
	});

	it.each(vectors.filter((vector) => vector.error))('refuses $name', (vector) => {
		expect(codeOf(() => decode(bytesOf(vector.hex), vector.limits))).toBe(vector.error?.code);
	});

	it('has every type of message', () => {
		const messages = readable.flatMap(messagesOf);
		const seen = new Set<string>(messages.map((message) => message.type));
		if (messages.some((message) => message.type === 'frame' && message.presentationOffset)) seen.add(PRESENTATION);
		expect([...seen].sort()).toEqual(Object.keys(TYPE_BYTES).sort());
	});
});

function withPicture({ payload, ...message }: Extract<WrittenMessage, { payload: string }>): Message {
	return { ...message, data: bytesOf(payload) } as Message;
}
