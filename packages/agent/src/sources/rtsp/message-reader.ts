import { readHeaders } from '../http/answer-head.ts';
import { BadAnswer } from '../http/answer-reader.ts';

/** Lines before a body: no camera has a tenth of that. */
export const MAX_MESSAGE_HEAD_BYTES: number = 64 * 1024;
/** Bodies are descriptions of sessions: some hundreds of bytes. */
export const MAX_MESSAGE_BODY_BYTES: number = 256 * 1024;
/** What may stand between two messages: the rest of a packet whose length was wrong, at most a few pictures. */
export const MAX_GARBAGE_BYTES: number = 1024 * 1024;

/** What a camera says on an RTSP connection (RFC 2326). Names of headers are in lower case. */
export type RtspMessage =
	| { readonly kind: 'reply'; readonly status: number; readonly headers: Headers; readonly body: string }
	/** Cameras ask things, too: whether we are still there. */
	| { readonly kind: 'request'; readonly method: string; readonly headers: Headers }
	/** A packet (10.12). It shares memory with what was pushed. */
	| { readonly kind: 'packet'; readonly channel: number; readonly bytes: Buffer };

type Headers = ReadonlyMap<string, string>;

const DOLLAR = 0x24;
const PACKET_HEAD_BYTES = 4;
/** RTP and RTCP begin with their version, 2, in two bits. */
const VERSION = 2;
const REPLY = /^RTSP\/\d(?:\.\d)?\s+(\d{3})\b/i;
const REQUEST = /^([A-Z_]{3,20}) +(?:rtsps?:\/\/|\*)/;
/** So much tells whether it is the beginning of a message. */
const MAX_FIRST_WORDS = 32;

/**
 * Reads what comes on an RTSP connection, cut anywhere: replies, requests and packets, in any order. Where a camera sends
 * something else in between, it finds the next message again. It owns no socket.
 */
export class MessageReader {
	/** The channels on which packets are expected. */
	readonly #channels = new Set<number>();
	#parts: Buffer[] = [];
	#length = 0;
	/** With fewer bytes there is no sense in looking. */
	#needed = 1;
	#isBegun = false;
	#garbage = 0;
	#skippedBytes = 0;

	/** Bytes that belonged to no message, so far. */
	get skippedBytes(): number {
		return this.#skippedBytes;
	}

	/** Bytes of a message that is not whole yet. */
	get pendingBytes(): number {
		return this.#length;
	}

	/** Packets come on this channel: with that the next one is found behind damage. */
	expect(channel: number): void {
		this.#channels.add(channel);
	}

	/** The messages that `bytes` complete. Throws BadAnswer for what no camera says. */
	push(bytes: Buffer): RtspMessage[] {
		this.#parts.push(bytes);
		this.#length += bytes.length;
		if (this.#length < this.#needed) return [];
		let rest: Buffer = this.#parts.length === 1 ? bytes : Buffer.concat(this.#parts);
		const messages: RtspMessage[] = [];
		this.#needed = 1;
		while (rest.length >= this.#needed) {
			const taken = this.#take(rest);
			if (taken === undefined) break;
			rest = rest.subarray(taken.bytes);
			if (taken.message) {
				messages.push(taken.message);
				this.#isBegun = true;
				this.#garbage = 0;
			}
			this.#needed = 1;
		}
		this.#parts = rest.length > 0 ? [rest] : [];
		this.#length = rest.length;
		return messages;
	}

	/** What `rest` begins with; undefined: more of it has to come, `#needed` says how much. */
	#take(rest: Buffer): Taken | undefined {
		const [first = 0] = rest;
		if (first === DOLLAR) return this.#takePacket(rest);
		// Empty lines between messages.
		if (first === 0x0d || first === 0x0a) return { bytes: 1 };
		const words = rest.toString('latin1', 0, MAX_FIRST_WORDS);
		if (REPLY.test(words) || REQUEST.test(words)) return this.#takeText(rest);
		if (mayBecomeText(words)) {
			this.#needed = rest.length + 1;
			return undefined;
		}
		return this.#skip(rest);
	}

