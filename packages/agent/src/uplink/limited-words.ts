import type { Decision } from './adaptation.ts';

/** What people are told of a camera that sends less than its owner has set; undefined: it does not. */
export function limitedWords({ why, limit, carried, full }: Decision): string | undefined {
	if (limit === undefined) return undefined;
	const sent = `pictures are sent at ${megabits(limit)} instead of ${megabits(full)} Mbit/s`;
	if (why === 'try') return `The camera’s uplink was too slow: ${sent}, and at more as it carries more.`;
	return `The camera’s uplink carries about ${megabits(carried)} Mbit/s: ${sent}.`;
}

/** "1.1", "0.25": two digits that count. */
function megabits(bitsPerSecond: number): string {
	const value = bitsPerSecond / 1_000_000;
	return value.toFixed(value < 0.995 ? 2 : 1);
}
