import { reasonOf } from '@oriel/base';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { UsageError } from '../options/usage-error.ts';

/** A way from the top of a document to one of its values. */
export type Way = readonly string[];

/** A YAML or JSON document whose every value is text, as a flag is, and which knows on which line each one stands. */
export class LocatedYaml {
	readonly path: string;
	readonly document: Document;
	readonly #lines: LineCounter;

	private constructor(path: string, document: Document, lines: LineCounter) {
		this.path = path;
		this.document = document;
		this.#lines = lines;
	}

	/** Throws UsageError with the line where it is no YAML. `path` is for the words only. */
	static parse(text: string, path: string): LocatedYaml {
		const lineCounter = new LineCounter();
		// failsafe: `007` is a title and `on` is a word, as they would be on the command line.
		const document = parseDocument(text, { schema: 'failsafe', lineCounter, prettyErrors: false });
		const [failure] = document.errors;
		if (!failure) return new LocatedYaml(path, document, lineCounter);
		const { line } = lineCounter.linePos(failure.pos[0]);
		throw new UsageError(`${path}, line ${line}: this is not YAML: ${reasonOf(failure)}`, { cause: failure });
	}

	/** Its content: maps, lists and texts. */
	content(): unknown {
		try {
			return this.document.toJS();
		} catch (cause) {
			throw new UsageError(`${this.path}: ${reasonOf(cause)}`, { cause });
		}
	}

	/** `FILE, line N` of the key at the end of the way, or of the last one on it that is there. */
	place(way: Way): string {
		const offset = this.#offsetOf(way);
		return offset === undefined ? this.path : `${this.path}, line ${this.#lines.linePos(offset).line}`;
	}

	#offsetOf(way: Way): number | undefined {
		let node: unknown = this.document.contents;
		let offset: number | undefined;
		for (const step of way) {
			const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && String(key.value) === step) : undefined;
			if (!pair) break;
			if (isScalar(pair.key)) offset = pair.key.range?.[0];
			node = pair.value;
		}
		return offset;
	}
}
