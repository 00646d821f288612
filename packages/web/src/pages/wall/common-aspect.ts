const USUAL = 16 / 9;
/** Beyond these a tile would be a slot: such pictures get bars instead. */
const NARROWEST = 3 / 4;
const WIDEST = 2;

interface Sized {
	readonly width: number;
	readonly height: number;
}

/** Width over height that suits most of the pictures: the median of those whose size is known. */
export function commonAspect(pictures: readonly Sized[]): number {
	const aspects = pictures
		.filter(({ width, height }) => width > 0 && height > 0)
		.map(({ width, height }) => width / height);
	const median = aspects.sort((a, b) => a - b)[Math.floor(aspects.length / 2)] ?? USUAL;
	return Math.min(WIDEST, Math.max(NARROWEST, median));
}
