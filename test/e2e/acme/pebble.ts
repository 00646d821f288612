import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@oriel/testing/free-port';
import { Program } from '@oriel/testing/program';
import { certify } from '../../../packages/relay/src/tls/certify.ts';
import { newPrivateKey } from '../../../packages/relay/src/tls/key-pair.ts';
import { ask } from './ask.ts';

const DAY = 86_400_000;

export interface PebbleOptions {
	/** How long its certificates live. */
	readonly validSeconds?: number;
	/** Of how many good nonces in a hundred it says that they are bad. */
	readonly nonceReject?: number;
}

/** Let's Encrypt's test authority on loopback, with a name server for which every name is this machine. */
export class Pebble implements AsyncDisposable {
	readonly #folder = mkdtempSync(join(tmpdir(), 'oriel-pebble-'));
	readonly #options: PebbleOptions;
	#ports: Readonly<Record<'directory' | 'management' | 'dns' | 'dnsManagement', number>> | undefined;
	#server: Program | undefined;
	#names: Program | undefined;
	/** Where it tries HTTP-01 and TLS-ALPN-01. */
	readonly httpPort: number;
	readonly tlsPort: number;

	private constructor(options: PebbleOptions, httpPort: number, tlsPort: number) {
		this.#options = options;
		this.httpPort = httpPort;
		this.tlsPort = tlsPort;
	}

	static async start(options: PebbleOptions = {}): Promise<Pebble> {
		const pebble = new Pebble(options, await freePort(), await freePort());
		await pebble.#prepare();
		await pebble.start();
		return pebble;
	}

	get directory(): string {
		return `https://127.0.0.1:${this.#ports?.directory}/dir`;
	}

	/** File with the authority of its own https, for NODE_EXTRA_CA_CERTS. */
	get ownAuthority(): string {
		return join(this.#folder, 'own.pem');
	}

	/** Orders that it has taken; a request whose nonce it rejected is none. */
	get orders(): number {
		return this.#server?.stdout.match(/Added order /g)?.length ?? 0;
	}

	get log(): string {
		return this.#server?.stdout ?? '';
	}

	/** The root (PEM) of what it issues: a new one at each start. */
	async root(): Promise<string> {
		return (await ask(`https://127.0.0.1:${this.#ports?.management}/roots/0`, { ca: this.#ownCa })).text;
	}

	async start(): Promise<void> {
		const { nonceReject = 5 } = this.#options;
		const env = { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: String(nonceReject), PEBBLE_AUTHZREUSE: '0' };
		const args = ['-config', join(this.#folder, 'config.json'), '-dnsserver', `127.0.0.1:${this.#ports?.dns}`];
		this.#server = new Program('pebble', args, { env });
		await this.#server.said(/ACME directory available|Listening on: .*directory|listening/i);
	}

	async stop(): Promise<void> {
		await this.#server?.end();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.stop();
		await this.#names?.end();
		rmSync(this.#folder, { recursive: true, force: true });
	}

	#ownCa = '';

	async #prepare(): Promise<void> {
		const [directory, management, dns, dnsManagement] = await Promise.all(Array.from({ length: 4 }, () => freePort()));
		if (!directory || !management || !dns || !dnsManagement) throw new Error('no ports');
		this.#ports = { directory, management, dns, dnsManagement };
		const now = Date.now();
		const span = { notBefore: now - DAY, notAfter: now + DAY };
		const authority = { subject: 'Authority of pebble’s own port', key: newPrivateKey() };
		const key = newPrivateKey();
		this.#ownCa = certify({ ...authority, ...span, names: [], isAuthority: true });
		writeFileSync(this.ownAuthority, this.#ownCa);
		const path = (name: string) => join(this.#folder, name);
		writeFileSync(
			path('cert.pem'),
			certify({ names: ['127.0.0.1'], subject: 'pebble', key, ...span, issuer: authority }),
		);
		writeFileSync(path('key.pem'), key);
		const pebble = {
			listenAddress: `127.0.0.1:${directory}`,
			managementListenAddress: `127.0.0.1:${management}`,
			certificate: path('cert.pem'),
			privateKey: path('key.pem'),
			httpPort: this.httpPort,
			tlsPort: this.tlsPort,
			...(this.#options.validSeconds ? { certificateValidityPeriod: this.#options.validSeconds } : {}),
		};
		writeFileSync(path('config.json'), JSON.stringify({ pebble }));
		const none = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv6', ''];
		const at = ['-dns01', `127.0.0.1:${dns}`, '-management', `127.0.0.1:${dnsManagement}`];
		this.#names = new Program('pebble-challtestsrv', [...at, ...none, '-defaultIPv4', '127.0.0.1']);
		await this.#names.said(/Starting management server/i);
	}
}
