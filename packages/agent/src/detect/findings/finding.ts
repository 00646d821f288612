/** Something about a machine and its cameras that its owner should know. */
export interface Finding {
	/** The same for the same words, whatever names are in them, e.g. `no-camera`. */
	readonly code: string;
	/** What was seen, in plain words: one or two sentences. */
	readonly words: string;
	/** One thing to do about it. */
	readonly fix: string;
	/** Whether it keeps pictures from coming. The others are worth knowing. */
	readonly isFatal: boolean;
}

/** A finding on one line, for logs and for the relay's page. */
export function onOneLine({ words, fix }: Pick<Finding, 'words' | 'fix'>): string {
	return `${words} ${fix}`;
}

/** A finding that keeps frames from coming. */
export function fatal(code: string, words: string, fix: string): Finding {
	return { code, words, fix, isFatal: true };
}

/** A finding that is worth knowing. */
export function minor(code: string, words: string, fix: string): Finding {
	return { code, words, fix, isFatal: false };
}
