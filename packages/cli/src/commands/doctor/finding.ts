/** One thing that a doctor has looked at. */
export interface Finding {
	/** What, in few words: `TCP 443`, `certificate`. */
	readonly what: string;
	/** `poor`: it works, but not as well as it could; `bad`: it does not work. */
	readonly verdict: 'good' | 'poor' | 'bad';
	/** What was seen, and what to do if it is not good. */
	readonly words: string;
}

const MARKS = { good: 'ok  ', poor: 'hm  ', bad: 'BAD ' } as const;

/** Findings for people, one a line. */
export function findingsText(findings: readonly Finding[]): string {
	const width = Math.max(...findings.map(({ what }) => what.length));
	return findings.map(({ what, verdict, words }) => `${MARKS[verdict]} ${what.padEnd(width)}  ${words}\n`).join('');
}
