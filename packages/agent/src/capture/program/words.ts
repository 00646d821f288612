/** What is kept of a program's words: the newest, within both limits. */
export const MAX_WORDS_BYTES = 65_536;
export const MAX_WORDS_LINES = 200;
/** A longer line is split after this many letters. */
const MAX_LINE_LETTERS = 4096;

/** Colours and cursor movements (ECMA-48 5.4), and invisible characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
const UNSEEN = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[@-_]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** The last lines that a program wrote to standard error, without colours. */
export class Words {
	readonly #decoder = new TextDecoder();
	#lines: string[] = [];
	#letters = 0;
	#begun = '';

	/** The lines, oldest first; one that is not finished is the last. */
	get lines(): readonly string[] {
		const begun = plain(this.#begun);
		return begun === '' ? this.#lines : [...this.#lines, begun];
	}

	push(chunk: Uint8Array): void {
		const parts = (this.#begun + this.#decoder.decode(chunk, { stream: true })).split(/\r\n|[\r\n]/);
		let begun = parts.pop() ?? '';
		for (const part of parts) this.#add(part);
		for (; begun.length > MAX_LINE_LETTERS; begun = begun.slice(MAX_LINE_LETTERS)) {
			this.#add(begun.slice(0, MAX_LINE_LETTERS));
		}
		this.#begun = begun;
	}

	#add(raw: string): void {
		const line = plain(raw).slice(0, MAX_LINE_LETTERS);
		if (line === '') return;
		this.#lines.push(line);
		this.#letters += line.length;
		while (this.#lines.length > MAX_WORDS_LINES || this.#letters > MAX_WORDS_BYTES) {
			this.#letters -= this.#lines.shift()?.length ?? 0;
		}
	}
}

function plain(raw: string): string {
	return raw.replace(UNSEEN, '').trimEnd();
}
