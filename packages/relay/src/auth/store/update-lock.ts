import { join } from 'node:path';
import { type Clock, type Millis, micros, sleep } from '@oriel/base';
import type { Disk } from './disk.ts';
import { holderText, holderWords, judge, type ProcessTable, readHolder } from './holder.ts';
import { type FoundLock, LockFile } from './lock-file.ts';

/** How long a program waits for another one that changes the data directory; usually that takes milliseconds. */
export const UPDATE_LOCK_WAIT_MS: Millis = 30_000;
/** A lock of this age is stale if its holder cannot be judged, e.g. in another container. */
export const UPDATE_LOCK_STALE_WAIT_MS: Millis = 20_000;
/** Between two looks at a lock that another program has. */
const LOOK_MS: Millis = 10;

export interface UpdateLockOptions {
	/** The data directory. */
	readonly directory: string;
	readonly disk: Disk;
	readonly clock: Clock;
	readonly processes?: ProcessTable | undefined;
}

/** The lock while it is ours. */
export interface HeldUpdateLock {
	/** Rejects if another program took the lock for stale meanwhile: nothing may be replaced then. */
	confirm(): Promise<void>;
	release(): Promise<void>;
}

/** `update.lock`: held while a program reads a file of the data directory, applies its changes and replaces the file. */
export class UpdateLock {
	readonly #options: UpdateLockOptions;
	readonly #file: LockFile;

	constructor(options: UpdateLockOptions) {
		this.#options = options;
		this.#file = new LockFile(join(options.directory, 'update.lock'), options.disk);
	}

	/** Rejects if it cannot be had in time, naming the holder. */
	async take(): Promise<HeldUpdateLock> {
		const { clock, processes } = this.#options;
		const began = clock.now();
		for (;;) {
			const text = holderText(processes);
			if (await this.#file.claim(text)) return this.#held(text);
			const found = await this.#file.look();
			if (!found) continue;
			if (this.#isStale(found)) await this.#file.steal(found.text, clock.wall());
			else if (clock.now() - began > micros(UPDATE_LOCK_WAIT_MS)) throw this.#heldByAnother(found);
			await sleep(clock, LOOK_MS);
		}
	}

	#held(text: string): HeldUpdateLock {
		return {
			confirm: async () => {
				if (await this.#file.isOurs(text)) return;
				throw new Error(`${this.#file.path} was taken by another program, because this one was too slow`);
			},
			release: () => this.#file.release(text),
		};
	}

	#isStale({ text, changedAt }: FoundLock): boolean {
		const { clock, processes } = this.#options;
		const verdict = judge(readHolder(text), processes);
		if (verdict !== 'unknown') return verdict === 'dead';
		return Math.abs(clock.wall() - changedAt) > UPDATE_LOCK_STALE_WAIT_MS;
	}

	#heldByAnother({ text }: FoundLock): Error {
		const who = holderWords(readHolder(text));
		const seconds = UPDATE_LOCK_WAIT_MS / 1000;
		return new Error(
			`${this.#options.directory} is being changed by ${who}; waited ${seconds} s for it. ` +
				`Is its disk stuck? End that process, or remove ${this.#file.path} if it is gone; nothing was changed`,
		);
	}
}
