import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Log, silentLog } from '@oriel/base';
import { noteSecretsIn, requireCleanData, requireNoSecrets } from '@oriel/testing/secret-ledger';
import { type AccessFiles, openAccessFiles } from '../access/files.ts';
import { addKey, addToken, type TokenWish } from '../access/keys.ts';
import type { RelayConfig } from '../config.ts';
import { type Relay, startRelay } from '../relay.ts';
import { Peer } from './peer.ts';
import { until } from './until.ts';
import { WitnessLog } from './witness-log.ts';

type TestClock = Clock & { advance?(span: number): void };

export interface Staging extends Partial<RelayConfig> {
	/** One that can be moved is moved while the relay closes. */
	readonly clock: TestClock;
	readonly log?: Log;
	/** Cameras that get a publish key. */
	readonly cameras?: readonly string[];
}

/** A relay on loopback, on a data directory of its own, with a stub of a page. */
export class RunningRelay implements AsyncDisposable {
	readonly relay: Relay;
	readonly directory: string;
	/** The data directory as another program sees it. */
	readonly files: AccessFiles;
	readonly #clock: TestClock;
	readonly #log: WitnessLog;
	readonly #keys: ReadonlyMap<string, string>;

	private constructor(
		relay: Relay,
		directory: string,
		clock: TestClock,
		log: WitnessLog,
		keys: ReadonlyMap<string, string>,
	) {
		this.relay = relay;
		this.directory = directory;
		this.files = openAccessFiles(join(directory, 'data'));
		this.#clock = clock;
		this.#log = log;
		this.#keys = keys;
	}

	static async start({ clock, log = silentLog, cameras = [], ...config }: Staging): Promise<RunningRelay> {
		const directory = mkdtempSync(join(tmpdir(), 'oriel-relay-'));
		const data = join(directory, 'data');
		const files = openAccessFiles(data);
		const keys = new Map(cameras.map((camera) => [camera, addKey(files, clock, camera)]));
		const page = join(directory, 'page');
		mkdirSync(join(page, 'assets'), { recursive: true });
		writeFileSync(join(page, 'index.html'), '<!doctype html><title>Oriel</title>');
		writeFileSync(join(page, 'assets', 'main-1a2b3c.js'), 'export {};');
		const whole = { data, host: '127.0.0.1', port: 0, maxPictureBytes: 4 * 1024 * 1024, ...config };
		try {
			const witness = new WitnessLog(log);
			const relay = await startRelay(whole, { clock, log: witness, version: '0.0.0', page });
			noteSecretsIn([...keys.values(), relay.setupToken].join(' '));
			return new RunningRelay(relay, directory, clock, witness, keys);
		} catch (failure) {
			rmSync(directory, { recursive: true });
			throw failure;
		}
	}

	get url(): string {
		return `http://127.0.0.1:${this.relay.port}`;
	}

	/** All that the relay has logged. */
	get logged(): string {
		return this.#log.text;
	}

	/** The publish key that a camera got at the start. */
	key(camera: string): string {
		const key = this.#keys.get(camera);
		if (key === undefined) throw new Error(`No key for ${camera}`);
		return key;
	}

	/** A new viewer token. */
	token(wish: Partial<TokenWish> = {}): string {
		return this.grant(wish).secret;
	}

	/** A new viewer token and what the file says of it. */
	grant(wish: Partial<TokenWish> = {}): ReturnType<typeof addToken> {
		this.files.tokens.refresh();
		const made = addToken(this.files, this.#clock, { label: 'test', cameras: [], lifetimeMs: undefined, ...wish });
		noteSecretsIn(made.secret);
		return made;
	}

	agent(camera: string): Promise<Peer> {
		return Peer.open(`${this.url.replace('http', 'ws')}/agent`, this.key(camera));
	}

	viewer(token: string = this.token()): Promise<Peer> {
		return Peer.open(`${this.url.replace('http', 'ws')}/live`, token);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		let isClosed = false;
		const closed = this.relay.close().finally(() => {
			isClosed = true;
		});
		await until(() => {
			this.#clock.advance?.(100);
			return isClosed;
		});
		await closed;
		// Whatever a test did with this relay: neither its log nor its files may hold a secret.
		requireNoSecrets('the log', this.#log.text);
		requireCleanData(join(this.directory, 'data'));
		rmSync(this.directory, { recursive: true, force: true });
	}
}
