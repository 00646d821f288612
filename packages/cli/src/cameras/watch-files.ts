import { statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Cancel, Clock, Millis } from '@oriel/base';

/** How long files must have been left alone before they are read: editors and copies write in several steps. */
export const SETTLE_MS: Millis = 300;
/** How often files are looked at where the system tells nothing of changes (network drives, some containers). */
export const LOOK_EVERY_MS: Millis = 2000;

/** How a watcher sees files: the system's, or a test's. */
export interface FileWatcher {
	/** Something that differs whenever the file was changed or replaced; '' while there is none. */
	stamp(path: string): string;
	/** Calls `hint` when something in the folder may have changed. Where that cannot be had it never calls. */
	hints(folder: string, hint: () => void): Cancel;
}

/** The real files of this machine. */
export const systemFileWatcher: FileWatcher = {
	stamp(path) {
		const stats = statSync(path, { throwIfNoEntry: false });
		return stats ? `${stats.ino} ${stats.mtimeMs} ${stats.size} ${stats.mode} ${stats.uid}` : '';
	},
	hints(folder, hint) {
		try {
			const watcher = watch(folder, { persistent: false }, hint).on('error', () => undefined);
			return () => watcher.close();
		} catch {
			return () => undefined; // the clock will look
		}
	},
};

export interface WatchOptions {
	/** The files, asked for each time: they may become others. */
	readonly files: () => readonly string[];
	/** Called once the files have changed and been left alone for a moment. */
	readonly changed: () => void;
	readonly clock: Clock;
	readonly fileWatcher?: FileWatcher;
}

/** Watches some files until it is cancelled. The folders are watched, for editors replace files. */
export function watchFiles({ files, changed, clock, fileWatcher = systemFileWatcher }: WatchOptions): Cancel {
	const watcher = new Watcher(files, changed, clock, fileWatcher);
	return () => watcher.stop();
}

class Watcher {
	readonly #files: () => readonly string[];
	readonly #changed: () => void;
	readonly #clock: Clock;
	readonly #fileWatcher: FileWatcher;
	readonly #stopLooking: Cancel;
	#folders = new Map<string, Cancel>();
	#settling: Cancel | undefined;
	/** As last handed on. */
	#known: string;
	/** As last looked at. */
	#seen: string;

	constructor(files: () => readonly string[], changed: () => void, clock: Clock, fileWatcher: FileWatcher) {
		this.#files = files;
		this.#changed = changed;
		this.#clock = clock;
		this.#fileWatcher = fileWatcher;
		this.#known = this.#seen = this.#print();
		this.#follow();
		this.#stopLooking = clock.every(LOOK_EVERY_MS, () => this.#look());
	}

	stop(): void {
		this.#stopLooking();
		this.#settling?.();
		for (const cancel of this.#folders.values()) cancel();
	}

	#look(): void {
		const print = this.#print();
		if (print === this.#known && !this.#settling) return;
		if (print === this.#seen && this.#settling) return;
		this.#seen = print;
		this.#settling?.();
		this.#settling = this.#clock.after(SETTLE_MS, () => this.#settled());
	}

	#settled(): void {
		this.#settling = undefined;
		const print = this.#print();
		if (print !== this.#seen) this.#look();
		else if (print !== this.#known) this.#handOn();
	}

	#handOn(): void {
		this.#changed();
		this.#follow();
		this.#known = this.#seen = this.#print();
	}

	/** The folders of the files as they are now. */
	#follow(): void {
		const folders = new Set(this.#files().map((file) => dirname(file)));
		for (const [folder, cancel] of this.#folders) {
			if (folders.has(folder)) continue;
			cancel();
			this.#folders.delete(folder);
		}
		for (const folder of folders) {
			if (!this.#folders.has(folder))
				this.#folders.set(
					folder,
					this.#fileWatcher.hints(folder, () => this.#look()),
				);
		}
	}

	#print(): string {
		return this.#files()
			.map((file) => `${file}\0${this.#fileWatcher.stamp(file)}`)
			.join('\0');
	}
}
