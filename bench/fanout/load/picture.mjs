import { encodeJpeg } from '@oriel/media';
import { TestPattern } from '@oriel/testcard';

/** A picture's weight on the measured path. */
export const PICTURE_BYTES = 25_000;

/** SOI; then the comment into which source and viewers write and look: marker, length, text, room for two numbers. */
const SOI_BYTES = 2;
const COMMENT = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 22]), Buffer.from('ORIELTS0'), Buffer.alloc(12)]);

/** A real JPEG of exactly PICTURE_BYTES, with room for a stamp: the relay passes on nothing that is not a picture. */
export function stampedPicture() {
	const pattern = new TestPattern({ width: 640, height: 480, title: 'Bench', camera: 'bench' });
	const picture = pattern.paint({ time: 0, sequence: 0, clockText: '00:00:00' });
	const jpeg = encodeJpeg(picture, { quality: 75, padTo: PICTURE_BYTES - COMMENT.length });
	return Buffer.concat([jpeg.subarray(0, SOI_BYTES), COMMENT, jpeg.subarray(SOI_BYTES)]);
}
