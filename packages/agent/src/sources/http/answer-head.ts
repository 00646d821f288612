/** The head of a camera's answer. Names are in lower case; of a name that came several times the lines are joined by commas. */
export interface AnswerHead {
	readonly status: number;
	readonly headers: ReadonlyMap<string, string>;
}

/** `HTTP/1.1 200 OK`, and `ICY 200 OK` as streaming servers of the nineties still say. */
const STATUS_LINE = /^(?:HTTP\/\d(?:\.\d)?|ICY)\s+(\d{3})\b/i;
/** A header's name: RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Reads the lines before the body. Cameras break the grammar in ways that browsers, curl and ffmpeg bear, and so does this:
 * a line without a name is passed over (`Tue, 12 Jun 2012 01:56:34 GMT`), white space before the colon is not part of the
 * name, and a line that begins with white space goes on from the one before. Undefined: it is no head of HTTP.
 */
export function readHead(text: string): AnswerHead | undefined {
	const [first = '', ...lines] = text.split(/\r?\n/);
	const [, status] = STATUS_LINE.exec(first) ?? [];
	return status === undefined ? undefined : { status: Number(status), headers: readHeaders(lines) };
}

/** The headers in the lines of a head. */
export function readHeaders(lines: readonly string[]): AnswerHead['headers'] {
	const headers = new Map<string, string>();
	let last: string | undefined;
	for (const line of lines) {
		if (/^[ \t]/.test(line)) {
			if (last !== undefined) headers.set(last, `${headers.get(last)} ${line.trim()}`.trim());
			continue;
		}
		last = nameIn(line);
		if (last === undefined) continue;
		const value = line.slice(line.indexOf(':') + 1).trim();
		const before = headers.get(last);
		headers.set(last, before === undefined ? value : `${before}, ${value}`);
	}
	return headers;
}

function nameIn(line: string): string | undefined {
	const name = line.slice(0, Math.max(0, line.indexOf(':'))).trimEnd();
	return TOKEN.test(name) ? name.toLowerCase() : undefined;
}

/** How the end of a body is known. */
export type Framing =
	| { readonly by: 'chunks' }
	| { readonly by: 'length'; readonly bytes: number }
	/** It ends with the connection. */
	| { readonly by: 'close' };

/**
 * The framing that a head announces. A length that cannot be (negative, not a number, two that differ) is no length; one of
 * a multipart answer is of no use either, since the answer goes on for as long as the camera does.
 */
export function framingOf({ status, headers }: AnswerHead): Framing {
	if (status === 204 || status === 304) return { by: 'length', bytes: 0 };
	if (/\bchunked\b/i.test(headers.get('transfer-encoding') ?? '')) return { by: 'chunks' };
	const isEndless = /^multipart\//i.test(headers.get('content-type') ?? '');
	const lengths = new Set((headers.get('content-length') ?? '').split(',').map((length) => length.trim()));
	const [length = ''] = lengths;
	const isLength = !isEndless && lengths.size === 1 && /^\d{1,15}$/.test(length);
	return isLength ? { by: 'length', bytes: Number(length) } : { by: 'close' };
}
