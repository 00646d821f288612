import { type Fields, type Log, silentLog } from '@oriel/base';

export interface Line {
	readonly level: 'debug' | 'info' | 'warn' | 'error';
	readonly words: string;
	readonly fields: Fields;
}

/** A log that keeps every line for the test to read, and passes it on to `next`. */
export class RecordingLog implements Log {
	readonly lines: Line[];
	readonly #next: Log;
	readonly #fields: Fields;

	constructor(next: Log = silentLog, lines: Line[] = [], fields: Fields = {}) {
		this.#next = next;
		this.lines = lines;
		this.#fields = fields;
	}

	/** All lines of all levels with their fields: for finding what must not be in a log. */
	get text(): string {
		return this.lines.map(({ words, fields }) => `${words} ${JSON.stringify(fields)}`).join('\n');
	}

	/** Warnings and errors, as `warn: words`. */
	get problems(): string[] {
		const bad = this.lines.filter(({ level }) => level === 'warn' || level === 'error');
		return bad.map(({ level, words }) => `${level}: ${words}`);
	}

	/** The words of the lines of level info. */
	get infos(): string[] {
		return this.lines.filter(({ level }) => level === 'info').map(({ words }) => words);
	}

	/** The lines whose words hold `part`. */
	about(part: string): Line[] {
		return this.lines.filter(({ words }) => words.includes(part));
	}

	debug(words: string, fields?: Fields): void {
		this.#keep('debug', words, fields);
	}

	info(words: string, fields?: Fields): void {
		this.#keep('info', words, fields);
	}

	warn(words: string, fields?: Fields): void {
		this.#keep('warn', words, fields);
	}

	error(words: string, fields?: Fields): void {
		this.#keep('error', words, fields);
	}

	with(fields: Fields): Log {
		return new RecordingLog(this.#next.with(fields), this.lines, { ...this.#fields, ...fields });
	}

	#keep(level: Line['level'], words: string, fields: Fields = {}): void {
		this.lines.push({ level, words, fields: { ...this.#fields, ...fields } });
		this.#next[level](words, fields);
	}
}
