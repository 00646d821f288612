/** Little is lost at this quality, and a picture stays well below a megabyte. */
const JPEG_QUALITY = 0.95;

/** How a picture is turned where it is shown: first clockwise, in degrees, then mirrored left and right. */
export interface Orientation {
	readonly degrees: number;
	readonly mirrored: boolean;
}

/** A JPEG of what a canvas shows, turned as it is seen. Undefined if the browser cannot make one. */
export async function pictureAsSeen(canvas: HTMLCanvasElement, orientation: Orientation): Promise<Blob | undefined> {
	const copy = turnedCopy(canvas, orientation);
	const blob = await new Promise<Blob | null>((resolve) => copy.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
	return blob ?? undefined;
}

function turnedCopy(canvas: HTMLCanvasElement, { degrees, mirrored }: Orientation): HTMLCanvasElement {
	if (degrees === 0 && !mirrored) return canvas;
	const { width, height } = canvas;
	const isQuarter = degrees % 180 !== 0;
	const copy = document.createElement('canvas');
	copy.width = isQuarter ? height : width;
	copy.height = isQuarter ? width : height;
	const context = copy.getContext('2d', { alpha: false });
	context?.translate(copy.width / 2, copy.height / 2);
	context?.scale(mirrored ? -1 : 1, 1);
	context?.rotate((degrees * Math.PI) / 180);
	context?.drawImage(canvas, -width / 2, -height / 2);
	return copy;
}
