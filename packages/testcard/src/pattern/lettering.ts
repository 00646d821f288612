import type { YuvImage } from '@oriel/media';
import { hasDot, LETTER_HEIGHT, LETTER_WIDTH, narrowing } from './font.ts';

/** Legs of the triangles at the corners of dots, in dots. */
const END_CUT = 0.3;
const SLOPE_CUT = 0.5;

/** Writes text of one size into the luma of pictures; the colour stays that of the background. */
export class Lettering {
	readonly #scale: number;
	/** Opacity 0..255 of each pixel of a letter, drawn once. There are no more of them than the font has letters. */
	readonly #masks = new Map<string, Uint8Array>();

	/** `scale` is the size of a dot of the font in pixels. */
	constructor(scale: number) {
		this.#scale = scale;
	}

	/** The width of `text` in pixels. */
	widthOf(text: string): number {
		return dotsOf(text) * this.#scale;
	}

	/** Draws `text` with its top left corner at `x`, `y`. Letters that are not wholly within the picture are left out. */
	draw(picture: YuvImage, text: string, x: number, y: number, ink: number): void {
		const high = y >= 0 && y + LETTER_HEIGHT * this.#scale <= picture.height;
		let left = x;
		for (const letter of text) {
			left -= narrowing(letter) * this.#scale;
			const fits = high && left >= 0 && left + LETTER_WIDTH * this.#scale <= picture.width;
			if (fits) this.#stamp(picture, this.#maskOf(letter), left, y, ink);
			left += (LETTER_WIDTH + 1 - narrowing(letter)) * this.#scale;
		}
	}

	#stamp({ width, y: luma }: YuvImage, mask: Uint8Array, x: number, y: number, ink: number): void {
		const columns = LETTER_WIDTH * this.#scale;
		for (let from = 0, to = y * width + x; from < mask.length; from += columns, to += width) {
			for (let column = 0; column < columns; column++) {
				const opacity = mask[from + column] ?? 0;
				if (opacity === 0) continue;
				const under = luma[to + column] ?? 0;
				luma[to + column] = under + Math.round(((ink - under) * opacity) / 255);
			}
		}
	}

	#maskOf(letter: string): Uint8Array {
		const known = this.#masks.get(letter);
		if (known) return known;
		const mask = drawMask(letter, this.#scale);
		this.#masks.set(letter, mask);
		return mask;
	}
}

/** The width of `text` in dots of the font. */
export function dotsOf(text: string): number {
	let dots = -1; // no gap behind the last letter
	for (const letter of text) dots += LETTER_WIDTH + 1 - 2 * narrowing(letter);
	return Math.max(0, dots);
}

function drawMask(letter: string, scale: number): Uint8Array {
	const columns = LETTER_WIDTH * scale;
	const mask = new Uint8Array(columns * LETTER_HEIGHT * scale);
	for (let at = 0; at < mask.length; at++) {
		const x = at % columns;
		const y = Math.floor(at / columns);
		mask[at] = Math.round(255 * coverage(letter, x / scale + 0.5 / scale, y / scale + 0.5 / scale, scale));
	}
	return mask;
}

/**
 * How much of a pixel at `x`, `y` (in dots) is inked. Dots are squares; the ends of lines are cut off a little, and
 * steps are cut and filled into slopes of 45 degrees, which makes big letters look drawn rather than piled up.
 */
function coverage(letter: string, x: number, y: number, scale: number): number {
	const column = Math.floor(x);
	const row = Math.floor(y);
	const right = x - column < 0.5 ? -1 : 1;
	const down = y - row < 0.5 ? -1 : 1;
	const beside = hasDot(letter, column + right, row);
	const above = hasDot(letter, column, row + down);
	const diagonal = hasDot(letter, column + right, row + down);
	// From the nearest corner of the dot, along both sides together.
	const fromCorner = 1 - Math.abs(x - column - 0.5) - Math.abs(y - row - 0.5);
	const beyond = (cut: number) => Math.min(1, Math.max(0, (fromCorner - cut) * scale + 0.5));
	if (!hasDot(letter, column, row)) return beside && above && !diagonal ? 1 - beyond(SLOPE_CUT) : 0;
	if (beside || above || diagonal) return 1;
	// A slope goes on at a dot that touches this one with its corner only.
	const slope =
		(hasDot(letter, column + right, row - down) && !hasDot(letter, column, row - down)) ||
		(hasDot(letter, column - right, row + down) && !hasDot(letter, column - right, row));
	return beyond(slope ? SLOPE_CUT : END_CUT);
}
