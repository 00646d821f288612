import { basename, dirname } from 'node:path';
import { replaceFile } from './drafts.ts';
import type { Note, Turn, Writer } from './writer.ts';

/** A file that one program alone writes, always whole: the newest text counts at once, and is brought to disk later. */
export class WholeFile implements Note {
	readonly #path: string;
	readonly #writer: Writer;
	#text: string | undefined;
	#waiting: string | undefined;

	/** `text`: what is on disk; undefined if there is no file. */
	constructor(path: string, text: string | undefined, writer: Writer) {
		this.#path = path;
		this.#text = text;
		this.#writer = writer;
	}

	get name(): string {
		return basename(this.#path);
	}

	get text(): string | undefined {
		return this.#text;
	}

	set text(text: string) {
		this.#text = text;
		this.#waiting = text;
		this.#writer.noted(this);
	}

	get isDirty(): boolean {
		return this.#waiting !== undefined;
	}

	async write({ disk, confirm }: Turn): Promise<void> {
		const text = this.#waiting;
		if (text === undefined) return;
		await replaceFile(disk, this.#path, text, confirm);
		this.#writer.renamedIn(dirname(this.#path));
		if (this.#waiting === text) this.#waiting = undefined;
	}
}
