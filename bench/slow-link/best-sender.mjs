import { figuresOf } from './figures.mjs';
import { loadFixture } from './fixture.mjs';

const SECONDS = 60;
const SETTLE_MS = 20_000;

/**
 * What a sender could do at best that sends the frames of each group in order and none twice, never lets the link idle,
 * knows when the next key frame comes, and has no queue: what it does not reach no sender of this stream does.
 * @param {string} file of the fixture
 * @param {number} bitsPerSecond that the link carries of its data
 */
export function bestSender(file, bitsPerSecond) {
	const { units, fps, keys } = withKeys(file);
	const arrivals = [];
	let free = 0;
	let next = 0;
	for (let count = 0; count < fps * SECONDS; count++) {
		const taken = (count * 1000) / fps;
		if (keys.has(count % units.length)) next = count;
		// All that the link has time for before the next frame is taken.
		while (next <= count && free < taken + 1000 / fps) {
			const bytes = units[next % units.length].length;
			const captured = (next * 1000) / fps;
			free = Math.max(free, captured) + (bytes * 8000) / bitsPerSecond;
			arrivals.push({ at: free, age: free - captured, bytes });
			next++;
		}
	}
	return figuresOf(arrivals, SETTLE_MS, SECONDS * 1000, bitsPerSecond);
}

function withKeys(file) {
	const { units, fps } = loadFixture(file);
	const isKey = (unit) => unit.indexOf(Buffer.of(0, 0, 1, 0x67)) >= 0;
	return { units, fps, keys: new Set(units.flatMap((unit, index) => (isKey(unit) ? [index] : []))) };
}
