// The few pieces of DER (X.690) that a certificate of our own needs.

/** One value: tag, length, content. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
	const content = Buffer.concat(contents);
	return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

export const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents);
export const set = (...contents: readonly Uint8Array[]): Buffer => der(0x31, ...contents);
export const octets = (content: Uint8Array): Buffer => der(0x04, content);
export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text, 'utf8'));
export const yes: Buffer = der(0x01, Buffer.from([0xff]));

/** A bit string of whole bytes; `unused` bits at its end do not count. */
export const bits = (content: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.from([unused]), content);

/** [n] around a value, or instead of its tag if the value is primitive. */
export const explicit = (n: number, content: Uint8Array): Buffer => der(0xa0 | n, content);
export const implicit = (n: number, content: Uint8Array): Buffer => der(0x80 | n, content);

/** A whole number that is not negative, from its bytes. */
export function integer(bytes: Uint8Array): Buffer {
	const first = bytes.findIndex((byte) => byte !== 0);
	const plain = first < 0 ? Buffer.from([0]) : Buffer.from(bytes.subarray(first));
	return der(0x02, ...((plain[0] ?? 0) >= 0x80 ? [Buffer.from([0])] : []), plain);
}

/** An object identifier from its dotted form. */
export function oid(dotted: string): Buffer {
	const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
	return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A time: UTCTime up to 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
export function time(wall: number): Buffer {
	const text = `${new Date(wall).toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`;
	const short = text < '2050';
	return der(short ? 0x17 : 0x18, Buffer.from(short ? text.slice(2) : text, 'latin1'));
}

function lengthOf(length: number): number[] {
	if (length < 0x80) return [length];
	const bytes: number[] = [];
	for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
	return [0x80 | bytes.length, ...bytes];
}

function base128(value: number): number[] {
	const bytes = [value % 128];
	for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128));
	return bytes;
}
