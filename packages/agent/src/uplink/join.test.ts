import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { JOIN_TIMEOUT_MS, joinRelay } from './join.ts';

const clock = new FakeClock();
const KEY = `oriel_key_${'k'.repeat(43)}`;
const ANSWER = { camera: 'porch', key: KEY, relays: ['https://cam.example.org', 'javascript:alert(1)'], pin: null };

let server: Server | undefined;
let heard: string[] = [];
let folder: string;
let pair: { key: Buffer; cert: Buffer };

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-join-'));
	const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
	const subject = ['-subj', '/CN=relay', '-days', '2', '-keyout', key, '-out', cert];
	const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
	execFileSync('openssl', ['req', '-x509', ...kind, ...subject], { stdio: 'ignore' });
	pair = { key: readFileSync(key), cert: readFileSync(cert) };
});

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(() => {
	server?.closeAllConnections();
	server?.close();
	server = undefined;
	heard = [];
});

async function serve(answer: (response: ServerResponse) => void, secure = false): Promise<string> {
	const handle = (request: IncomingMessage, response: ServerResponse) => {
		let body = '';
		request.on('data', (chunk: Buffer) => {
			body += chunk.toString();
		});
		request.on('end', () => {
			heard.push(`${request.method} ${request.url} ${body}`);
			answer(response);
		});
	};
	const open = secure ? createSecureServer(pair, handle) : createServer(handle);
	server = open as Server;
	await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve));
	return `${secure ? 'https' : 'http'}://127.0.0.1:${(open.address() as AddressInfo).port}`;
}

const json = (status: number, body: unknown) => (response: ServerResponse) =>
	void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const ask = (relay: string, pin?: string) => joinRelay({ relay, pin, code: new Secret('C0DE'), machine: 'pi', clock });

describe('joining', () => {
	it('exchanges the code for a key, remembers where, and believes no address that is none', async () => {
		const relay = await serve(json(200, ANSWER));
		const joined = await ask(`${relay}/prefix/`);
		expect(heard).toEqual(['POST /prefix/api/join {"code":"C0DE","machine":"pi"}']);
		expect(joined).toMatchObject({
			camera: 'porch',
			relays: [`${relay}/prefix`, 'https://cam.example.org'],
			pin: undefined,
		});
		expect(joined.key.reveal()).toBe(KEY);
		expect(clock.pending).toBe(0);
	});

	it.each([
		[json(401, { error: { code: 'link-expired', message: 'This code is old' } }), 'the relay says: This code is old'],
		[json(429, { error: { code: 'x', message: 'Wait' } }), 'the relay says: Wait'],
		[json(404, 'no'), 'is not an Oriel relay that pairs'],
		[json(200, { camera: '../x', key: KEY }), 'is not an Oriel relay'],
		[json(200, { camera: 'porch' }), 'is not an Oriel relay'],
		[(response: ServerResponse) => void response.end('x'.repeat(20_000)), 'too long'],
		[(response: ServerResponse) => void response.destroy(), 'broke'],
	])('says what is wrong', async (answer, words) => {
		const relay = await serve(answer);
		await expect(ask(relay)).rejects.toThrow(words);
	});

	it('gives up in time', async () => {
		const relay = await serve(() => undefined);
		const asked = ask(relay);
		const failed = expect(asked).rejects.toThrow('did not answer within 15 s');
		await until(() => heard.length > 0);
		clock.advance(JOIN_TIMEOUT_MS);
		await failed;
	});

	it('sends the code only to the relay with the pinned key', async () => {
		const spki = new X509Certificate(pair.cert).publicKey.export({ type: 'spki', format: 'der' });
		const pin = `sha256/${createHash('sha256').update(spki).digest('base64')}`;
		const relay = await serve(json(200, ANSWER), true);
		await expect(ask(relay, `sha256/${'A'.repeat(43)}=`)).rejects.toThrow('is not the relay that the pin belongs to');
		await expect(ask(relay)).rejects.toThrow('certificate');
		expect(heard).toEqual([]);
		expect(await ask(relay, pin)).toMatchObject({ camera: 'porch', pin });
		await expect(ask('http://127.0.0.1:1', pin)).rejects.toThrow('a pin is for https');
	});
});
