import { blankYuvImage, encodeJpeg } from '@oriel/media';
import type { Frame } from '../../../../packages/agent/src/capture/source.ts';

/** A small picture that differs from those with another `shade` (0 to 255). */
export function jpeg(shade: number, width: number = 16, height: number = 16): Uint8Array<ArrayBuffer> {
	const picture = blankYuvImage(width, height);
	picture.y.fill(shade);
	return encodeJpeg(picture, { quality: 90 });
}

/** The same without its Huffman tables, as USB cameras send it. */
export function withoutTables(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	const at = bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === 0xc4);
	const length = ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0) + 2;
	return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
}

export function frame(shade: number, capturedAt: number, width: number = 16, height: number = 16): Frame {
	const format = { codec: 'jpeg', codecString: undefined, width, height } as const;
	return { key: true, capturedAt, bytes: jpeg(shade, width, height), format };
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
