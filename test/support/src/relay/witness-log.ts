import type { Fields, Log } from '@oriel/base';

/** A log that keeps every line of every level as text, and passes it on. */
export class WitnessLog implements Log {
	readonly #next: Log;
	readonly #lines: string[];
	readonly #fields: Fields;

	constructor(next: Log, lines: string[] = [], fields: Fields = {}) {
		this.#next = next;
		this.#lines = lines;
		this.#fields = fields;
	}

	/** All that was written, by it and by those made with `with`. */
	get text(): string {
		return this.#lines.join('\n');
	}

	debug(words: string, fields?: Fields): void {
		this.#keep(words, fields);
		this.#next.debug(words, fields);
	}

	info(words: string, fields?: Fields): void {
		this.#keep(words, fields);
		this.#next.info(words, fields);
	}

	warn(words: string, fields?: Fields): void {
		this.#keep(words, fields);
		this.#next.warn(words, fields);
	}

	error(words: string, fields?: Fields): void {
		this.#keep(words, fields);
		this.#next.error(words, fields);
	}

	with(fields: Fields): Log {
		return new WitnessLog(this.#next.with(fields), this.#lines, { ...this.#fields, ...fields });
	}

	#keep(words: string, fields: Fields = {}): void {
		this.#lines.push(`${words} ${JSON.stringify({ ...this.#fields, ...fields })}`);
	}
}