	#takePacket(rest: Buffer): Taken | undefined {
		const [, channel = 0] = rest;
		const length = rest.length < PACKET_HEAD_BYTES ? 0 : rest.readUInt16BE(2);
		// The first byte of the packet shows whether it is one.
		const needed = PACKET_HEAD_BYTES + (rest.length > PACKET_HEAD_BYTES ? length : Math.min(1, length));
		if (!this.#isPacket(rest)) return this.#skip(rest);
		if (rest.length < needed) {
			this.#needed = needed;
			return undefined;
		}
		return { bytes: needed, message: { kind: 'packet', channel, bytes: rest.subarray(PACKET_HEAD_BYTES, needed) } };
	}

	/** As far as the bytes go. Behind damage only a channel that is expected counts. */
	#isPacket(bytes: Buffer): boolean {
		const [, channel, high, low, flags] = bytes.subarray(0, PACKET_HEAD_BYTES + 1);
		if (this.#garbage > 0 && channel !== undefined && !this.#channels.has(channel)) return false;
		return flags === undefined || (high === 0 && low === 0) || flags >> 6 === VERSION;
	}

	#takeText(rest: Buffer): Taken | undefined {
		const text = rest.toString('latin1', 0, MAX_MESSAGE_HEAD_BYTES + 4);
		const end = /\r?\n\r?\n/.exec(text);
		if (!end) {
			if (rest.length > MAX_MESSAGE_HEAD_BYTES) {
				throw new BadAnswer(`sent ${rest.length} bytes of headers; ${MAX_MESSAGE_HEAD_BYTES} at most are read`);
			}
			this.#needed = rest.length + 1;
			return undefined;
		}
		const [first = '', ...lines] = text.slice(0, end.index).split(/\r?\n/);
		const headers = readHeaders(lines);
		const from = end.index + end[0].length;
		const to = from + bodyLength(headers);
		if (rest.length < to) {
			this.#needed = to;
			return undefined;
		}
		const [, status] = REPLY.exec(first) ?? [];
		if (status !== undefined) {
			const body = rest.toString('utf8', from, to);
			return { bytes: to, message: { kind: 'reply', status: Number(status), headers, body } };
		}
		const [, method = ''] = REQUEST.exec(first) ?? [];
		return { bytes: to, message: { kind: 'request', method, headers } };
	}

	/** Looks for the next message behind what is none. */
	#skip(rest: Buffer): Taken {
		if (!this.#isBegun) throw new BadAnswer(notRtsp(rest));
		const at = this.#nextMessage(rest);
		this.#garbage += at;
		this.#skippedBytes += at;
		if (this.#garbage > MAX_GARBAGE_BYTES) {
			throw new BadAnswer(`sent ${this.#garbage} bytes that are neither RTSP nor RTP, and nothing else`);
		}
		return { bytes: at };
	}

	#nextMessage(rest: Buffer): number {
		for (let at = 1; at < rest.length; at++) {
			const byte = rest[at];
			if (byte === DOLLAR) {
				const channel = rest[at + 1];
				if ((channel === undefined || this.#channels.has(channel)) && this.#isPacket(rest.subarray(at))) return at;
			} else if (byte === 0x52 && 'RTSP/1.'.startsWith(rest.toString('latin1', at, at + 7))) return at;
		}
		return rest.length;
	}
}

interface Taken {
	readonly bytes: number;
	readonly message?: RtspMessage;
}

function mayBecomeText(words: string): boolean {
	if (words.length >= MAX_FIRST_WORDS) return false;
	return (
		/^(R|RT|RTS|RTSP|RTSP\/[\d.]*\s*\d{0,2})$/i.test(words) ||
		/^[A-Z_]{1,20}( +(r(t(s(ps?(:\/?)?)?)?)?)?)?$/.test(words)
	);
}

function bodyLength(headers: Headers): number {
	const [length = '0'] = (headers.get('content-length') ?? '0').split(',');
	const bytes = /^\s*\d{1,15}\s*$/.test(length) ? Number(length) : 0;
	if (bytes <= MAX_MESSAGE_BODY_BYTES) return bytes;
	throw new BadAnswer(`announces ${bytes} bytes of text; ${MAX_MESSAGE_BODY_BYTES} at most are read`);
}

function notRtsp(bytes: Buffer): string {
	const isHttp = /^HTTP\//i.test(bytes.toString('latin1', 0, 5));
	const what = isHttp ? 'HTTP' : 'something that is not RTSP';
	return `answers with ${what}; is the port right? Most cameras use 554 for RTSP`;
}
