/** Something to draw, and its natural size. */
export interface Paintable {
	readonly source: CanvasImageSource;
	readonly width: number;
	readonly height: number;
}

/** Draws on a canvas of the picture's own size: only CSS scales it. */
export function paint(canvas: HTMLCanvasElement, { source, width, height }: Paintable): void {
	if (canvas.width !== width || canvas.height !== height) {
		canvas.width = width;
		canvas.height = height;
	}
	canvas.getContext('2d', { alpha: false })?.drawImage(source, 0, 0, width, height);
}
