import { readTimeCode, type TimeCode } from '@oriel/testcard';

/** More rows than a time code has in a picture as small as those of the tests. */
const ROWS = 24;

const reading = new OffscreenCanvas(1, 1);
const reader = reading.getContext('2d', { willReadFrequently: true });
const drawImage = OffscreenCanvasRenderingContext2D.prototype.drawImage as (...args: unknown[]) => void;

/** The time code in the picture that `source` is now. */
export function timeCodeIn(source: CanvasImageSource, width: number, height: number): TimeCode | undefined {
	if (!reader || width === 0 || height < ROWS) return undefined;
	if (reading.width !== width || reading.height !== ROWS) Object.assign(reading, { width, height: ROWS });
	drawImage.call(reader, source, 0, ROWS - height, width, height);
	return readTimeCode({ width, height: ROWS, rgba: reader.getImageData(0, 0, width, ROWS).data });
}
