import { systemCode } from '@oriel/base';
import type { Disk } from './disk.ts';

/** A thief that was cut off leaves its own lock; after this time it is ignored. */
const OLD_STEAL_MS = 20_000;

/** A lock as another process left it. */
export interface FoundLock {
	readonly text: string;
	readonly changedAt: number;
}

/**
 * One file that only one process can make. Removing another's lock is itself done under a lock and only while the file still
 * says what it was judged by: of two processes that find the same stale lock, one removes it, and neither removes the
 * fresh lock that the other made since.
 */
export class LockFile {
	readonly path: string;
	readonly #disk: Disk;

	constructor(path: string, disk: Disk) {
		this.path = path;
		this.#disk = disk;
	}

	/** Whether the lock is ours now. Rejects if the file cannot be made for another reason than that there is one. */
	async claim(text: string): Promise<boolean> {
		return this.#make(this.path, text);
	}

	/** Whose it is; undefined if it is free. */
	async look(): Promise<FoundLock | undefined> {
		const facts = await this.#disk.stat(this.path);
		if (!facts) return undefined;
		const text = await this.#text();
		return text === undefined ? undefined : { text, changedAt: facts.changedAt };
	}

	async isOurs(text: string): Promise<boolean> {
		return (await this.#text()) === text;
	}

	/** Lets go of our own lock; another's is left alone. */
	async release(text: string): Promise<void> {
		if (await this.isOurs(text)) await this.#disk.remove(this.path);
	}

	/** Removes a lock that was judged stale by this text. */
	async steal(judged: string, wall: number): Promise<void> {
		const steal = `${this.path}.steal`;
		if (!(await this.#make(steal, ''))) {
			const facts = await this.#disk.stat(steal);
			if (facts && Math.abs(wall - facts.changedAt) > OLD_STEAL_MS) await this.#disk.remove(steal);
			return;
		}
		try {
			if ((await this.#text()) === judged) await this.#disk.remove(this.path);
		} finally {
			await this.#disk.remove(steal);
		}
	}

	async #make(path: string, text: string): Promise<boolean> {
		try {
			await this.#disk.create(path, text, false);
			return true;
		} catch (failure) {
			if (systemCode(failure) === 'EEXIST') return false;
			throw failure;
		}
	}

	/** A lock of root that we may not read is one of which nothing is known. */
	async #text(): Promise<string | undefined> {
		try {
			return (await this.#disk.read(this.path))?.text;
		} catch (failure) {
			if (systemCode(failure) === 'EACCES') return '';
			throw failure;
		}
	}
}
