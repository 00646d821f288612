import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '@oriel/base';
import * as v from 'valibot';
import { closeDirectory, JsonFile, replaceFile } from '../access/json-file.ts';
import { newPrivateKey } from './key-pair.ts';

const time = v.pipe(v.string(), v.isoTimestamp());
const stateShape = v.object({
	format: v.literal(1),
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
	format: 1,
	directory: '',
	names: [],
	failures: 0,
	nextTryAt: null,
	issuedBy: null,
	problem: null,
};

/** `tls` in the data directory: keys, certificates and the state of ordering them, for nobody else to read. */
export class TlsStore {
	readonly #directory: string;
	readonly #state: JsonFile<typeof stateShape>;

	constructor(data: string) {
		this.#directory = join(data, 'tls');
		mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
		closeDirectory(this.#directory);
		this.#state = new JsonFile(join(this.#directory, 'state.json'), stateShape, NO_ORDER);
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
		return this.#read(`${name}.pem`);
	}

	keep(name: 'ordered' | 'self-signed', chain: string): void {
		replaceFile(join(this.#directory, `${name}.pem`), chain);
	}

	get state(): OrderState {
		return this.#state.value;
	}

	set state(state: OrderState) {
		this.#state.write(state);
	}

	#keyIn(name: string): string {
		const known = this.#read(name);
		if (known !== undefined) return known;
		const key = newPrivateKey();
		replaceFile(join(this.#directory, name), key);
		return key;
	}

	#read(name: string): string | undefined {
		try {
			return readFileSync(join(this.#directory, name), 'utf8');
		} catch (failure) {
			if (systemCode(failure) === 'ENOENT') return undefined;
			throw failure;
		}
	}
}
