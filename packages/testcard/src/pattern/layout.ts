import { MediaError } from '@oriel/media';
import { stripOf } from '../time-code/layout.ts';
import { CAPITAL_HEIGHT } from './font.ts';

/** Where everything is in a test picture, in pixels; scales are pixels for each dot of the font. */
export interface Layout {
	readonly width: number;
	/** The lower end of what is there to be looked at: below is the time code. */
	readonly bottom: number;
	readonly margin: number;
	readonly textScale: number;
	readonly footerTop: number;
	readonly clockMiddle: number;
	/** The middle of the line along which the comet flies, and the radius of its head. */
	readonly track: number;
	readonly radius: number;
	readonly swatchTop: number;
	readonly swatchHeight: number;
}

/** Throws MediaError 'bad-size' for a size that cannot be painted. */
export function layoutFor(width: number, height: number): Layout {
	const sane = width >= 160 && width <= 1920 && height >= 120 && height <= 1080 && width % 8 === 0 && height % 8 === 0;
	if (!sane) {
		const wanted = '160x120 to 1920x1080, both sides multiples of 8, such as 640x480 or 1280x720';
		throw new MediaError('bad-size', `The test picture cannot be ${width}x${height}: choose ${wanted}.`);
	}
	const bottom = stripOf(width, height).top;
	const unit = Math.max(1, Math.floor(Math.min(width / 320, height / 240)));
	const margin = Math.round(Math.min(width, height) / 20);
	return {
		width,
		bottom,
		margin,
		textScale: unit,
		footerTop: bottom - margin - CAPITAL_HEIGHT * unit,
		clockMiddle: Math.round(bottom * 0.38),
		track: even(bottom * 0.595),
		radius: unit * 3.5,
		swatchTop: Math.floor((bottom * 0.72) / 16) * 16,
		swatchHeight: unit > 2 ? 32 : 16,
	};
}

/** The largest scale at which a clock so many dots wide leaves some room at both sides. */
export function clockScale({ width, bottom }: Layout, dots: number): number {
	const byWidth = (width * 0.84) / dots;
	const byHeight = (bottom * 0.24) / CAPITAL_HEIGHT;
	return Math.max(1, Math.floor(Math.min(byWidth, byHeight)));
}

function even(value: number): number {
	return 2 * Math.round(value / 2);
}
