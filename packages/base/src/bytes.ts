/** All of `parts`, one after the other, in one new array. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	let size = 0;
	for (const part of parts) size += part.length;
	const whole = new Uint8Array(size);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

/** A window on `bytes` for reading and writing numbers. It copies nothing. */
export function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The first `count` bytes in hexadecimal, for error texts. */
export function hex(bytes: Uint8Array, count = 16): string {
	const shown = Array.from(bytes.subarray(0, count), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
	return bytes.length > count ? `${shown} …` : shown;
}

/** ASCII bytes of `text`. */
export function ascii(text: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
