/** An error of Oriel's own: `code` is one of a closed list, `message` says what was done, seen and wanted. */
export class CodedError<Code extends string> extends Error {
	readonly code: Code;

	constructor(code: Code, message: string, options?: { cause?: unknown }) {
		super(message, options);
		this.name = new.target.name;
		this.code = code;
	}
}

/** One non-empty line about anything that was thrown. */
export function reasonOf(thrown: unknown): string {
	if (thrown instanceof Error) return thrown.message.split('\n', 1)[0] || thrown.name;
	return String(thrown) || 'unknown reason';
}

/** The `code` that Node puts on its system errors (`ECONNREFUSED`, …), if there is one. */
export function systemCode(thrown: unknown): string | undefined {
	const code = (thrown as { code?: unknown } | null | undefined)?.code;
	return typeof code === 'string' ? code : undefined;
}
