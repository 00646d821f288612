import type { PatternOptions } from './pattern-painter.ts';

/** A pattern whose longer side has no more than this is small enough for a tile. */
const MAX_SIDE_WITHOUT = 480;
const SIDE = 320;
/** What `TestPattern` can paint: at least this, in steps. */
const MIN_WIDTH = 160;
const MIN_HEIGHT = 120;
const STEP = 8;

/** The size of a pattern's preview, in its shape as far as that can be painted; undefined: it needs none. */
export function previewSize({
	width,
	height,
}: Pick<PatternOptions, 'width' | 'height'>): { readonly width: number; readonly height: number } | undefined {
	const longer = Math.max(width, height);
	if (longer <= MAX_SIDE_WITHOUT) return undefined;
	const side = (pixels: number, least: number) => Math.max(least, Math.round((pixels * SIDE) / longer / STEP) * STEP);
	return { width: side(width, MIN_WIDTH), height: side(height, MIN_HEIGHT) };
}
