import { CanvasSurface, type CanvasSurfaceParts } from './canvas-surface.ts';
import type { FromDrawWorker, ToDrawWorker } from './draw-messages.ts';

export interface DrawingParts extends Pick<CanvasSurfaceParts, 'decode'> {
	readonly send: (message: FromDrawWorker) => void;
}

/** The worker's part: draws on the canvases that it is given. The returned function takes the page's messages. */
export function serveDrawing({ decode, send }: DrawingParts): (message: ToDrawWorker) => void {
	const surfaces = new Map<number, CanvasSurface>();
	send({ type: 'ready' });
	return (message) => {
		const { type, tile } = message;
		if (type === 'open') surfaces.set(tile, new CanvasSurface({ canvas: message.canvas, decode }));
		else if (type === 'draw') {
			const { turn, picture } = message;
			surfaces.get(tile)?.draw(picture, (isDrawn) => send({ type: 'done', tile, turn, isDrawn }));
			// The worker's own handle of a frame that is drawn by now.
			if (!(picture instanceof Uint8Array)) picture.close();
		} else {
			surfaces.get(tile)?.cancel();
			if (type === 'close') surfaces.delete(tile);
		}
	};
}
