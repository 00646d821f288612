/** First byte of every TLS connection: a handshake record. */
export const HANDSHAKE = 0x16;
/** A record has at most this many bytes (RFC 8446, 5.1); no known client sends a longer hello. */
export const MAX_HELLO_BYTES: number = 5 + 16_384;

const CLIENT_HELLO = 1;
const ALPN = 16;

/**
 * The protocols that a client offers (ALPN) in its first TLS record. undefined: more bytes are needed. What cannot be
 * understood offers nothing: TLS itself will say what is wrong with it.
 */
export function offeredProtocols(bytes: Uint8Array): readonly string[] | undefined {
	if (bytes[0] !== HANDSHAKE) return bytes.length === 0 ? undefined : [];
	if (bytes.length < 5) return undefined;
	const length = ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0);
	if (length > MAX_HELLO_BYTES - 5) return [];
	if (bytes.length < 5 + length) return undefined;
	try {
		return protocolsIn(new Cursor(bytes.subarray(5, 5 + length)));
	} catch (failure) {
		if (failure instanceof RangeError) return [];
		throw failure;
	}
}

/** ClientHello (RFC 8446, 4.1.2). */
function protocolsIn(record: Cursor): readonly string[] {
	if (record.number(1) !== CLIENT_HELLO) return [];
	const hello = record.vector(3);
	hello.skip(2 + 32);
	hello.vector(1);
	hello.vector(2);
	hello.vector(1);
	const extensions = hello.vector(2);
	while (!extensions.isAtEnd) {
		const type = extensions.number(2);
		const content = extensions.vector(2);
		if (type === ALPN) return namesIn(content.vector(2));
	}
	return [];
}

function namesIn(list: Cursor): string[] {
	const names: string[] = [];
	while (!list.isAtEnd) names.push(list.vector(1).text());
	return names;
}

/** Reads on and on; beyond the end it throws RangeError. */
class Cursor {
	readonly #bytes: Uint8Array;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	get isAtEnd(): boolean {
		return this.#at >= this.#bytes.length;
	}

	number(size: 1 | 2 | 3): number {
		return this.#take(size).reduce((value, byte) => value * 256 + byte, 0);
	}

	skip(size: number): void {
		this.#take(size);
	}

	/** What follows a length of `size` bytes. */
	vector(size: 1 | 2 | 3): Cursor {
		return new Cursor(this.#take(this.number(size)));
	}

	text(): string {
		return Buffer.from(this.#bytes).toString('latin1');
	}

	#take(size: number): Uint8Array {
		if (this.#at + size > this.#bytes.length) throw new RangeError('the hello ends too early');
		this.#at += size;
		return this.#bytes.subarray(this.#at - size, this.#at);
	}
}
