/** The middle one; of an even number the mean of the two in the middle. */
export function median(numbers) {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/** A Markdown table. The first row is its head. */
export function table([head, ...rows]) {
	const line = (cells) => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * A target and whether it was met, as a table row.
 * @typedef {{text: string, seen: string, met: boolean}} Target
 */

/** @param {readonly Target[]} targets */
export function targetTable(targets) {
	const rows = targets.map(({ text, seen, met }) => [text, seen, met ? 'met' : '**missed**']);
	return table([['target', 'seen', ''], ...rows]);
}
