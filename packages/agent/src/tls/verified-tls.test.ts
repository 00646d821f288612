import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { Secret } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import { afterEach, describe, expect, it } from 'vitest';
import { certify } from '../../../relay/src/tls/certify.ts';
import { newPrivateKey } from '../../../relay/src/tls/key-pair.ts';
import type { AgentError } from '../errors/agent-error.ts';
import { agentUrl } from '../uplink/address.ts';
import { dial } from '../uplink/dial.ts';
import { pinOf, readPin } from './pin.ts';
import { openVerifiedTls } from './verified-tls.ts';

const DAY = 86_400_000;
const now = Date.now();
const authority = { subject: 'Test authority', key: newPrivateKey() };
const ca = certify({ ...authority, names: [], notBefore: now - DAY, notAfter: now + DAY, isAuthority: true });
const key = newPrivateKey();
const other = newPrivateKey();

interface Shown {
	readonly names?: string[];
	readonly notBefore?: number;
	readonly notAfter?: number;
	readonly isSelfSigned?: boolean;
	readonly key?: string;
}

/** A TLS server that counts every byte that is said to it. */
class Listener {
	heard = 0;
	connections = 0;
	readonly #server: Server;
	readonly cert: string;

	private constructor({
		names = ['127.0.0.1'],
		notBefore = now - DAY,
		notAfter = now + DAY,
		isSelfSigned,
		key: own = key,
	}: Shown) {
		const request = { names, subject: 'relay', key: own, notBefore, notAfter };
		this.cert = certify(isSelfSigned ? request : { ...request, issuer: authority });
		this.#server = createServer({ cert: this.cert, key: own }, (socket) => {
			this.connections++;
			socket.on('data', (chunk) => {
				this.heard += chunk.length;
			});
			socket.on('error', () => undefined);
			servers.push(() => socket.destroy());
		}).listen(0, '127.0.0.1');
		// The other end may leave before we know that the handshake is done.
		this.#server.on('tlsClientError', () => this.connections++);
		servers.push(() => this.#server.close());
	}

	static async start(shown: Shown): Promise<Listener> {
		const listener = new Listener(shown);
		await until(() => listener.#server.listening);
		return listener;
	}

	get url(): URL {
		return agentUrl(`https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
	}

	get pin(): string {
		return pinOf(new X509Certificate(this.cert));
	}
}

const servers: (() => void)[] = [];
afterEach(() => {
	for (const close of servers.splice(0).reverse()) close();
});

function opening(url: URL, pin?: string, signal = new AbortController().signal): Promise<AgentError | undefined> {
	return new Promise((resolve) => {
		openVerifiedTls({ url, peer: 'relay', pin, ca, signal, wall: () => now }, (failure, socket) => {
			socket?.destroy();
			resolve((failure as AgentError | null) ?? undefined);
		});
	});
}

async function refusalOf(shown: Shown, pin?: string): Promise<{ failure: AgentError; listener: Listener }> {
	const listener = await Listener.start(shown);
	const failure = await opening(listener.url, pin);
	if (!failure) expect.unreachable('it was let in');
	expect(failure.code).toBe('certificate');
	await until(() => listener.connections === 1);
	expect(listener.heard).toBe(0);
	return { failure, listener };
}

describe('without a pin', () => {
	it('a certificate is good that an authority vouches for, by name and by address', async () => {
		expect(await opening((await Listener.start({})).url)).toBeUndefined();
		const byName = (await Listener.start({ names: ['localhost'] })).url;
		byName.hostname = 'localhost';
		expect(await opening(byName)).toBeUndefined();
	});

	it('one that has ended is refused, and the clock is named as another cause', async () => {
		const { failure, listener } = await refusalOf({ notBefore: now - 3 * DAY, notAfter: now - DAY });
		const ended = new Date(Math.floor((now - DAY) / 1000) * 1000).toISOString();
		expect(failure.message).toContain(
			`the certificate of ${listener.url.host} ended on ${ended}; this machine believes`,
		);
	});

	it('one that has not begun is the clock', async () => {
		const { failure } = await refusalOf({ notBefore: now + DAY, notAfter: now + 2 * DAY });
		expect(failure.message).toMatch(/begins on .*; this machine believes that it is .*Its clock is wrong$/);
	});

	it('one for others is refused, and says for whom it is', async () => {
		const { failure } = await refusalOf({ names: ['cam.example.org', '192.0.2.7'] });
		expect(failure.message).toContain('is for cam.example.org, 192.0.2.7; use one of these');
	});

	it('a self-signed one is refused, with the line that would let it in', async () => {
		const { failure, listener } = await refusalOf({ isSelfSigned: true });
		expect(failure.message).toContain('is self-signed');
		expect(failure.message).toContain(`--relay-pin ${listener.pin}`);
	});

	it('one of an authority that is not known here is refused, by its name', async () => {
		const listener = await Listener.start({});
		const failure = await dialed(listener.url);
		expect(failure.message).toMatch(/is from CN=Test authority, whom this machine does not know/);
		expect(listener.heard).toBe(0);
	});
});

describe('with a pin', () => {
	it('its key is let in, whatever else the certificate says', async () => {
		const self = await Listener.start({ isSelfSigned: true, names: ['elsewhere.example'] });
		expect(await opening(self.url, self.pin)).toBeUndefined();
		// Renewed by an authority, with the same key.
		expect(await opening((await Listener.start({})).url, self.pin)).toBeUndefined();
	});

	it('another key is refused before a byte is sent, even one that an authority vouches for', async () => {
		const wanted = (await Listener.start({ isSelfSigned: true })).pin;
		const { failure, listener } = await refusalOf({ key: other }, wanted);
		expect(failure.message).toContain(`expected ${wanted}, seen ${listener.pin}`);
	});
});

describe('dialling', () => {
	it('sends no key to a relay that is not the one', async () => {
		const listener = await Listener.start({ isSelfSigned: true, key: other });
		const pin = (await Listener.start({})).pin;
		const failure = await dialed(listener.url, pin);
		expect(failure.message).toContain('is not the relay that the pin belongs to');
		await until(() => listener.connections === 1);
		expect(listener.heard).toBe(0);
	});

	it('explains a port that speaks plain HTTP', async () => {
		const plain = createPlainServer().listen(0, '127.0.0.1');
		await until(() => plain.listening);
		servers.push(() => plain.close());
		const failure = await dialed(agentUrl(`https://127.0.0.1:${(plain.address() as AddressInfo).port}`));
		expect(failure.message).toMatch(/does not speak https; if it is to be plain HTTP, say so: http:/);
	});

	it('ends the attempt when it is told to', async () => {
		const listener = await Listener.start({});
		const failure = await opening(listener.url, undefined, AbortSignal.abort());
		expect(failure?.message).toBe('the attempt was given up');
	});
});

