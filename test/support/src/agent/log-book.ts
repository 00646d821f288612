import type { Fields, Log } from '@oriel/base';

export interface Line {
	readonly level: 'debug' | 'info' | 'warn' | 'error';
	readonly words: string;
	readonly fields: Fields;
}

/** A log that keeps its lines for the test to read. */
export class LogBook implements Log {
	readonly lines: Line[];
	readonly #fields: Fields;

	constructor(lines: Line[] = [], fields: Fields = {}) {
		this.lines = lines;
		this.#fields = fields;
	}

	debug(words: string, fields?: Fields): void {
		this.#write('debug', words, fields);
	}

	info(words: string, fields?: Fields): void {
		this.#write('info', words, fields);
	}

	warn(words: string, fields?: Fields): void {
		this.#write('warn', words, fields);
	}

	error(words: string, fields?: Fields): void {
		this.#write('error', words, fields);
	}

	with(fields: Fields): Log {
		return new LogBook(this.lines, { ...this.#fields, ...fields });
	}

	/** The lines whose words hold `part`. */
	about(part: string): Line[] {
		return this.lines.filter(({ words }) => words.includes(part));
	}

	#write(level: Line['level'], words: string, fields: Fields = {}): void {
		this.lines.push({ level, words, fields: { ...this.#fields, ...fields } });
	}
}
