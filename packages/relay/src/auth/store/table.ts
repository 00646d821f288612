import { basename } from 'node:path';
import { reasonOf } from '@oriel/base';
import { Changes } from './changes.ts';
import type { Disk } from './disk.ts';
import { replaceFile } from './drafts.ts';
import type { Note, Turn } from './writer.ts';

/** How the rows of a table lie in its file. */
export interface TableShape<Row extends object> {
	/** Throws, saying what is wrong, if it is not content of such a file. */
	rowsIn(content: unknown): readonly Row[];
	contentOf(rows: readonly Row[]): unknown;
	keyOf(row: Row): string;
}

/** The rows of a table, for those who use them. */
export interface Rows<Row extends object> {
	readonly rows: readonly Row[];
	get(key: string): Row | undefined;
	/** Adds a row, or replaces the one with its key. */
	put(row: Row): void;
	/** Changes a row if it is there: one that another program removed is not brought back. */
	patch(key: string, fields: Partial<Row>): void;
	remove(key: string): void;
}

export interface TableOptions<Row extends object> {
	readonly path: string;
	readonly shape: TableShape<Row>;
	readonly disk: Disk;
	/** There is something to be written. */
	readonly changed: (table: Note) => void;
	/** Another program has changed the rows. */
	readonly changedElsewhere?: (name: string) => void;
}

/**
 * One small file of the data directory as rows with keys. What is here is the truth: a change counts at once, and is brought
 * to disk later, on top of what other programs have written meanwhile. A missing file has no rows; a damaged one is an
 * error at the start and is left alone later: changes wait in memory until it was repaired.
 */
export class Table<Row extends object> implements Rows<Row>, Note {
	readonly #options: TableOptions<Row>;
	/** The rows on disk, as last read or written, and the stamp of that file. */
	#base = new Map<string, Row>();
	#stamp = '';
	/** What our own write is about to leave. */
	#ownStamp = '';
	#damage: { readonly stamp: string; readonly error: Error } | undefined;
	/** Counts our writes: what was read before one must not count after it. */
	#writes = 0;
	#writing = new Changes<Row>();
	#waiting = new Changes<Row>();
	#rows = new Map<string, Row>();
	#list: readonly Row[] | undefined;

	constructor(options: TableOptions<Row>) {
		this.#options = options;
	}

