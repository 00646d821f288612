/**
 * What came in a span of time.
 * @param {import('./setup.mjs').Arrival[]} arrivals
 * @param {number} from
 * @param {number} to
 * @param {number} bitsPerSecond of the link
 */
export function figuresOf(arrivals, from, to, bitsPerSecond) {
	const within = arrivals.filter(({ at }) => at >= from && at < to);
	const ages = within.map(({ age }) => age).sort((a, b) => a - b);
	const seconds = (to - from) / 1000;
	const bits = 8 * within.reduce((sum, { bytes }) => sum + bytes, 0);
	return {
		p50: percentile(ages, 0.5),
		p95: percentile(ages, 0.95),
		p99: percentile(ages, 0.99),
		fps: within.length / seconds,
		still: longestStill(within, from, to),
		used: bits / seconds / bitsPerSecond,
	};
}

/** The longest time for which the same picture was to be seen. */
function longestStill(arrivals, from, to) {
	const times = [from, ...arrivals.map(({ at }) => at), to];
	return Math.max(...times.slice(1).map((at, index) => at - times[index]));
}

/** The smallest number that so many of the sorted ones do not exceed; infinite of none: nothing came. */
export function percentile(sorted, share) {
	return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.POSITIVE_INFINITY;
}

/** When, after `from`, the pictures became and stayed younger than `limit` for a second; infinite if they did not. */
export function freshAfter(arrivals, from, to, limit) {
	const seconds = [];
	for (let at = from; at + 500 <= to; at += 100) {
		const window = arrivals.filter((picture) => picture.at >= at && picture.at < at + 1000);
		if (window.length > 0 && window.every(({ age }) => age <= limit)) seconds.push((at - from) / 1000);
	}
	return seconds[0] ?? Number.POSITIVE_INFINITY;
}

/** When, after `from`, a second began in which the full rate came; infinite if none did. */
export function fullRateAfter(arrivals, from, to, fps) {
	for (let at = from; at + 1000 <= to; at += 100) {
		const count = arrivals.filter((picture) => picture.at >= at && picture.at < at + 1000).length;
		if (count >= fps - 1) return (at - from) / 1000;
	}
	return Number.POSITIVE_INFINITY;
}
