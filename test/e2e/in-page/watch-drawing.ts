// Runs in the worker that draws, before its own code: tells the page of each picture that is drawn, by the time code in it.
import { DRAWN_CHANNEL, type DrawnMessage } from './drawn-message.ts';
import { timeCodeIn } from './time-code-in.ts';

const channel = new BroadcastChannel(DRAWN_CHANNEL);

const drawImage = OffscreenCanvasRenderingContext2D.prototype.drawImage as (...args: unknown[]) => void;
OffscreenCanvasRenderingContext2D.prototype.drawImage = function (
	this: OffscreenCanvasRenderingContext2D,
	...args: unknown[]
) {
	drawImage.apply(this, args);
	const { width, height } = this.canvas;
	const code = timeCodeIn(this.canvas, width, height);
	const { camera, sequence } = code ?? {};
	if (camera === undefined || sequence === undefined) return;
	channel.postMessage({ camera, sequence, size: [width, height] } satisfies DrawnMessage);
};
