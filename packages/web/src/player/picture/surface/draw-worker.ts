// Runs in a worker: draws for all players of the page.
import type { FromDrawWorker, ToDrawWorker } from './draw-messages.ts';
import { serveDrawing } from './serve-drawing.ts';

/** What is used of the worker's global scope, which the types of a page do not know. */
interface WorkerScope {
	onmessage: (event: { readonly data: ToDrawWorker }) => void;
	postMessage(message: FromDrawWorker): void;
}

const scope = globalThis as unknown as WorkerScope;

// Some browsers have the canvas here, and no way to draw pictures on it.
if (new OffscreenCanvas(1, 1).getContext('2d')) {
	const take = serveDrawing({
		decode: (jpeg) => createImageBitmap(jpeg),
		send: (message) => scope.postMessage(message),
	});
	scope.onmessage = ({ data }) => take(data);
}
