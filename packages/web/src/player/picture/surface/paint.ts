/** What is used of a canvas, be it of the page or of a worker. */
export interface CanvasLike {
	width: number;
	height: number;
	getContext(kind: '2d', options: { readonly alpha: boolean }): ContextLike | null;
}

/** What is used of its context. */
export interface ContextLike {
	readonly canvas: { width: number; height: number };
	drawImage(source: CanvasImageSource, x: number, y: number, width: number, height: number): void;
}

/** Something to draw, and its natural size. */
export interface Paintable {
	readonly source: CanvasImageSource;
	readonly width: number;
	readonly height: number;
}

/** The context to draw with; null where the browser has no more of them. */
export function contextOf(canvas: CanvasLike): ContextLike | null {
	return canvas.getContext('2d', { alpha: false });
}

/** Draws on a canvas of the picture's own size: only CSS scales it. */
export function paint(context: ContextLike | null, { source, width, height }: Paintable): void {
	if (!context) return;
	const { canvas } = context;
	if (canvas.width !== width || canvas.height !== height) {
		canvas.width = width;
		canvas.height = height;
	}
	context.drawImage(source, 0, 0, width, height);
}
