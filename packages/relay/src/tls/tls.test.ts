import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { SUBPROTOCOL } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { ask } from '@oriel/testing/relay/ask';
import { RunningRelay, type RunningRelayOptions } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { certify } from './certify.ts';
import { newPrivateKey } from './key-pair.ts';
import { FIRST_WORD_TIMEOUT_MS } from './tls-demux.ts';

const DAY = 86_400_000;
const authority = { subject: 'Authority', key: newPrivateKey() };
const span = { notBefore: Date.now() - DAY, notAfter: Date.now() + 90 * DAY };
const ca = certify({ ...authority, ...span, names: [], isAuthority: true });

let folder: string;
let clock: FakeClock;
let log: RecordingLog;
let relay: RunningRelay | undefined;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-files-'));
	clock = new FakeClock(1_000_000_000, Date.now());
	log = new RecordingLog();
});
afterEach(async () => {
	await relay?.[Symbol.asyncDispose]();
	relay = undefined;
	rmSync(folder, { recursive: true });
});

const cert = () => join(folder, 'cert.pem');
const key = () => join(folder, 'key.pem');

function writeFiles(names = ['localhost', '127.0.0.1'], own = newPrivateKey()): string {
	const chain = certify({ names, subject: 'relay', key: own, ...span, issuer: authority });
	writeFileSync(cert(), chain);
	writeFileSync(key(), own);
	return new X509Certificate(chain).serialNumber;
}

async function start(more: Partial<RunningRelayOptions> = {}): Promise<RunningRelay> {
	const tls = { mode: 'files' as const, cert: cert(), key: key(), httpPort: null };
	relay = await RunningRelay.start({ clock, log, cameras: ['door'], tls, ...more });
	return relay;
}

const port = () => relay?.relay.port ?? 0;

function shown(): Promise<TLSSocket> {
	return new Promise((resolve, reject) => {
		const socket = connect({ port: port(), host: '127.0.0.1', ca }, () => resolve(socket));
		socket.on('error', reject);
	});
}

/** Resolves once the relay shows this certificate: its files are read without the event loop waiting for them. */
async function shows(wanted: string): Promise<void> {
	clock.advance(2000);
	const { certificate } = relay?.relay.tls ?? {};
	await until(() => relay?.relay.tls?.certificate !== certificate);
	expect(await serial()).toBe(wanted);
}

async function serial(): Promise<string | undefined> {
	const socket = await shown();
	const { serialNumber } = socket.getPeerCertificate();
	socket.destroy();
	return serialNumber;
}

function get(
	path: string,
	headers: Record<string, string> = {},
	method = 'GET',
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
	return new Promise((resolve, reject) => {
		const call = request({ port: port(), host: '127.0.0.1', path, headers, method, ca, agent: false }, (response) => {
			let text = '';
			response.setEncoding('utf8').on('data', (chunk) => {
				text += chunk;
			});
			response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
		});
		call.on('error', reject).end();
	});
}

describe('a relay with its owner’s certificate', () => {
	it('speaks https and WebSockets over it, tells browsers to stay, and sends plain HTTP away', async () => {
		writeFiles();
		await start();
		const { status, headers } = await get('/healthz');
		expect([status, headers['strict-transport-security']]).toEqual([200, 'max-age=15552000']);
		const url = `wss://localhost:${port()}/live`;
		const socket = new WebSocket(url, SUBPROTOCOL, { ca, headers: { authorization: `Bearer ${relay?.token()}` } });
		clock.advance(500);
		await until(() => socket.readyState === WebSocket.OPEN);
		socket.terminate();
		const plain = await ask(`http://127.0.0.1:${port()}/a?b`);
		expect([plain.status, plain.headers.location]).toEqual([307, `https://127.0.0.1:${port()}/a?b`]);
		const metrics = await get('/metrics');
		expect(metrics.text).toContain(
			`oriel_tls_certificate_expiry_timestamp_seconds ${Math.floor(span.notAfter / 1000)}`,
		);
	});

	it('refuses a page with its own name that came by plain HTTP', async () => {
		writeFiles();
		await start();
		const host = `127.0.0.1:${port()}`;
		expect((await get('/api/session', { host, origin: `https://${host}` }, 'DELETE')).status).toBe(204);
		expect((await get('/api/session', { host, origin: `http://${host}` }, 'DELETE')).status).toBe(403);
	});

	it('takes new files without being started again; those who are connected notice nothing', async () => {
		const first = writeFiles();
		await start();
		const stays = await shown();
		expect(await serial()).toBe(first);
		const second = writeFiles();
		await shows(second);
		expect(await serial()).toBe(second);
		stays.write('GET /healthz HTTP/1.1\r\nhost: relay\r\n\r\n');
		await new Promise((resolve) => stays.once('data', resolve));
		expect(stays.getPeerCertificate().serialNumber).toBe(first);
		stays.destroy();
	});

	it('keeps the old ones when the new ones are of no use, and says so', async () => {
		const first = writeFiles();
		await start();
		writeFileSync(key(), newPrivateKey());
		clock.advance(2000);
		await until(() => relay?.relay.tls?.report().problem);
		expect(await serial()).toBe(first);
		expect(relay?.relay.tls?.report()).toMatchObject({
			source: 'files',
			state: 'good',
			names: ['localhost', '127.0.0.1'],
		});
		expect(relay?.relay.tls?.report().problem).toContain('the key is not the one of the certificate');
		expect(log.problems).toEqual(['error: the new certificate cannot be used; the old one stays']);
		await shows(writeFiles());
		expect(relay?.relay.tls?.report().problem).toBeNull();
	});

	it('does not start with files that are of no use', async () => {
		await expect(start()).rejects.toThrow(/The certificate .*cert\.pem .*: ENOENT/);
	});

	it('tells browsers nothing where the certificate is for an address or self-signed', async () => {
		writeFiles(['127.0.0.1']);
		await start();
		expect((await get('/healthz')).headers['strict-transport-security']).toBeUndefined();
	});

	it('lets go of those who talk nonsense, and of those who say nothing in ten seconds', async () => {
		writeFiles();
		await start();
		const closed: string[] = [];
		const say = (words: Buffer): Socket => {
			const socket = connectPlain(port(), '127.0.0.1', () => socket.write(words));
			socket
				.on('error', () => undefined)
				.on('close', () => closed.push(words.toString('latin1')))
				.resume();
			return socket;
		};
		say(Buffer.from('nonsense\r\n\r\n'));
		say(Buffer.from([0x16, 3, 1, 0, 4, 1, 2, 3, 4]));
		say(Buffer.from([0x80, 0, 1]));
		await until(() => closed.length === 3);
		let isIn = false;
		const mute = connectPlain(port(), '127.0.0.1').on('close', () => closed.push('mute'));
		mute.on('connect', () => {
			isIn = true;
		});
		await until(() => isIn);
		await until(() => {
			clock.advance(FIRST_WORD_TIMEOUT_MS);
			return closed.includes('mute');
		});
		expect((await get('/healthz')).status).toBe(200);
	});
});

describe('a relay with a self-signed certificate', () => {
	it('has a port for plain HTTP that shows nothing but the way to https', async () => {
		await start({ tls: { mode: 'self-signed', httpPort: 0 } });
		const report = relay?.relay.tls?.report();
		expect(report).toMatchObject({ source: 'self-signed', state: 'self-signed', problem: null });
		expect(report?.names).toContain('localhost');
	});
});
