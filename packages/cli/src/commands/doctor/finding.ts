/** One thing that a doctor has looked at. */
export interface Finding {
	/** What, in few words: `TCP 443`, `certificate`. */
	readonly what: string;
	/** `poor`: it works, but not as well as it could; `bad`: it does not work; `unknown`: it could not be looked at, or not from here. */
	readonly verdict: 'good' | 'poor' | 'bad' | 'unknown';
	/** What was seen. */
	readonly words: string;
	/** What to do about it: one sentence, or the exact command. */
	readonly cure?: string | undefined;
}

const MARKS = { good: 'ok  ', poor: 'hm  ', bad: 'BAD ', unknown: '?   ' } as const;

/** Findings for people, one a line, with the cure below. */
export function findingsText(findings: readonly Finding[]): string {
	const width = Math.max(0, ...findings.map(({ what }) => what.length));
	const indent = ' '.repeat(MARKS.good.length + 1 + width + 2);
	return findings
		.map(({ what, verdict, words, cure }) => {
			const line = `${MARKS[verdict]} ${what.padEnd(width)}  ${words}\n`;
			return cure === undefined ? line : `${line}${indent}${cure}\n`;
		})
		.join('');
}
