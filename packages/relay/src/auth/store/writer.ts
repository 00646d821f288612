import { type Clock, type Log, type Millis, millis, reasonOf, sleep, systemCode } from '@oriel/base';
import type { ReportFault } from '../../errors/faults.ts';
import type { Disk } from './disk.ts';
import { removeDrafts } from './drafts.ts';
import type { UpdateLock } from './update-lock.ts';

/** Changes within this time are written together. */
export const COALESCE_MS: Millis = 200;
/** How long an answer waits for its change to be on disk; on a slower disk it goes out before. */
export const KEPT_WAIT_MS: Millis = 1000;
/** How long a relay that ends waits for a disk that does not answer. */
export const CLOSE_FLUSH_WAIT_MS: Millis = 4000;

/** Between two tries to write what could not be written. */
const MIN_RETRY_MS: Millis = 500;
const MAX_RETRY_MS: Millis = 10_000;
const OLD_DRAFT_MS: Millis = 60_000;
/** A write that takes this long is worth a line in the log. */
const STUCK_MS: Millis = 5000;
/** The same trouble is worth a line this often. */
const SAY_AGAIN_MS: Millis = 600_000;

/** The update lock as long as it is ours, and the disk. */
export interface Turn {
	readonly disk: Disk;
	/** Rejects if the lock was lost: nothing may be replaced then. */
	confirm(): Promise<void>;
}

/** Something of the data directory that changes in memory first and is brought to disk later. */
export interface Note {
	readonly name: string;
	/** Whether something waits to be written. */
	readonly isDirty: boolean;
	/** Writes what waits. If that fails it goes on waiting. */
	write(turn: Turn): Promise<void>;
}

export interface WriterOptions {
	/** The data directory. */
	readonly directory: string;
	readonly disk: Disk;
	readonly lock: UpdateLock;
	readonly clock: Clock;
	readonly log: Log;
	readonly report: ReportFault;
}

interface Trouble {
	/** Not tried again before: milliseconds of the clock. */
	retryAt: Millis;
	wait: Millis;
	readonly error: unknown;
}

/**
 * The one writer of a data directory. It writes one thing after the other, so that a disk that does not answer keeps one
 * thread of libuv's pool. A failed write is said, rarely, and tried again; no caller waits for it longer than KEPT_WAIT_MS.
 */
export class Writer {
	readonly #options: WriterOptions;
	/** In the order of their first change: a pairing code is spent before its key is there. */
	readonly #dirty = new Set<Note>();
	readonly #failing = new Map<Note, Trouble>();
	/** Directories with renames that are not durable yet. */
	readonly #unsynced = new Set<string>();
	readonly #said = new Map<string, Millis>();
	#running: Promise<void> | undefined;
	#began: Millis = 0;
	#timer: { readonly dueAt: Millis; readonly cancel: () => void } | undefined;
	#isClosed = false;
	#hasRemovedDrafts = false;

	constructor(options: WriterOptions) {
		this.#options = options;
	}

	/** `note` has changed. */
	readonly noted = (note: Note): void => {
		this.#dirty.add(note);
		this.#plan();
	};

	/** A file was renamed in this directory besides the data directory. */
	renamedIn(directory: string): void {
		this.#unsynced.add(directory);
	}

	/** Whether something waits that could not be written. */
	get isInTrouble(): boolean {
		return this.#failing.size > 0;
	}