describe('a pin', () => {
	it('is read as it is printed, and nothing else is', async () => {
		const { pin } = await Listener.start({});
		expect(readPin(` ${pin}\n`)).toBe(pin);
		for (const bad of ['', 'sha256/', pin.slice(0, -1), `${pin}=`, pin.replace('sha256/', 'sha1/'), 'sha256/x'])
			expect(() => readPin(bad)).toThrow(/is not a pin/);
	});
});

it('the check is taken out of the hands of Node in one place only', () => {
	const root = new URL('../../../../', import.meta.url);
	const files = ['packages', 'tools', 'bench'].flatMap((folder) =>
		readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
			.filter((name) => /\.(ts|tsx|mjs|js)$/.test(name) && !/(^|\/)(node_modules|dist)\//.test(name))
			.map((name) => `${folder}/${name}`),
	);
	const found = files.filter((file) =>
		/rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity/.test(
			readFileSync(new URL(file, root), 'utf8'),
		),
	);
	expect(found.filter((file) => !file.endsWith('verified-tls.test.ts'))).toEqual([
		'packages/agent/src/tls/verified-tls.ts',
	]);
	expect(files.length).toBeGreaterThan(300);
});

async function dialed(url: URL, pin?: string): Promise<AgentError> {
	const signal = new AbortController().signal;
	return dial({ url, pin, key: new Secret('a-key'), clock: new FakeClock(), signal }).then(
		() => expect.unreachable('it was let in'),
		(failure) => failure as AgentError,
	);
}
