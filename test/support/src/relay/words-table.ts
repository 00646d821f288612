import * as v from 'valibot';
import type { Disk } from '../../../../packages/relay/src/auth/store/disk.ts';
import { listIn } from '../../../../packages/relay/src/auth/store/shapes.ts';
import { Table } from '../../../../packages/relay/src/auth/store/table.ts';
import type { Note } from '../../../../packages/relay/src/auth/store/writer.ts';

const shape = v.object({ id: v.string(), word: v.string(), seen: v.optional(v.number(), 0) });
export type Word = v.InferOutput<typeof shape>;

/** Where the table of `wordsTable` lies. */
export const WORDS = '/data/words.json';

export interface WordsOptions {
	readonly changed?: (note: Note) => void;
	readonly changedElsewhere?: (name: string) => void;
}

/** A table for tests, of words. */
export function wordsTable(disk: Disk, { changed = () => {}, ...more }: WordsOptions = {}): Table<Word> {
	return new Table({ path: WORDS, shape: listIn(1, 'words', shape, ({ id }) => id), disk, changed, ...more });
}

/** The text of such a file. */
export function wordsText(...words: readonly string[]): string {
	return JSON.stringify({ format: 1, words: words.map((word) => ({ id: word, word, seen: 0 })) });
}
