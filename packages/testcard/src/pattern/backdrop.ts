import type { YuvImage } from '@oriel/media';
import { fillBox } from './brush.ts';
import { type Color, color, mix } from './color.ts';
import type { Layout } from './layout.ts';

const BLOCK = 16;

/** Both of one hue and only luma between them: chroma is stored too coarsely for so faint a change. */
const GLOW: Color = { y: 66, cb: 142, cr: 118 };
const DUSK: Color = { y: 21, cb: 142, cr: 118 };
const LINE = color(0x3d5069);

/** The colour bars of television, in the order of their brightness, at half their voice. */
const SWATCHES = [0xc4cad3, 0xcfb16a, 0x6aa9b0, 0x78a87c, 0xa7789f, 0xb8665d, 0x5577ad, 0x39445a].map(color);

/** Paints all that stands still, except for the text: a night sky in flat blocks, the track, the colour swatches. */
export function paintBackdrop(picture: YuvImage, layout: Layout): void {
	paintSky(picture, layout);
	fillBox(picture, { left: 0, top: layout.track, width: picture.width, height: 2 }, LINE);
	paintSwatches(picture, layout);
}

/** Every block is flat, so that it costs a few bits only. */
function paintSky(picture: YuvImage, layout: Layout): void {
	for (let top = 0; top < picture.height; top += BLOCK) {
		for (let left = 0; left < picture.width; left += BLOCK) {
			const x = (left + BLOCK / 2) / picture.width - 0.5;
			const y = (top + BLOCK / 2 - layout.clockMiddle) / layout.bottom;
			const away = Math.min(1, Math.hypot(x * 1.25, y * 1.1));
			fillBox(picture, { left, top, width: BLOCK, height: BLOCK }, mix(GLOW, DUSK, smooth(away)));
		}
	}
}

function paintSwatches(picture: YuvImage, { swatchTop: top, swatchHeight: height }: Layout): void {
	const width = Math.max(BLOCK, Math.floor((picture.width * 0.8) / SWATCHES.length / BLOCK) * BLOCK);
	const first = Math.floor((picture.width - width * SWATCHES.length) / 2 / BLOCK) * BLOCK;
	SWATCHES.forEach((swatch, index) => {
		fillBox(picture, { left: first + index * width, top, width, height }, swatch);
	});
}

function smooth(way: number): number {
	return way * way * (3 - 2 * way);
}
