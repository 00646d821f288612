// Runs in the worker that draws, before its own code: as probe.mjs in the page.
import { CHANNEL, readEntry } from './time-code.mjs';

const channel = new BroadcastChannel(CHANNEL);
const draw = OffscreenCanvasRenderingContext2D.prototype.drawImage;
OffscreenCanvasRenderingContext2D.prototype.drawImage = function (...args) {
	draw.apply(this, args);
	const entry = readEntry(this.canvas, this.canvas.width, this.canvas.height, Date.now());
	if (entry) channel.postMessage(entry);
};
