/** Rows as columns for people; nothing at all for no rows. */
export function table(rows: readonly Readonly<Record<string, string>>[]): string {
	const [first] = rows;
	if (!first) return '';
	const names = Object.keys(first);
	const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => row[name]?.length ?? 0)));
	const line = (cells: readonly string[]) =>
		cells
			.map((cell, index) => cell.padEnd(widths[index] ?? 0))
			.join('  ')
			.trimEnd();
	return `${[names, ...rows.map((row) => names.map((name) => row[name] ?? ''))].map(line).join('\n')}\n`;
}