	/** The file's name, without its folder. */
	get name(): string {
		return basename(this.#options.path);
	}

	get rows(): readonly Row[] {
		this.#list ??= [...this.#rows.values()];
		return this.#list;
	}

	get(key: string): Row | undefined {
		return this.#rows.get(key);
	}

	/** Rows that wait to be written. */
	get waiting(): number {
		return this.#waiting.size;
	}

	get isDirty(): boolean {
		return this.#waiting.size > 0;
	}

	put(row: Row): void {
		const key = this.#options.shape.keyOf(row);
		this.#rows.set(key, row);
		this.#waiting.put(key, row);
		this.#hasChanged();
	}

	patch(key: string, fields: Partial<Row>): void {
		const row = this.#rows.get(key);
		if (!row) return;
		this.#rows.set(key, { ...row, ...fields });
		this.#waiting.patch(key, fields);
		this.#hasChanged();
	}

	remove(key: string): void {
		if (!this.#rows.delete(key)) return;
		this.#waiting.remove(key, this.#base.has(key) || this.#writing.has(key));
		this.#hasChanged();
	}

	/** Reads the file for the first time. Rejects with its name if it cannot be used. */
	async load(): Promise<void> {
		const { disk, path } = this.#options;
		let found: Awaited<ReturnType<Disk['read']>>;
		try {
			found = await disk.read(path);
		} catch (cause) {
			throw new Error(`Cannot read ${path}: ${reasonOf(cause)}`, { cause });
		}
		if (found) this.#adopt(this.#parse(found.text), found.stamp);
	}

	/** Reads what others have written; true if there was something new. Rejects if that is damaged: the old rows stay. */
	async refresh(): Promise<boolean> {
		const { disk, path } = this.#options;
		const writes = this.#writes;
		const stamp = (await disk.stat(path))?.stamp;
		if (stamp === undefined || [this.#stamp, this.#ownStamp, this.#damage?.stamp].includes(stamp)) return false;
		const found = await disk.read(path);
		if (!found || writes !== this.#writes) return false;
		return this.#read(found);
	}

	/** Brings what waits to disk, on top of what is there. */
	async write({ disk, confirm }: Turn): Promise<void> {
		const { path, shape } = this.#options;
		await this.#readAgain();
		const changes = this.#waiting;
		const basis = this.#stamp;
		if (changes.size === 0) return;
		const rows = changes.applyTo(new Map(this.#base));
		const content = shape.contentOf([...rows.values()]);
		this.#writing = changes;
		this.#waiting = new Changes();
		try {
			await replaceFile(disk, path, `${JSON.stringify(content, null, '\t')}\n`, async (stamp) => {
				await confirm();
				const now = (await disk.stat(path))?.stamp;
				if (now !== undefined && now !== basis) {
					throw new Error(`${path} was changed while it was being replaced; trying again`);
				}
				this.#ownStamp = stamp;
			});
			this.#base = rows;
			this.#stamp = this.#ownStamp;
			this.#writing = new Changes();
		} catch (failure) {
			this.#waiting = this.#writing.followedBy(this.#waiting);
			this.#writing = new Changes();
			throw failure;
		} finally {
			this.#ownStamp = '';
			this.#writes++;
		}
	}

	/** Before a write: what another program has written since is what we write on top of. */
	async #readAgain(): Promise<void> {
		const { disk, path, changedElsewhere } = this.#options;
		const stamp = (await disk.stat(path))?.stamp;
		if (stamp === undefined || stamp === this.#stamp) return;
		if (stamp === this.#damage?.stamp) throw this.#damage.error;
		const found = await disk.read(path);
		if (found && this.#read(found)) changedElsewhere?.(this.name);
	}

	#read({ text, stamp }: { readonly text: string; readonly stamp: string }): boolean {
		try {
			const rows = this.#parse(text);
			this.#damage = undefined;
			return this.#adopt(rows, stamp);
		} catch (thrown) {
			const error = thrown instanceof Error ? thrown : new Error(reasonOf(thrown));
			this.#damage = { stamp, error };
			throw error;
		}
	}

	/** Some file systems give a file another stamp though nothing was written: only other rows count. */
	#adopt(rows: Map<string, Row>, stamp: string): boolean {
		this.#stamp = stamp;
		const isSame = JSON.stringify([...rows]) === JSON.stringify([...this.#base]);
		if (isSame) return false;
		this.#base = rows;
		this.#rows = this.#waiting.applyTo(this.#writing.applyTo(new Map(rows)));
		this.#list = undefined;
		return true;
	}

	#parse(text: string): Map<string, Row> {
		const { path, shape } = this.#options;
		try {
			return byKey(shape.rowsIn(JSON.parse(text)), shape);
		} catch (cause) {
			throw new Error(`Cannot read ${path}: ${reasonOf(cause)}. Fix or move the file; nothing was changed`, {
				cause,
			});
		}
	}

	#hasChanged(): void {
		this.#list = undefined;
		this.#options.changed(this);
	}
}

/** Of two rows with one key the next write would keep one: which of them is not for a program to choose. */
function byKey<Row extends object>(rows: readonly Row[], { keyOf }: TableShape<Row>): Map<string, Row> {
	const found = new Map<string, Row>();
	for (const row of rows) {
		const key = keyOf(row);
		if (found.has(key)) throw new Error(`two entries have the key "${key}"; each needs its own`);
		found.set(key, row);
	}
	return found;
}
