/** How the tiles of the wall lie. Lengths are CSS pixels. */
export interface GridShape {
	readonly columns: number;
	readonly tileWidth: number;
	readonly tileHeight: number;
}

export interface GridSpace {
	readonly count: number;
	readonly width: number;
	readonly height: number;
	/** Width over height of a tile. */
	readonly aspect: number;
	readonly gap: number;
}

/** Tiles are not made narrower than this to fit them all in: then the wall scrolls. A big screen is looked at as a whole. */
const MIN_TILE_WIDTH = 280;
const MIN_TILE_WIDTH_BIG = 180;
const BIG_SCREEN = 1_200;
/** Tiles may be this much smaller for more columns: rows beside each other look calmer than a tower. */
const ALMOST = 0.95;

/** The largest tiles that fit the space all at once; if those were too small, comfortable ones that scroll. */
export function gridShape(space: GridSpace): GridShape {
	const fitting = Array.from({ length: Math.max(1, space.count) }, (_, index) => fit(space, index + 1));
	const widest = Math.max(...fitting.map(({ tileWidth }) => tileWidth));
	const best = fitting.reduce((a, b) => (b.tileWidth >= widest * ALMOST ? b : a));
	const least = Math.min(space.width, space.width >= BIG_SCREEN ? MIN_TILE_WIDTH_BIG : MIN_TILE_WIDTH);
	return best.tileWidth >= least ? best : fill(space);
}

function fit({ count, width, height, aspect, gap }: GridSpace, columns: number): GridShape {
	const rows = Math.ceil(count / columns);
	const byWidth = (width - gap * (columns - 1)) / columns;
	const byHeight = ((height - gap * (rows - 1)) / rows) * aspect;
	return shape(columns, Math.min(byWidth, byHeight), aspect);
}

function fill({ width, aspect, gap }: GridSpace): GridShape {
	const columns = Math.max(1, Math.floor((width + gap) / (MIN_TILE_WIDTH + gap)));
	return shape(columns, (width - gap * (columns - 1)) / columns, aspect);
}

function shape(columns: number, tileWidth: number, aspect: number): GridShape {
	return { columns, tileWidth: Math.floor(tileWidth), tileHeight: Math.floor(tileWidth / aspect) };
}
