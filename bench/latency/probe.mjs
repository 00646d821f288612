// Runs in the page, before anything else: reads the time code of every picture as soon as it is on a canvas or in a video.
import { cameraId, readTimeCode } from '../../packages/testcard/dist/index.js';

/** At 640x480 the strip is 24 pixels high. */
const STRIP_HEIGHT = 24;
/** A picture that is older than this when drawn is one of the past. */
const CURRENT_MS = 250;

const sample = new OffscreenCanvas(640, STRIP_HEIGHT).getContext('2d', { willReadFrequently: true });
/** `at`: when it was drawn, in milliseconds since 1970. @type {{age: number, at: number, sequence: number, camera: number}[]} */
let seen = [];
/** @type {((entry: {age: number, camera: number}) => void) | undefined} */
let tell;

window.probe = {
	get seen() {
		return seen;
	},
	clear() {
		seen = [];
	},
	/** @param {string} camera @param {number} askedAt */
	firstCurrent(camera, askedAt) {
		return new Promise((resolve) => {
			tell = (entry) => {
				if (entry.camera === cameraId(camera) && entry.age < CURRENT_MS) resolve(performance.now() - askedAt);
			};
		});
	},
};

/** @param {CanvasImageSource} source @param {number} width @param {number} height @param {number} now */
function note(source, width, height, now) {
	if (width !== 640) return;
	sample.drawImage(source, 0, height - STRIP_HEIGHT, width, STRIP_HEIGHT, 0, 0, width, STRIP_HEIGHT);
	const code = readTimeCode({ width, height: STRIP_HEIGHT, rgba: sample.getImageData(0, 0, width, STRIP_HEIGHT).data });
	if (!code) throw new Error('A picture was shown whose time code cannot be read');
	const entry = { age: now - code.time / 1000, at: now, sequence: code.sequence, camera: code.camera };
	if (entry.sequence !== seen.at(-1)?.sequence) seen.push(entry);
	tell?.(entry);
}

const draw = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (source, ...rest) {
	draw.call(this, source, ...rest);
	const now = Date.now();
	if (!(source instanceof HTMLVideoElement)) note(this.canvas, this.canvas.width, this.canvas.height, now);
};

const append = Element.prototype.append;
Element.prototype.append = function (...nodes) {
	append.apply(this, nodes);
	for (const node of nodes) if (node instanceof HTMLVideoElement) follow(node);
};

/** @param {HTMLVideoElement} video */
function follow(video) {
	video.requestVideoFrameCallback(() => {
		note(video, video.videoWidth, video.videoHeight, Date.now());
		follow(video);
	});
}
