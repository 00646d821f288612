import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addedKey, addedToken } from '@oriel/testing/grants';
import { oriel, type Program } from '@oriel/testing/program';
import { until } from '@oriel/testing/until';
import { type Asked, ask, shown } from './ask.ts';
import type { Pebble } from './pebble.ts';

const PASSWORD = 'a quiet evening at the lake';

/** A relay that orders its certificate from a pebble, on the ports on which that one tries. */
export class AcmeRelay implements AsyncDisposable {
	readonly data: string = mkdtempSync(join(tmpdir(), 'oriel-acme-'));
	readonly #pebble: Pebble;
	readonly #args: readonly string[];
	#program: Program | undefined;

	constructor(pebble: Pebble, args: readonly string[]) {
		this.#pebble = pebble;
		this.#args = args;
	}

	static async start(pebble: Pebble, args: readonly string[]): Promise<AcmeRelay> {
		const relay = new AcmeRelay(pebble, args);
		await relay.start();
		return relay;
	}

	get program(): Program {
		if (!this.#program) throw new Error('The relay is not running');
		return this.#program;
	}

	get port(): number {
		return this.#pebble.tlsPort;
	}

	get url(): string {
		return `https://127.0.0.1:${this.port}`;
	}

	/** What it has noted about ordering. */
	get state(): { failures: number; nextTryAt: string | null; problem: string | null } {
		return JSON.parse(readFileSync(join(this.data, 'tls', 'state.json'), 'utf8'));
	}

	async start(): Promise<void> {
		const { directory, httpPort, tlsPort, ownAuthority } = this.#pebble;
		const http = this.#args.includes('--http-port') ? [] : ['--http-port', String(httpPort)];
		const ports = ['--port', String(tlsPort), ...http];
		const args = ['--data', this.data, '--host', '127.0.0.1', '--log', 'json', '--acme-directory', directory];
		this.#program = oriel(['relay', ...args, ...ports, ...this.#args], { env: { NODE_EXTRA_CA_CERTS: ownAuthority } });
		await this.#program.said(/relay listens/);
	}

	/** Waits for a certificate that `root` vouches for; gives its serial number. */
	async certified(root: string, servername?: string, except?: string): Promise<string> {
		return until('a certificate', async () => {
			const certificate = await shown(this.port, root, servername);
			return certificate && certificate.serialNumber !== except ? certificate.serialNumber : undefined;
		}).catch((failure) => {
			throw new Error(`${failure.message}\n${this.program.stderr}\n${this.#pebble.log.slice(-4000)}`);
		});
	}

	/** The owner's session cookie, after the set-up link. */
	async setUp(ca: string, servername?: string): Promise<string> {
		const [, token = ''] = await this.program.said(/#setup=(\S+)/);
		const { status, text, headers } = await ask(`${this.url}/api/setup`, {
			ca,
			servername,
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ token, password: PASSWORD }),
		});
		if (status !== 200) throw new Error(`Set-up failed: ${status} ${text}`);
		return headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
	}

	get(path: string, ca: string, headers: Record<string, string> = {}, servername?: string): Promise<Asked> {
		return ask(`${this.url}${path}`, { ca, headers, servername });
	}

	key(camera: string): Promise<string> {
		return addedKey(this.data, camera);
	}

	token(): Promise<string> {
		return addedToken(this.data);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#program?.end();
		rmSync(this.data, { recursive: true, force: true });
	}
}
