import { join } from 'node:path';
import { type Clock, type Log, type Millis, reasonOf, sleep, systemCode } from '@oriel/base';
import type { Disk } from './disk.ts';
import { holderText, holderWords, judge, type ProcessTable, readHolder } from './holder.ts';
import { type FoundLock, LockFile } from './lock-file.ts';

/** A relay that runs answers a challenge with its next look at the data directory: within half a second. */
export const CHALLENGE_WAIT_MS: Millis = 3000;
const LOOK_MS: Millis = 50;
/** Tries to get a lock that changes hands meanwhile. */
const MAX_CLAIMS = 20;

export interface RelayLockOptions {
	/** The data directory. */
	readonly directory: string;
	readonly disk: Disk;
	readonly clock: Clock;
	readonly log: Log;
	readonly processes?: ProcessTable | undefined;
}

/**
 * `relay.lock`: one relay per data directory. A holder that cannot be judged from here, e.g. in another container, is asked:
 * it removes `relay.challenge` if it runs. A heartbeat would tell the same, but would write to the disk for as long as
 * the relay runs.
 */
export class RelayLock {
	readonly #options: RelayLockOptions;
	readonly #file: LockFile;
	readonly #challenge: string;
	readonly #text: string;
	#isHeld = false;

	private constructor(options: RelayLockOptions) {
		this.#options = options;
		this.#file = new LockFile(join(options.directory, 'relay.lock'), options.disk);
		this.#challenge = join(options.directory, 'relay.challenge');
		this.#text = holderText(options.processes);
	}

	/** Rejects if another relay runs on this directory. One that cannot be written is used without a lock, with a warning. */
	static async take(options: RelayLockOptions): Promise<RelayLock> {
		const lock = new RelayLock(options);
		await lock.#take();
		return lock;
	}

	get isHeld(): boolean {
		return this.#isHeld;
	}

	/** Answers a relay that asks whether this one runs. */
	async answer(): Promise<void> {
		if (!this.#isHeld) return;
		const { disk } = this.#options;
		if (await disk.stat(this.#challenge)) await disk.remove(this.#challenge);
	}

	/** For a directory that could not be written at the start: takes the lock if that is possible now. */
	async retry(): Promise<void> {
		if (this.#isHeld) return;
		this.#isHeld = await this.#file.claim(this.#text);
		const found = this.#isHeld ? undefined : await this.#file.look();
		if (!found) return;
		const { clock, log, directory, processes } = this.#options;
		const holder = readHolder(found.text);
		if (judge(holder, processes) === 'dead') await this.#file.steal(found.text, clock.wall());
		else
			log.error('another relay runs on the same data directory: stop one of the two', {
				directory,
				other: holderWords(holder),
			});
	}

	async release(): Promise<void> {
		if (!this.#isHeld) return;
		this.#isHeld = false;
		await this.#file.release(this.#text);
	}

	async #take(): Promise<void> {
		const { clock, log, directory } = this.#options;
		for (let claim = 0; claim < MAX_CLAIMS; claim++) {
			const found = await this.#file.look();
			if (found) {
				if (await this.#isAlive(found)) throw this.#heldByAnother(found);
				await this.#file.steal(found.text, clock.wall()).catch((failure) => this.#warn(failure));
			}
			try {
				if (await this.#file.claim(this.#text)) {
					this.#isHeld = true;
					return;
				}
			} catch (failure) {
				this.#warn(failure);
				return;
			}
			await sleep(clock, LOOK_MS);
		}
		log.warn('the data directory could not be locked: its lock changes hands all the time', { directory });
	}

	async #isAlive({ text }: FoundLock): Promise<boolean> {
		const verdict = judge(readHolder(text), this.#options.processes);
		return verdict === 'unknown' ? this.#answers() : verdict === 'alive';
	}

	/** Whether the holder of the lock removes a challenge. */
	async #answers(): Promise<boolean> {
		const { disk, clock } = this.#options;
		try {
			await disk.create(this.#challenge, '', false);
		} catch (failure) {
			// Where nothing can be written, nothing can be lost to a second relay either.
			if (systemCode(failure) !== 'EEXIST') return false;
		}
		for (let waited = 0; waited < CHALLENGE_WAIT_MS; waited += LOOK_MS) {
			await sleep(clock, LOOK_MS);
			if (!(await disk.stat(this.#challenge))) return true;
		}
		await disk.remove(this.#challenge);
		return false;
	}

	#heldByAnother({ text }: FoundLock): Error {
		const { directory } = this.#options;
		const who = holderWords(readHolder(text));
		return new Error(
			`Another relay runs on the data directory ${directory}: ${who}. Stop it, or give this one another --data`,
		);
	}

	#warn(failure: unknown): void {
		const { log, directory } = this.#options;
		const reason = reasonOf(failure);
		log.warn('the data directory could not be locked: make sure that no other relay uses it', { directory, reason });
	}
}
