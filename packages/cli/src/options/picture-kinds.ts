import type { Kind, Place } from './option.ts';
import { UsageError } from './usage-error.ts';

function refuse(text: string, place: Place, accepted: string): never {
	throw new UsageError(`${place}: "${text}" cannot be used; ${accepted}`);
}

const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1000, M: 1_000_000 };
const MIN_BITRATE = 16_000;
const MAX_BITRATE = 100_000_000;

/** Bits a second: `2000000`, `2000k` or `2M`. */
export function bitrate(): Kind<number> {
	const read = (value: string, place: Place) => {
		const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)([kM]?)$/.exec(value) ?? [];
		const bits = Math.round(Number(number) * (FACTORS[unit] ?? Number.NaN));
		if (bits >= MIN_BITRATE && bits <= MAX_BITRATE) return bits;
		return refuse(value, place, 'expected bits per second from 16k to 100M, like 2000000, 2000k or 2M');
	};
	return { metavar: 'BPS', read };
}

/** A number between two limits, both accepted. */
export function between(metavar: string, min: number, max: number): Kind<number> {
	const read = (value: string, place: Place) => {
		const number = Number(value);
		if (/^-?\d/.test(value) && number >= min && number <= max) return number;
		return refuse(value, place, `expected a number from ${min} to ${max}`);
	};
	return { metavar, read };
}

/** A part of the picture, as fractions of its width and height. */
export interface Part {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** `X,Y,WIDTH,HEIGHT`, each from 0 to 1, inside the picture: `0.25,0.25,0.5,0.5` is the middle. */
export function part(): Kind<Part> {
	const read = (value: string, place: Place) => {
		const numbers = value.split(',').map((item) => (/^\s*\d*\.?\d+\s*$/.test(item) ? Number(item) : Number.NaN));
		const [x = Number.NaN, y = Number.NaN, width = Number.NaN, height = Number.NaN] = numbers;
		const isInside = width > 0 && height > 0 && fits(x, width) && fits(y, height);
		if (numbers.length === 4 && isInside) return { x, y, width, height };
		const accepted = 'expected X,Y,WIDTH,HEIGHT from 0 to 1, inside the picture, like 0.25,0.25,0.5,0.5';
		return refuse(value, place, accepted);
	};
	return { metavar: 'X,Y,W,H', read };
}

/** Written down with a few digits, 0.7 and 0.3 make a little more than 1. */
function fits(start: number, length: number): boolean {
	return start >= 0 && start + length <= 1 + 1e-9;
}

const ANGLES = [0, 90, 180, 270] as const;

/** Clockwise, in steps of a quarter. */
export function quarterTurn(): Kind<(typeof ANGLES)[number]> {
	const read = (value: string, place: Place) =>
		ANGLES.find((angle) => String(angle) === value) ?? refuse(value, place, 'expected 0, 90, 180 or 270');
	return { metavar: 'DEGREES', read };
}
