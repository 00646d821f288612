import { type Plane, sumOf } from './planes.ts';

/** What stands in for samples that are not there (ISO/IEC 14496-10 8.3). */
const MIDDLE = 128;

/**
 * DC prediction of a square of 4 (8.3.1.2.3) or 16 (8.3.3.3) luma samples at `x`, `y`: the mean of what is left of it
 * and above it. The decoder has the very samples of the source there, because everything is written without loss.
 */
export function dcOfSquare(plane: Plane, x: number, y: number, size: number): number {
	const at = y * plane.stride + x;
	if (x === 0 && y === 0) return MIDDLE;
	const left = x > 0 ? sumOf(plane, at - 1, size, plane.stride) : 0;
	const above = y > 0 ? sumOf(plane, at - plane.stride, size, 1) : 0;
	const count = (x > 0 ? size : 0) + (y > 0 ? size : 0);
	return Math.floor((left + above + count / 2) / count);
}

/** DC prediction of the 4x4 chroma block at `x`, `y`, which may be any of its macroblock's four (8.3.4.1 to 8.3.4.3). */
export function dcOfChroma(plane: Plane, x: number, y: number): number {
	const blockX = x & 4;
	const blockY = y & 4;
	// The neighbours are those of the macroblock.
	const hasLeft = x - blockX > 0;
	const hasAbove = y - blockY > 0;
	const left = () => sumOf(plane, y * plane.stride + x - blockX - 1, 4, plane.stride);
	const above = () => sumOf(plane, (y - blockY - 1) * plane.stride + x, 4, 1);
	if (!hasLeft && !hasAbove) return MIDDLE;
	if (blockX !== blockY) {
		const wantsAbove = blockX > 0;
		const sum = wantsAbove ? (hasAbove ? above() : left()) : hasLeft ? left() : above();
		return (sum + 2) >> 2;
	}
	if (hasLeft && hasAbove) return (left() + above() + 4) >> 3;
	return ((hasLeft ? left() : above()) + 2) >> 2;
}
