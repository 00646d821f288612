import { randomBytes } from 'node:crypto';
import {
	chmodSync,
	chownSync,
	closeSync,
	fsyncSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Clock, reasonOf } from '@oriel/base';
import * as v from 'valibot';

/** How often a file is looked at for changes by other programs: `oriel key add` is followed within a second. */
const POLL_MS = 500;

/**
 * One small file of the data directory that is the truth about its subject: read by people, written whole and renamed,
 * readable by its owner only. A missing file means the value `empty`; a damaged one is an error, never a fresh start.
 */
export class JsonFile<S extends v.GenericSchema> {
	readonly #path: string;
	readonly #shape: S;
	#value: v.InferOutput<S>;
	#stamp: string;

	constructor(path: string, shape: S, empty: v.InferOutput<S>) {
		this.#path = path;
		this.#shape = shape;
		this.#stamp = stampOf(path);
		this.#value = this.#stamp === '' ? empty : this.#read();
		// However it came here: by a copy, or out of an archive.
		if (this.#stamp !== '') chmodSync(path, 0o600);
	}

	/** The value as last read or written by this process. */
	get value(): v.InferOutput<S> {
		return this.#value;
	}

	/** The file's name, without its folder. */
	get name(): string {
		return basename(this.#path);
	}

	/** Replaces the value by what `change` makes of the one on disk: what another program wrote a moment ago stays. */
	update(change: (value: v.InferOutput<S>) => v.InferOutput<S>): void {
		this.refresh();
		this.write(change(this.#value));
	}

	/** Replaces the value on disk, then here. */
	write(value: v.InferOutput<S>): void {
		replaceFile(this.#path, `${JSON.stringify(value, null, '\t')}\n`);
		this.#stamp = stampOf(this.#path);
		this.#value = value;
	}

	/** Removes the file; the value becomes `empty`. */
	remove(empty: v.InferOutput<S>): void {
		rmSync(this.#path, { force: true });
		this.#stamp = '';
		this.#value = empty;
	}

	/** Reads again what others have written; true if there was something new. Throws if the new content is damaged. */
	refresh(): boolean {
		const stamp = stampOf(this.#path);
		if (stamp === this.#stamp || stamp === '') return false;
		this.#stamp = stamp;
		this.#value = this.#read();
		return true;
	}

	#read(): v.InferOutput<S> {
		const result = v.safeParse(this.#shape, parse(this.#path));
		if (result.success) return result.output;
		const issue = result.issues[0];
		throw new Error(`Cannot read ${this.#path}: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
	}
}

/** Eyes on the files that other programs may change. */
export interface Watch {
	/** Looks now, besides twice a second. */
	look(): void;
	stop(): void;
}

/** Looks at `files` twice a second and calls `changed` with the names of those that are new. `failed` hears of damaged ones; their old value stays. */
export function watchFiles(
	files: readonly Pick<JsonFile<v.GenericSchema>, 'refresh' | 'name'>[],
	clock: Clock,
	changed: (names: readonly string[]) => void,
	failed: (reason: string) => void,
): Watch {
	const look = () => {
		const news: string[] = [];
		for (const file of files) {
			try {
				if (file.refresh()) news.push(file.name);
			} catch (thrown) {
				failed(reasonOf(thrown));
			}
		}
		if (news.length > 0) changed(news);
	};
	return { look, stop: clock.every(POLL_MS, look) };
}

/** Makes sure that only its owner can look into the data directory. */
export function closeDirectory(path: string): void {
	chmodSync(path, 0o700);
}

/** Writes a file whole or not at all, for its owner only. */
export function replaceFile(path: string, text: string): void {
	const draft = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
	try {
		writeDurably(draft, text);
		giveToOwnerOf(dirname(path), draft);
		renameSync(draft, path);
	} catch (failure) {
		rmSync(draft, { force: true });
		throw failure;
	}
}

function writeDurably(path: string, text: string): void {
	const file = openSync(path, 'wx', 0o600);
	try {
		writeFileSync(file, text);
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
}

/** Root writes for the relay's user (`sudo oriel key add …`), who could not read root's file. */
function giveToOwnerOf(folder: string, path: string): void {
	if (process.getuid?.() !== 0) return;
	const { uid, gid } = statSync(folder);
	if (uid !== 0) chownSync(path, uid, gid);
}

function parse(path: string): unknown {
	try {
		return JSON.parse(readFileSync(path, 'utf8'));
	} catch (cause) {
		throw new Error(`Cannot read ${path}: ${reasonOf(cause)}. Mend it or move it away; nothing has been changed`, {
			cause,
		});
	}
}

/** Something that differs whenever the file has been replaced; '' while there is none. */
function stampOf(path: string): string {
	const stats = statSync(path, { throwIfNoEntry: false });
	return stats ? `${stats.ino} ${stats.mtimeMs} ${stats.size}` : '';
}
