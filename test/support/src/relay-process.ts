import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { addedKey, addedToken, type TokenRequest } from './grants.ts';
import { metricIn, metricsOf } from './metrics.ts';
import { oriel, type Program } from './program.ts';
import { noteSecret, noteSecretsIn, requireCleanData, requireNoSecrets } from './secret-ledger.ts';
import { until } from './until.ts';

/** The owner's password of every relay under test. */
export const PASSWORD = 'a quiet evening at the lake';

/** A relay in a process of its own, on a data directory and a port that survive its restarts. */
export class RelayProcess implements AsyncDisposable {
	readonly data: string;
	readonly port: number;
	readonly #args: readonly string[];
	readonly #env: Readonly<Record<string, string>>;
	#program: Program | undefined;

	private constructor(data: string, port: number, args: readonly string[], env: Readonly<Record<string, string>>) {
		this.data = data;
		this.port = port;
		this.#args = args;
		this.#env = env;
	}

	/** Starts one. `args` are further options of `oriel relay`; `data` is removed at the end. */
	static async start(
		args: readonly string[] = [],
		data = mkdtempSync(join(tmpdir(), 'oriel-relay-')),
		env: Readonly<Record<string, string>> = {},
	): Promise<RelayProcess> {
		const relay = new RelayProcess(data, await freePort(), args, env);
		await relay.start();
		return relay;
	}

	/** Its address, as a page has it. */
	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** The running process. */
	get program(): Program {
		if (!this.#program) throw new Error('The relay is not running');
		return this.#program;
	}

	/** Starts the process; resolves once its port is open. */
	async start(): Promise<void> {
		const args = [
			'relay',
			'--data',
			this.data,
			'--port',
			String(this.port),
			'--host',
			'127.0.0.1',
			'--log',
			'json',
			...this.#args,
		];
		this.#program = oriel(args, { env: this.#env });
		await this.#program.said(/"msg":"relay listens"/);
	}

	/** Ends the process without warning. */
	async crash(): Promise<void> {
		const { program } = this;
		await program.end('SIGKILL');
		requireNoSecrets('the relay’s log', program.stderr);
	}

	/** A publish key for a camera, which a running relay has read. */
	async addKey(camera: string): Promise<string> {
		return this.#known(await addedKey(this.data, camera));
	}

	/** A viewer token, which a running relay has read. */
	async addToken(request: Partial<TokenRequest> = {}): Promise<string> {
		return this.#known(await addedToken(this.data, request));
	}

	/** A relay follows the command line within a second: until then it knows of no such credential (401). */
	async #known(secret: string): Promise<string> {
		const headers = { authorization: `Bearer ${secret}` };
		const ask = async () => (await fetch(`${this.url}/api/cameras`, { headers })).status;
		const look = async () => !this.#program?.isRunning || (await ask().catch(() => 401)) !== 401;
		await until('the relay to know a new credential', look);
		return secret;
	}

	/** The value of a metric, named as in `/metrics`, labels included; 0 if it is not there. */
	async metric(name: string): Promise<number> {
		return metricIn(await metricsOf(this.port), name);
	}

	/** The set-up token that the relay printed. */
	async setupToken(): Promise<string> {
		const [, token = ''] = await this.program.said(/#setup=(\S+)/);
		return token;
	}

	/** Chooses the owner's password; gives the session cookie. */
	async setUp(): Promise<string> {
		const response = await fetch(`${this.url}/api/setup`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ token: await this.setupToken(), password: PASSWORD }),
		});
		if (!response.ok) throw new Error(`Set-up failed: ${response.status} ${await response.text()}`);
		return response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
	}

	/** Whether the relay has that camera, asked as the owner. */
	async knows(camera: string, cookie: string): Promise<boolean> {
		const response = await fetch(`${this.url}/api/cameras`, { headers: { cookie } });
		const { cameras } = (await response.json()) as { cameras: { name: string }[] };
		return cameras.some(({ name }) => name === camera);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const program = this.#program;
		await program?.end();
		// Whatever a test did with this relay: neither its log nor its files may hold a secret. Its standard output
		// prints the set-up link, once, for the person who started it.
		noteSecret(PASSWORD);
		noteSecretsIn(program?.stdout);
		requireNoSecrets('the relay’s log', program?.stderr ?? '');
		requireCleanData(this.data);
		rmSync(this.data, { recursive: true, force: true });
	}
}

/** A camera in a process of its own: the test pattern at 24 pictures a second, unless `args` say otherwise. */
export function cameraProcess(
	relayUrl: string,
	name: string,
	key: string,
	args: readonly string[] = [],
	environment: Readonly<Record<string, string>> = {},
): Program {
	const source = args.includes('--source') ? [] : ['--source', 'test'];
	const words = ['camera', relayUrl, '--name', name, '--log', 'json', ...source, ...args];
	return oriel(words, { env: { ...environment, ORIEL_CAMERA_KEY: key } });
}
