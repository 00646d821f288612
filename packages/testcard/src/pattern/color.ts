/** A colour as pictures have it: luma and chroma in full range. */
export interface Color {
	readonly y: number;
	readonly cb: number;
	readonly cr: number;
}

/** A colour given as 0xrrggbb (JFIF 1.02, conversion to and from RGB). */
export function color(rgb: number): Color {
	const red = (rgb >> 16) & 0xff;
	const green = (rgb >> 8) & 0xff;
	const blue = rgb & 0xff;
	const y = 0.299 * red + 0.587 * green + 0.114 * blue;
	return { y, cb: 128 + (blue - y) / 1.772, cr: 128 + (red - y) / 1.402 };
}

/** The colour on the way from `a` (0) to `b` (1). */
export function mix(a: Color, b: Color, way: number): Color {
	const between = (from: number, to: number) => from + (to - from) * way;
	return { y: between(a.y, b.y), cb: between(a.cb, b.cb), cr: between(a.cr, b.cr) };
}
