// Runs in the page, before anything else: reads the time code of every picture as soon as it is on a canvas or in a video.
import { cameraId } from '../../packages/testcard/dist/index.js';
import { CHANNEL, readEntry } from './time-code.mjs';

/** A picture that is older than this when drawn is one of the past. */
const CURRENT_MS = 250;

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
	const entry = readEntry(source, width, height, now);
	if (entry) enter(entry);
}

/** @param {{age: number, at: number, sequence: number, camera: number}} entry */
function enter(entry) {
	if (entry.sequence !== seen.at(-1)?.sequence) seen.push(entry);
	tell?.(entry);
}

const draw = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (source, ...rest) {
	draw.call(this, source, ...rest);
	const now = Date.now();
	// A video or a canvas is drawn when what it shows is asked for.
	const isCopy = source instanceof HTMLVideoElement || source instanceof HTMLCanvasElement;
	if (!isCopy) note(this.canvas, this.canvas.width, this.canvas.height, now);
};

new BroadcastChannel(CHANNEL).onmessage = ({ data }) => enter(data);

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
