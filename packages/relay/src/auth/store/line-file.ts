import { basename } from 'node:path';
import { reasonOf } from '@oriel/base';
import type { Disk } from './disk.ts';
import type { Note, Turn } from './writer.ts';

export interface LineFileOptions {
	readonly path: string;
	/** Where its lines go when it is full; what was there goes. */
	readonly olderPath: string;
	/** Size at which it is full. */
	readonly maxBytes: number;
	readonly disk: Disk;
	readonly changed: (file: Note) => void;
}

/** A file that is only ever added to, and one older one. Lines wait in memory until they are on disk. */
export class LineFile implements Note {
	readonly #options: LineFileOptions;
	#size = 0;
	/** Whether the last line on disk may be cut off. */
	#isTorn = false;
	#waiting: string[] = [];
	#waitingBytes = 0;

	constructor(options: LineFileOptions) {
		this.#options = options;
	}

	get name(): string {
		return basename(this.#options.path);
	}

	get isDirty(): boolean {
		return this.#waiting.length > 0;
	}

	/** All lines of both files, oldest first. Rejects with the file's name if one cannot be read. */
	async load(): Promise<string[]> {
		const { path, olderPath } = this.#options;
		const [older, text] = [await this.#read(olderPath), await this.#read(path)];
		this.#size = Buffer.byteLength(text);
		this.#isTorn = text !== '' && !text.endsWith('\n');
		return [older, text].flatMap((each) => each.split('\n'));
	}

	/** Adds a line. Of those that cannot be written the oldest are given up: the two files would not hold them either. */
	add(line: string): void {
		this.#waiting.push(line);
		this.#waitingBytes += bytesOf(line);
		while (this.#waitingBytes > 2 * this.#options.maxBytes) this.#waitingBytes -= bytesOf(this.#waiting.shift() ?? '');
		this.#options.changed(this);
	}

	async write({ disk }: Turn): Promise<void> {
		const { path, olderPath, maxBytes } = this.#options;
		// Another program may have shortened or removed it meanwhile.
		this.#size = (await disk.stat(path))?.size ?? 0;
		while (this.#waiting.length > 0) {
			if (this.#size >= maxBytes) {
				await disk.rename(path, olderPath);
				this.#size = 0;
				this.#isTorn = false;
			}
			const lines = this.#linesUpTo(maxBytes - this.#size);
			const text = `${this.#isTorn ? '\n' : ''}${lines.join('\n')}\n`;
			await this.#append(disk, text);
			this.#size += Buffer.byteLength(text);
			this.#isTorn = false;
			this.#drop(lines);
		}
	}

	/** A line that a full disk took half of is cut off again, so that it is not there twice after the next try. */
	async #append(disk: Disk, text: string): Promise<void> {
		const { path } = this.#options;
		try {
			await disk.append(path, text);
		} catch (failure) {
			if (this.#size > 0 || (await disk.stat(path).catch(() => undefined))) {
				await disk.truncate(path, this.#size).catch(() => {
					this.#isTorn = true;
				});
			}
			throw failure;
		}
	}

	/** The first lines that fit, one at least. */
	#linesUpTo(bytes: number): string[] {
		let sum = 0;
		const end = this.#waiting.findIndex((line) => {
			sum += bytesOf(line);
			return sum > bytes;
		});
		return this.#waiting.slice(0, end < 0 ? undefined : Math.max(1, end));
	}

	/** The lines on disk; some may have been given up meanwhile. */
	#drop(lines: readonly string[]): void {
		const written = new Set(lines);
		while (this.#waiting[0] !== undefined && written.has(this.#waiting[0])) {
			this.#waitingBytes -= bytesOf(this.#waiting.shift() ?? '');
		}
	}

	async #read(path: string): Promise<string> {
		try {
			return (await this.#options.disk.read(path))?.text ?? '';
		} catch (cause) {
			throw new Error(`Cannot read ${path}: ${reasonOf(cause)}`, { cause });
		}
	}
}

/** With the end of the line. */
function bytesOf(line: string): number {
	return Buffer.byteLength(line) + 1;
}
