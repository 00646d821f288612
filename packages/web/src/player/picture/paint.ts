/** Draws a bitmap on a canvas of the bitmap's own size: only CSS scales it. */
export function paint(canvas: HTMLCanvasElement, bitmap: ImageBitmap): void {
	if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
		canvas.width = bitmap.width;
		canvas.height = bitmap.height;
	}
	canvas.getContext('2d', { alpha: false })?.drawImage(bitmap, 0, 0);
}
