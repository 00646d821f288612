import { join } from 'node:path';
import { reasonOf } from '@oriel/base';
import * as v from 'valibot';
import type { DataDirectory } from '../auth/store/data-directory.ts';
import { requireCurrent } from '../auth/store/data-format.ts';
import type { Disk } from '../auth/store/disk.ts';
import { removeDrafts } from '../auth/store/drafts.ts';
import { WholeFile } from '../auth/store/whole-file.ts';
import type { Writer } from '../auth/store/writer.ts';
import { newPrivateKey } from './key-pair.ts';

const time = v.pipe(v.string(), v.isoTimestamp());
const stateShape = v.object({
	/** The authority and the names that the rest is about. */
	directory: v.string(),
	names: v.array(v.string()),
	/** Orders that failed, or were cut off, since the last one that did not. */
	failures: v.pipe(v.number(), v.integer(), v.minValue(0)),
	/** Before this nothing is ordered, however often the relay is started; null: no need to wait. */
	nextTryAt: v.nullable(time),
	/** The authority that the kept certificate is from. */
	issuedBy: v.nullable(v.string()),
	/** Why the last order failed, for people. */
	problem: v.nullable(v.string()),
});
/** How ordering certificates goes. */
export type OrderState = v.InferOutput<typeof stateShape>;

const NO_ORDER: OrderState = {
	directory: '',
	names: [],
	failures: 0,
	nextTryAt: null,
	issuedBy: null,
	problem: null,
};

/** What of the data directory is needed here. */
export type TlsDirectory = Pick<DataDirectory, 'path' | 'disk' | 'writer' | 'format'>;

const NAMES = ['key.pem', 'account-key.pem', 'ordered.pem', 'self-signed.pem', 'state.json'] as const;
type Name = (typeof NAMES)[number];

/**
 * `tls` in the data directory: keys, certificates and the state of ordering them, readable by this user only. All of it is in
 * memory from the start; only the relay writes it.
 */
export class TlsStore {
	readonly #writer: Writer;
	readonly #format: number;
	readonly #files: ReadonlyMap<Name, WholeFile>;
	#state: OrderState;

	private constructor({ writer, format }: TlsDirectory, files: ReadonlyMap<Name, WholeFile>, state: OrderState) {
		this.#writer = writer;
		this.#format = format;
		this.#files = files;
		this.#state = state;
	}

	/** Rejects with a file's name if one cannot be read or is damaged. */
	static async open(data: TlsDirectory): Promise<TlsStore> {
		const { disk, writer } = data;
		const directory = join(data.path, 'tls');
		const files = new Map<Name, WholeFile>();
		try {
			await disk.makeDirectory(directory);
			await disk.setMode(directory, 0o700);
			await removeDrafts(disk, directory);
		} catch (failure) {
			// A disk that cannot be written is said where the data directory is opened. Without the folder nothing is read either.
			if (!(await disk.stat(directory))) throw failure;
		}
		for (const name of NAMES) {
			const path = join(directory, name);
			files.set(name, new WholeFile(path, await textAt(path, disk), writer));
		}
		const path = join(directory, 'state.json');
		return new TlsStore(data, files, stateIn(path, files.get('state.json')?.text, data.format));
	}

	/** The key of this relay (PEM), made at first need. It stays, so that what agents have pinned stays true. */
	get key(): string {
		return this.#keyIn('key.pem');
	}

	/** The key of its account with the certificate authority. */
	get accountKey(): string {
		return this.#keyIn('account-key.pem');
	}

	/** A chain (PEM) that was kept, if any. */
	read(name: 'ordered' | 'self-signed'): string | undefined {
		return this.#files.get(`${name}.pem`)?.text;
	}

	keep(name: 'ordered' | 'self-signed', chain: string): void {
		this.#set(`${name}.pem`, chain);
	}

	get state(): OrderState {
		return this.#state;
	}

	set state(state: OrderState) {
		this.#state = state;
		this.#set('state.json', `${JSON.stringify({ format: this.#format, ...state }, null, '\t')}\n`);
	}

	/** Resolves when all of it is on disk; rejects if it cannot be written. */
	flush(): Promise<void> {
		return this.#writer.flush([...this.#files.values()]);
	}

	#keyIn(name: 'key.pem' | 'account-key.pem'): string {
		const known = this.#files.get(name)?.text;
		if (known !== undefined) return known;
		const key = newPrivateKey();
		this.#set(name, key);
		return key;
	}

	#set(name: Name, text: string): void {
		const file = this.#files.get(name);
		if (file) file.text = text;
	}
}

async function textAt(path: string, disk: Disk): Promise<string | undefined> {
	try {
		return (await disk.read(path))?.text;
	} catch (cause) {
		throw new Error(`Cannot read ${path}: ${reasonOf(cause)}`, { cause });
	}
}

function stateIn(path: string, text: string | undefined, format: number): OrderState {
	if (text === undefined) return NO_ORDER;
	try {
		const content: unknown = JSON.parse(text);
		requireCurrent(content, format);
		return v.parse(stateShape, content);
	} catch (cause) {
		throw new Error(`Cannot read ${path}: ${reasonOf(cause)}. Fix or move the file; nothing was changed`, { cause });
	}
}
