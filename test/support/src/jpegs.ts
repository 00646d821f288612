import { blankYuvImage, encodeJpeg, inspectJpeg, type Jpeg } from '@oriel/media';

/** A small picture that differs from those with another `shade` (0 to 255). */
export function jpeg(shade: number, width: number = 16, height: number = 16): Uint8Array<ArrayBuffer> {
	const picture = blankYuvImage(width, height);
	picture.y.fill(shade);
	return encodeJpeg(picture, { quality: 90 });
}

/** A picture of exactly `bytes` bytes: a small one with a comment (COM) of the right length behind its SOI. */
export function jpegOfSize(bytes: number, shade = 7): Uint8Array<ArrayBuffer> {
	const small = jpeg(shade);
	const parts = [small.subarray(0, 2)];
	for (let missing = bytes - small.length; missing > 0; ) {
		const length = missing > 65_537 ? Math.min(65_537, missing - 4) : missing;
		const comment = new Uint8Array(length);
		comment.set([0xff, 0xfe, (length - 2) >> 8, (length - 2) & 0xff]);
		parts.push(comment);
		missing -= length;
	}
	return Buffer.concat([...parts, small.subarray(2)]);
}

/** The same without its Huffman tables, as USB cameras send it. */
export function withoutTables(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	const at = bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === 0xc4);
	const length = ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0) + 2;
	return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
}

/** What `inspectJpeg` makes of it; throws if it is no picture. */
export function asJpeg(bytes: Uint8Array): Jpeg {
	const found = inspectJpeg(bytes);
	if (!found) throw new Error('Not a picture');
	return found;
}

/** `parts` as one multipart body, sloppily: a camera's idea of it. */
export function multipart(parts: readonly Uint8Array[], boundary: string = 'frame'): Buffer {
	const framed = parts.flatMap((part) => [
		Buffer.from(`--${boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: ${part.length}\r\n\r\n`),
		part,
		Buffer.from('\r\n'),
	]);
	return Buffer.concat(framed);
}
