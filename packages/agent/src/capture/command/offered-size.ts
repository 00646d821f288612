import type { OfferedFormat, OfferedSize } from '../../detect/outputs/picture-format.ts';
import { refuse } from './refuse.ts';

interface Size {
	readonly width: number;
	readonly height: number;
}

/**
 * The size to ask a camera for: the one that was chosen, if the camera has it; else the one nearest to `suited` that is not
 * larger, if there is one. Throws AgentError `bad-option` with the sizes that it has.
 */
export function offeredSize(format: OfferedFormat | undefined, chosen: Size | undefined, suited: Size): Size {
	const sizes = format?.sizes ?? [];
	if (sizes.length === 0) return chosen ?? suited;
	if (chosen) {
		if (sizes.some((size) => isSame(size, chosen))) return chosen;
		const list = [...new Set(sizes.map(({ width, height }) => `${width}x${height}`))].slice(0, 12).join(', ');
		throw refuse(`a size of ${chosen.width}x${chosen.height}`, `this camera has ${list}`);
	}
	const smaller = sizes.filter(({ width, height }) => width <= suited.width && height <= suited.height);
	const [first] = [...(smaller.length > 0 ? smaller : sizes)].sort(nearestTo(suited));
	return first ? { width: first.width, height: first.height } : suited;
}

/** Of two equally near sizes the one that is sent faster comes first. */
function nearestTo(suited: Size): (one: OfferedSize, other: OfferedSize) => number {
	const distance = ({ width, height }: Size) => Math.abs(width * height - suited.width * suited.height);
	return (one, other) => distance(one) - distance(other) || Math.max(0, ...other.rates) - Math.max(0, ...one.rates);
}

function isSame(one: Size, other: Size): boolean {
	return one.width === other.width && one.height === other.height;
}

/** The most pictures a second that a camera sends in this size; undefined where it does not tell. */
export function fastestRate(format: OfferedFormat | undefined, size: Size): number | undefined {
	const rates = (format?.sizes ?? []).filter((offered) => isSame(offered, size)).flatMap(({ rates }) => rates);
	return rates.length === 0 ? undefined : Math.max(...rates);
}
