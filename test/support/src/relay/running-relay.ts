import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Log, silentLog } from '@oriel/base';
import type { Access } from '../../../../packages/relay/src/auth/access.ts';
import type { AccessFiles } from '../../../../packages/relay/src/auth/files.ts';
import { addKey, addToken, type TokenRequest } from '../../../../packages/relay/src/auth/keys.ts';
import type { Derive } from '../../../../packages/relay/src/auth/password-hash.ts';
import type { RelayConfig } from '../../../../packages/relay/src/config.ts';
import type { Plugin } from '../../../../packages/relay/src/plugin/plugin.ts';
import { type Relay, type RelayDependencies, startRelay } from '../../../../packages/relay/src/relay.ts';
import { RecordingLog } from '../recording-log.ts';
import { noteSecretsIn, requireCleanData, requireNoSecrets } from '../secret-ledger.ts';
import { until } from '../turns.ts';
import { ask } from './ask.ts';
import { byCommandLine } from './other-program.ts';
import { Peer } from './peer.ts';
import { guestCookie, ownerCookie } from './session.ts';

/** What a relay takes to close, with some to spare: less than it waits for a disk that hangs. */
const DRAIN_MS = 3900;

/** With the placeholders of the real one. */
const INSTALL_SCRIPT = "version='@ORIEL_VERSION@' sha256='@ORIEL_SHA256@' relay='@ORIEL_RELAY@' pin='@ORIEL_PIN@'\n";

type TestClock = Clock & { advance?(span: number): void };

export interface RunningRelayOptions extends Partial<RelayConfig> {
	/** One that can be moved is moved while the relay closes. */
	readonly clock: TestClock;
	readonly log?: Log;
	/** Cameras that get a publish key. */
	readonly cameras?: readonly string[];
	/** In place of the machine's. */
	readonly disk?: RelayDependencies['disk'];
	/** How passwords are hashed. */
	readonly derive?: Derive;
	/** What it says that it is. */
	readonly version?: string;
	/** In place of those that Oriel has. */
	readonly plugins?: readonly Plugin[];
}

/** Where a relay keeps what it has. */
interface Place {
	/** With the page, and with the data unless it was given another place. */
	readonly directory: string;
	readonly data: string;
	readonly disk: RelayDependencies['disk'];
}

/** A relay on loopback, on a data directory of its own, with a stub of a page. */
export class RunningRelay implements AsyncDisposable {
	readonly relay: Relay;
	readonly directory: string;
	/** What its data directory knows. A change counts at once, as one of the page does. */
	readonly files: AccessFiles;
	readonly #clock: TestClock;
	readonly #log: RecordingLog;
	readonly #place: Place;
	readonly #keys: ReadonlyMap<string, string>;

	private constructor(
		relay: Relay,
		place: Place,
		clock: TestClock,
		log: RecordingLog,
		keys: ReadonlyMap<string, string>,
	) {
		this.#place = place;
		this.relay = relay;
		this.directory = place.directory;
		this.files = withEffect(relay.access);
		this.#clock = clock;
		this.#log = log;
		this.#keys = keys;
	}