	/**
	 * Resolves when everything that has changed so far is on disk, or cannot be written, or after KEPT_WAIT_MS. While a
	 * write hangs it resolves at once.
	 */
	async kept(): Promise<void> {
		const hangs = this.#running !== undefined && this.#now() - this.#began >= KEPT_WAIT_MS;
		if (hangs || !this.#hasWork()) return;
		await this.#inTime(this.#fresh(), KEPT_WAIT_MS);
	}

	/** Resolves when all changes so far are on disk; rejects if they, or those of `only`, cannot be written now. */
	async flush(only?: readonly Note[]): Promise<void> {
		for (const trouble of this.#failing.values()) trouble.retryAt = 0;
		await this.#fresh();
		for (const [note, { error }] of this.#failing) if (!only || only.includes(note)) throw error;
	}

	/** Writes what waits, if the disk answers in time, and stops. Twice is fine. */
	async close(): Promise<void> {
		if (this.#isClosed) return;
		const { log } = this.#options;
		this.#cancel();
		const done = this.flush().then(
			() => 'done',
			(failure) => reasonOf(failure),
		);
		const outcome = (await this.#inTime(done, CLOSE_FLUSH_WAIT_MS)) ?? 'the disk does not answer';
		this.stop();
		if (outcome !== 'done') log.error('the last changes of the data directory are lost', { reason: outcome });
	}

	/** Gives up what waits. */
	stop(): void {
		this.#isClosed = true;
		this.#cancel();
	}

	/** At the start: removes what a killed program left, if the disk lets us. */
	async tidy(): Promise<void> {
		await this.#inTime(this.#run(), KEPT_WAIT_MS);
	}

	/** Does the last thing before the end, if the disk does it in time. */
	async release(action: () => Promise<void>): Promise<void> {
		const { log } = this.#options;
		const failed = (failure: unknown) => log.warn('a lock could not be removed', { reason: reasonOf(failure) });
		await this.#inTime(action().catch(failed), CLOSE_FLUSH_WAIT_MS);
	}

	/** A round that begins now or later, so that it has all changes so far. */
	async #fresh(): Promise<void> {
		await this.#running;
		if (this.#hasWork()) await this.#run();
	}

	/** What `promise` gives; undefined if it is not done in time. */
	async #inTime<T>(promise: Promise<T>, wait: Millis): Promise<T | undefined> {
		const done = new AbortController();
		const late = sleep(this.#options.clock, wait, done.signal).then(() => undefined);
		try {
			return await Promise.race([promise, late]);
		} finally {
			done.abort();
		}
	}

	/** Whether there is something to write that is not waiting for its next try. */
	#hasWork(): boolean {
		return this.#due().length > 0 || (this.#unsynced.size > 0 && this.#failing.size === 0);
	}

	#due(): Note[] {
		const now = this.#now();
		return [...this.#dirty].filter((note) => (this.#failing.get(note)?.retryAt ?? 0) <= now);
	}

	/** Sets the timer for the next round. */
	#plan(): void {
		if (this.#isClosed || this.#running || this.#dirty.size === 0) return;
		const now = this.#now();
		const times = [...this.#dirty].map((note) => this.#failing.get(note)?.retryAt ?? now + COALESCE_MS);
		const dueAt = Math.max(now, Math.min(...times));
		if (this.#timer && this.#timer.dueAt <= dueAt) return;
		this.#cancel();
		const cancel = this.#options.clock.after(dueAt - now, () => {
			this.#timer = undefined;
			void this.#run();
		});
		this.#timer = { dueAt, cancel };
	}

	#run(): Promise<void> {
		this.#running ??= this.#watched().finally(() => {
			this.#running = undefined;
			this.#plan();
		});
		return this.#running;
	}

	/** One round; one that hangs is said. */
	async #watched(): Promise<void> {
		const { clock, log } = this.#options;
		this.#cancel();
		this.#began = this.#now();
		let hangs = false;
		const stop = clock.after(STUCK_MS, () => {
			hangs = true;
			const words = `one write has taken ${STUCK_MS / 1000} s: a slow disk, or another program has update.lock`;
			this.#say('hangs', new Error(words), 'data directory');
		});
		try {
			await this.#round(this.#due());
		} finally {
			stop();
			if (hangs) log.info('the write that took so long is over');
		}
	}

	/** Whatever fails on the way fails for what was written, too: its name may not be durable. */
	async #round(notes: readonly Note[]): Promise<void> {
		const { directory } = this.#options;
		const written = new Set(notes);
		try {
			await this.#locked(async (turn) => {
				for (const note of notes) if (!(await this.#write(note, turn))) written.delete(note);
			});
			if (written.size > 0) this.#unsynced.add(directory);
			await this.#sync();
			for (const note of written) this.#succeeded(note);
		} catch (failure) {
			for (const note of written) this.#failed(note, failure);
		}
	}

	async #locked(action: (turn: Turn) => Promise<void>): Promise<void> {
		const { disk, lock } = this.#options;
		const held = await lock.take().catch(async (failure) => {
			await this.#removeOldDrafts();
			throw failure;
		});
		try {
			await this.#removeDrafts();
			await action({ disk, confirm: held.confirm });
		} finally {
			await held.release();
		}
	}

	async #write(note: Note, turn: Turn): Promise<boolean> {
		try {
			await note.write(turn);
			if (!note.isDirty) this.#dirty.delete(note);
			return true;
		} catch (failure) {
			this.#failed(note, failure);
			return false;
		}
	}

	async #sync(): Promise<void> {
		for (const directory of [...this.#unsynced]) {
			await this.#options.disk.sync(directory);
			this.#unsynced.delete(directory);
		}
	}

	async #removeDrafts(): Promise<void> {
		if (this.#hasRemovedDrafts) return;
		const { disk, directory } = this.#options;
		this.#hasRemovedDrafts = await removeDrafts(disk, directory).then(
			() => true,
			() => false,
		);
	}

	/** A draft may have the very room that the lock needs. One of this age is not being written any more. */
	async #removeOldDrafts(): Promise<void> {
		const { disk, directory, clock } = this.#options;
		await removeDrafts(disk, directory, clock.wall() - OLD_DRAFT_MS).catch(() => undefined);
	}

	#failed(note: Note, error: unknown): void {
		const before = this.#failing.get(note)?.wait ?? MIN_RETRY_MS / 2;
		const wait = Math.min(MAX_RETRY_MS, before * 2);
		// A directory that could not be synced is tried again with whatever was written last.
		this.#dirty.add(note);
		this.#failing.set(note, { wait, retryAt: this.#now() + wait, error });
		this.#say(systemCode(error) ?? reasonOf(error), error, note.name);
	}

	#succeeded(note: Note): void {
		if (!this.#failing.delete(note) || this.#failing.size > 0) return;
		this.#said.clear();
		this.#options.log.info('the data directory can be written again; nothing was lost');
	}

	#say(what: string, error: unknown, file: string): void {
		const now = this.#now();
		if (now - (this.#said.get(what) ?? Number.NEGATIVE_INFINITY) < SAY_AGAIN_MS) return;
		this.#said.set(what, now);
		this.#options.report('disk', error, { file });
	}

	#cancel(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
	}

	#now(): Millis {
		return millis(this.#options.clock.now());
	}
}
