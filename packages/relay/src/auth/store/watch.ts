import { type Cancel, type Clock, type Millis, millis, reasonOf } from '@oriel/base';

/** How often files are looked at for changes by other programs: `oriel key add` is followed within a second. */
const POLL_MS: Millis = 500;
/** The same damage is worth a line this often. */
const SAY_AGAIN_MS: Millis = 600_000;

/** A file that other programs may change. */
export interface Watched {
	readonly name: string;
	/** Reads what others have written; true if there was something new. */
	refresh(): Promise<boolean>;
}

export interface WatchOptions {
	readonly files: readonly Watched[];
	readonly clock: Clock;
	/** Hears the names of those that are new. */
	readonly changed: (names: readonly string[]) => void;
	/** Hears of those that cannot be read. */
	readonly failed: (reason: string) => void;
	/** Done after each look. */
	readonly after?: () => Promise<void>;
}

/** Looks at files twice a second, one after the other and never twice at once: a disk that hangs keeps one thread. */
export class Watch {
	readonly #options: WatchOptions;
	readonly #stop: Cancel;
	readonly #said = new Map<string, Millis>();
	#running: Promise<void> | undefined;
	#next: Promise<void> | undefined;

	constructor(options: WatchOptions) {
		this.#options = options;
		this.#stop = options.clock.every(POLL_MS, () => {
			if (!this.#running && !this.#next) void this.look();
		});
	}

	/** Resolves after a look that began after the call. All who call meanwhile share it. */
	look(): Promise<void> {
		this.#next ??= (this.#running ?? Promise.resolve()).then(() => {
			this.#next = undefined;
			this.#running = this.#look().finally(() => {
				this.#running = undefined;
			});
			return this.#running;
		});
		return this.#next;
	}

	stop(): void {
		this.#stop();
	}

	async #look(): Promise<void> {
		const news: string[] = [];
		for (const file of this.#options.files) {
			try {
				if (await file.refresh()) news.push(file.name);
			} catch (thrown) {
				this.#failed(reasonOf(thrown));
			}
		}
		if (news.length > 0) this.#options.changed(news);
		await this.#options.after?.().catch((thrown) => this.#failed(reasonOf(thrown)));
	}

	#failed(reason: string): void {
		const now = millis(this.#options.clock.now());
		if (now - (this.#said.get(reason) ?? Number.NEGATIVE_INFINITY) < SAY_AGAIN_MS) return;
		this.#said.set(reason, now);
		this.#options.failed(reason);
	}
}
