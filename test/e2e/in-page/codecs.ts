// Runs in the page: the decoders of the libraries, called with what crosses from the test as JSON.
import { openReader, type StreamKind } from '@oriel/media';
import { type DecodeLimits, decode, encode, type Message, ProtocolError } from '@oriel/protocol';

interface Vector {
	readonly hex: string;
	readonly limits?: DecodeLimits;
	/** A picture stands in them as `payload`, in hexadecimal. */
	readonly messages?: readonly (Message & { readonly payload?: string })[];
}

function bytesOf(hex: string): Uint8Array {
	return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

function hexOf(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** As a vector has it: pictures in hexadecimal, and nothing that is undefined. */
function plain(message: Message): unknown {
	if (!('data' in message)) return JSON.parse(JSON.stringify(message));
	const { data, ...rest } = message;
	return JSON.parse(JSON.stringify({ ...rest, payload: hexOf(data) }));
}

const codecs = {
	decodeVector({ hex, limits }: Vector): unknown {
		try {
			return { messages: decode(bytesOf(hex), limits).map(plain) };
		} catch (thrown) {
			if (thrown instanceof ProtocolError) return { error: thrown.code };
			throw thrown;
		}
	},
	encodeVector({ messages = [] }: Vector): string {
		return messages
			.map(({ payload, ...rest }) => (payload === undefined ? rest : { ...rest, data: bytesOf(payload) }) as Message)
			.map((message) => hexOf(encode(message)))
			.join('');
	},
	readFrames(kind: StreamKind, base64: string, chunkBytes: number): string[] {
		const stream = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
		const reader = openReader(kind, { maxBytes: 1_000_000 });
		const frames = [];
		for (let at = 0; at < stream.length; at += chunkBytes)
			frames.push(...reader.push(stream.subarray(at, at + chunkBytes)));
		frames.push(...reader.flush());
		return frames.map(({ data }) => btoa(String.fromCharCode(...data)));
	},
};

Object.assign(window, { codecs });
