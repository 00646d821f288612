import { dirname } from 'node:path';
import { deferred } from '@oriel/base';
import type { Disk, FileFacts } from '../../../../packages/relay/src/auth/store/disk.ts';

type Trouble = 'ENOSPC' | 'EROFS' | 'EIO' | 'ENOENT';

/** Calls that need no room. */
const READING: ReadonlySet<string> = new Set(['stat', 'read', 'list']);
/** What works on a full disk. */
const NEEDS_NO_ROOM: ReadonlySet<string> = new Set([
	...READING,
	'rename',
	'remove',
	'truncate',
	'sync',
	'setMode',
	'removeDirectory',
]);

/** A disk in memory that can be full, read-only, broken, gone, or hang: as the test says, and in no time at all. */
export class MemoryDisk implements Disk {
	readonly files = new Map<string, { text: string; stamp: string; changedAt: number }>();
	/** Every call so far, as `rename keys.json`. */
	readonly calls: string[] = [];
	/** undefined: it works. */
	trouble: Trouble | undefined;
	/** Most calls that were under way at once. */
	mostAtOnce = 0;
	#atOnce = 0;
	readonly #wall: () => number;
	#count = 0;
	#hanging: ReturnType<typeof deferred<void>> | undefined;
	#hangs: ReadonlySet<string> = new Set();

	constructor(wall: () => number = () => 0) {
		this.#wall = wall;
	}

	/** From now on these calls do not return until `goOn`. */
	hang(...calls: readonly string[]): void {
		this.#hangs = new Set(calls);
		this.#hanging ??= deferred();
	}

	goOn(): void {
		this.#hanging?.resolve();
		this.#hanging = undefined;
	}

	/** As another program writes, at once. */
	write(path: string, text: string): void {
		this.files.set(path, { text, stamp: `${++this.#count}`, changedAt: this.#wall() });
	}

	text(path: string): string | undefined {
		return this.files.get(path)?.text;
	}

	async stat(path: string): Promise<FileFacts | undefined> {
		await this.#call('stat', path);
		const file = this.files.get(path);
		return file && { stamp: file.stamp, size: Buffer.byteLength(file.text), changedAt: file.changedAt };
	}

	async read(path: string) {
		await this.#call('read', path);
		return this.files.get(path);
	}

	async create(path: string, text: string): Promise<string> {
		await this.#call('create', path);
		if (this.files.has(path)) throw systemError('EEXIST', `open '${path}'`);
		this.write(path, text);
		return `${this.#count}`;
	}

	async append(path: string, text: string): Promise<void> {
		await this.#call('append', path);
		this.write(path, `${this.text(path) ?? ''}${text}`);
	}

	async truncate(path: string, size: number): Promise<void> {
		await this.#call('truncate', path);
		this.write(path, (this.text(path) ?? '').slice(0, size));
	}

	async rename(from: string, to: string): Promise<void> {
		await this.#call('rename', to);
		if (!this.files.has(from)) throw systemError('ENOENT', `rename '${from}'`);
		for (const [path, file] of [...this.files]) {
			if (path !== from && !path.startsWith(`${from}/`)) continue;
			this.files.delete(path);
			this.files.set(`${to}${path.slice(from.length)}`, file);
		}
	}

	async remove(path: string): Promise<void> {
		await this.#call('remove', path);
		this.files.delete(path);
	}

	async list(directory: string): Promise<readonly string[]> {
		await this.#call('list', directory);
		return [...this.files.keys()]
			.filter((path) => dirname(path) === directory)
			.map((path) => path.slice(directory.length + 1));
	}

	async sync(directory: string): Promise<void> {
		await this.#call('sync', directory);
	}

	async makeDirectory(path: string): Promise<void> {
		await this.#call('makeDirectory', path);
		this.write(path, '');
	}

	async removeDirectory(path: string): Promise<void> {
		await this.#call('removeDirectory', path);
		for (const each of [...this.files.keys()]) {
			if (each === path || each.startsWith(`${path}/`)) this.files.delete(each);
		}
	}

	async setMode(path: string): Promise<void> {
		await this.#call('setMode', path);
	}

	async #call(name: string, path: string): Promise<void> {
		this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
		try {
			await this.#answer(name, path);
		} finally {
			this.#atOnce--;
		}
	}

	async #answer(name: string, path: string): Promise<void> {
		this.calls.push(`${name} ${path.split('/').at(-1)}`);
		if (this.#hanging && this.#hangs.has(name)) await this.#hanging.promise;
		const { trouble } = this;
		if (trouble === undefined) return;
		const works = trouble === 'ENOSPC' ? NEEDS_NO_ROOM : trouble === 'EROFS' ? READING : new Set();
		if (!works.has(name)) throw systemError(trouble, `${name} '${path}'`);
	}
}

function systemError(code: string, words: string): Error {
	return Object.assign(new Error(`${code}: ${words}`), { code });
}
