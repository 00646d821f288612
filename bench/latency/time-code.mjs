import { readTimeCode } from '../../packages/testcard/dist/index.js';

/** At 640x480 the strip is 24 pixels high. */
const STRIP_HEIGHT = 24;

const sample = new OffscreenCanvas(640, STRIP_HEIGHT).getContext('2d', { willReadFrequently: true });
const draw = OffscreenCanvasRenderingContext2D.prototype.drawImage;

/**
 * What the time code in a picture says, and how old the picture is; undefined for pictures of another size.
 * @param {CanvasImageSource} source @param {number} width @param {number} height @param {number} now
 */
export function readEntry(source, width, height, now) {
	if (width !== 640) return undefined;
	draw.call(sample, source, 0, height - STRIP_HEIGHT, width, STRIP_HEIGHT, 0, 0, width, STRIP_HEIGHT);
	const code = readTimeCode({ width, height: STRIP_HEIGHT, rgba: sample.getImageData(0, 0, width, STRIP_HEIGHT).data });
	if (!code) throw new Error('A picture was shown whose time code cannot be read');
	return { age: now - code.time / 1000, at: now, sequence: code.sequence, camera: code.camera };
}

/** The channel on which the worker tells what it has drawn. */
export const CHANNEL = 'drawn in the worker';