	static async start({
		clock,
		log = silentLog,
		cameras = [],
		disk,
		derive,
		plugins,
		version = '0.0.0',
		data: given,
		...config
	}: RunningRelayOptions): Promise<RunningRelay> {
		const directory = mkdtempSync(join(tmpdir(), 'oriel-relay-'));
		const data = given ?? join(directory, 'data');
		const add = (files: AccessFiles) => new Map(cameras.map((camera) => [camera, addKey(files, clock, camera)]));
		const keys = cameras.length === 0 ? new Map<string, string>() : await byCommandLine(data, add, disk);
		const page = join(directory, 'page');
		mkdirSync(join(page, 'assets'), { recursive: true });
		writeFileSync(join(page, 'index.html'), '<!doctype html><title>Oriel</title>');
		writeFileSync(join(page, 'assets', 'main-1a2b3c.js'), 'export {};');
		const program = join(directory, 'program');
		mkdirSync(join(program, 'dist', 'deploy'), { recursive: true });
		writeFileSync(join(program, 'package.json'), '{"name":"oriel","version":"0.0.0","files":["dist"]}');
		writeFileSync(join(program, 'dist', 'deploy', 'install.sh'), INSTALL_SCRIPT);
		const whole = { data, host: '127.0.0.1', port: 0, ...config };
		try {
			const recording = new RecordingLog(log);
			const own = { ...(disk ? { disk } : {}), derive, plugins };
			const relay = await startRelay(whole, { clock, log: recording, version, page, program, ...own });
			noteSecretsIn([...keys.values(), relay.setupToken].join(' '));
			return new RunningRelay(relay, { directory, data, disk }, clock, recording, keys);
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

	/** The metrics, as a program of this machine reads them. `fetch` would not do: it sends the headers of a browser. */
	async metrics(): Promise<string> {
		return (await ask(`${this.url}/metrics`)).text;
	}

	/** The number in a line of the metrics: name and labels. */
	async metric(line: string): Promise<number> {
		const found = (await this.metrics()).split('\n').find((candidate) => candidate.startsWith(`${line} `));
		return Number(found?.split(' ').at(-1));
	}

	/** The publish key that a camera got at the start. */
	key(camera: string): string {
		const key = this.#keys.get(camera);
		if (key === undefined) throw new Error(`No key for ${camera}`);
		return key;
	}

	/** A new viewer token. */
	token(request: Partial<TokenRequest> = {}): string {
		return this.grant(request).secret;
	}

	/** A new viewer token and what the file says of it. */
	grant(request: Partial<TokenRequest> = {}): ReturnType<typeof addToken> {
		const made = addToken(this.files, this.#clock, { label: 'test', cameras: [], lifetimeMs: undefined, ...request });
		noteSecretsIn(made.secret);
		return made;
	}

	/** Changes the data directory as the command line does. The relay sees that with its next look: twice a second. */
	async byCommandLine<T>(change: (files: AccessFiles) => T): Promise<T> {
		await this.relay.kept();
		return byCommandLine(this.#place.data, change, this.#place.disk);
	}

	/** Time passes, in milliseconds. */
	pass(span: number): void {
		this.#clock.advance?.(span);
	}

	agent(camera: string): Promise<Peer> {
		return Peer.open(`${this.url.replace('http', 'ws')}/agent`, this.key(camera));
	}

	viewer(token: string = this.token()): Promise<Peer> {
		return Peer.open(`${this.url.replace('http', 'ws')}/live`, token);
	}

	/** The owner's page, which is told why a camera brings no pictures. */
	ownersPage(): Promise<Peer> {
		const cookie = ownerCookie(this.files, this.#clock);
		return this.#page(cookie);
	}

	/** The page of a guest with a share link of these cameras. */
	guestsPage(cameras: readonly string[]): Promise<Peer> {
		return this.#page(guestCookie(this.files, this.#clock, cameras));
	}

	#page(cookie: string): Promise<Peer> {
		return Peer.open(`${this.url.replace('http', 'ws')}/live`, '', { cookie, origin: this.url });
	}

	async [Symbol.asyncDispose](): Promise<void> {
		let isClosed = false;
		const closed = this.relay.close().finally(() => {
			isClosed = true;
		});
		// The time goes on until it has said its goodbyes. What remains is up to the disk, which knows no fake clock.
		for (let gone = 0; gone < DRAIN_MS && !isClosed; gone += 100) {
			this.#clock.advance?.(100);
			await new Promise((resolve) => setImmediate(resolve));
		}
		await until(() => isClosed);
		await closed;
		// Whatever a test did with this relay: neither its log nor its files may hold a secret.
		requireNoSecrets('the log', this.#log.text);
		if (this.#place.disk === undefined) requireCleanData(this.#place.data);
		rmSync(this.directory, { recursive: true, force: true });
	}
}

/** Tables of a relay whose changes have an effect at once. */
function withEffect(access: Access): AccessFiles {
	const tables = Object.entries(access.files).map(([name, table]) => {
		const changing =
			(change: (...args: never[]) => void) =>
			(...args: never[]) => {
				change.apply(table, args);
				access.changed();
			};
		const rows = {
			get rows() {
				return table.rows;
			},
			get: (key: string) => table.get(key),
			put: changing(table.put),
			patch: changing(table.patch),
			remove: changing(table.remove),
		};
		return [name, rows];
	});
	return Object.fromEntries(tables) as AccessFiles;
}
