import type { Micros } from '@oriel/base';
import type { YuvImage } from '@oriel/media';
import { blendBox } from './brush.ts';
import { color } from './color.ts';
import type { Layout } from './layout.ts';

/** One flight through the picture. At a constant speed, the eye sees every picture that is late or missing. */
const FLIGHT: Micros = 4_000_000;
const LIGHT = color(0xffc46b);
/** The length of the tail as a part of the width of the picture. */
const TAIL_PART = 0.3;
/** How bright the halo and the tail are where they are brightest, and how many radii the halo reaches. */
const HALO = 0.22;
const TRAIL = 0.85;
const HALO_REACH = 3;

/** Paints the comet where it is at `time`. It leaves at the right and comes in at the left at the same moment. */
export function paintComet(picture: YuvImage, layout: Layout, time: Micros): void {
	const head = ((time % FLIGHT) / FLIGHT) * layout.width;
	paintAt(picture, layout, head);
	paintAt(picture, layout, head + layout.width);
	paintAt(picture, layout, head - layout.width);
}

function paintAt(picture: YuvImage, { width, track, radius }: Layout, head: number): void {
	const tail = width * TAIL_PART;
	const reach = 2 * Math.ceil((radius * HALO_REACH) / 2);
	const left = Math.max(0, 2 * Math.floor((head - tail) / 2));
	const right = Math.min(width, 2 * Math.ceil(head / 2) + reach);
	if (left >= right) return;
	const box = { left, top: track - reach, width: right - left, height: 2 * reach + 2 };
	blendBox(picture, box, LIGHT, (x, y) => glow(head - x, Math.abs(y - track - 1), tail, radius));
}

/** How bright the comet is, 0..1, at a point `behind` its head (negative: before it) and `off` its line. */
function glow(behind: number, off: number, tail: number, radius: number): number {
	const left = behind < 0 ? 0 : Math.max(0, 1 - behind / tail);
	const trail = TRAIL * left * clamp(radius * 0.7 * left - off + 0.5);
	if (behind > radius * HALO_REACH) return trail;
	const away = Math.sqrt(behind * behind + off * off);
	const halo = HALO * clamp(1 - away / (radius * HALO_REACH)) ** 2;
	return Math.max(clamp(radius - away + 0.5), halo, trail);
}

function clamp(value: number): number {
	return Math.min(1, Math.max(0, value));
}
