import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { oriel } from '@oriel/testing/program';
import { until } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';
import { AcmeRelay } from './acme/acme-relay.ts';
import { shown } from './acme/ask.ts';
import { Pebble } from './acme/pebble.ts';

const NAME = 'cam.example.test';

// Each has an authority and ports of its own.
describe.concurrent('a certificate', () => {
	it.each([
		['http-01', ['--domain', NAME], NAME],
		['tls-alpn-01', ['--domain', NAME], NAME],
		['http-01', ['--public-ip', '127.0.0.1'], undefined],
		['tls-alpn-01', ['--public-ip', '127.0.0.1'], undefined],
	])('is ordered by %s for %j, kept readable by its user only, and used', async (challenge, subject, name) => {
		await using pebble = await Pebble.start();
		await using relay = await AcmeRelay.start(pebble, [...subject, '--acme-challenge', challenge]);
		const root = await pebble.root();
		const serial = await relay.certified(root, name);

		const cookie = await relay.setUp(root, name);
		expect(cookie).not.toBe('');
		const health = await relay.get('/healthz', root, {}, name);
		expect(health.headers['strict-transport-security']).toBe(name ? 'max-age=15552000' : undefined);
		const report = JSON.parse((await relay.get('/api/certificate', root, { cookie }, name)).text);
		expect(report).toMatchObject({ source: 'ordered', state: 'good', names: [name ?? '127.0.0.1'], problem: null });
		expect(report.issuer).toContain('Pebble');
		expect((await relay.get('/api/certificate', root, {}, name)).status).toBe(401);
		const { text } = await relay.get('/metrics', root, name ? { host: 'localhost' } : {}, name);
		const [, end] = /^oriel_tls_certificate_expiry_timestamp_seconds (\S+)$/m.exec(text) ?? [];
		expect(Number(end) * 1000).toBe(Date.parse(report.notAfter));

		const plain = await fetch(`http://127.0.0.1:${pebble.httpPort}/cameras?x=y`, { redirect: 'manual' });
		expect([plain.status, plain.headers.get('location')]).toEqual([307, `${relay.url}/cameras?x=y`]);
		const files = readdirSync(join(relay.data, 'tls'));
		expect(files.sort()).toEqual(['account-key.pem', 'key.pem', 'ordered.pem', 'self-signed.pem', 'state.json']);
		for (const file of files) expect(statSync(join(relay.data, 'tls', file)).mode & 0o777).toBe(0o600);

		// Started again, it has what it needs: nothing is ordered.
		await relay.program.end('SIGTERM');
		await relay.start();
		expect((await shown(relay.port, root, name))?.serialNumber).toBe(serial);
		expect(pebble.orders).toBe(1);
	});

	it('is ordered from an authority that rejects nonces', async () => {
		await using pebble = await Pebble.start({ nonceReject: 25 });
		// A rejection shows as a request that comes again at once, with the nonce of the refusal. Chance has it that some
		// orders meet none.
		const again = /POST (\S+) -> calling handler\(\)\n.*POST \1 -> calling handler\(\)/;
		const root = await pebble.root();
		for (let round = 0; round < 5 && !again.test(pebble.log); round++) {
			await using relay = await AcmeRelay.start(pebble, ['--domain', NAME]);
			await relay.certified(root, NAME);
		}
		expect(pebble.log).toMatch(again);
	});

	it('is renewed without a viewer or a camera noticing; when the authority is gone the old one stays', async () => {
		await using pebble = await Pebble.start({ validSeconds: 16 });
		await using relay = await AcmeRelay.start(pebble, ['--public-ip', '127.0.0.1']);
		const root = await pebble.root();
		const [, pin = ''] = await relay.program.said(/--relay-pin (sha256\/\S+)/);
		const first = await relay.certified(root);
		const env = { ORIEL_CAMERA_KEY: await relay.key('door'), ORIEL_RELAY_PIN: pin };
		await using camera = oriel(['camera', relay.url, '--name', 'door', '--source', 'test', '--log', 'json'], { env });
		await using viewer = await Viewer.open(relay, root);
		await viewer.sees(10);

		const second = await relay.certified(root, undefined, first);
		const third = await relay.certified(root, undefined, second);
		await viewer.sees(viewer.pictures + 24);
		expect(new Set([first, second, third]).size).toBe(3);

		await pebble.stop();
		await relay.program.said(/"msg":"no new certificate"/);
		expect((await shown(relay.port, root))?.serialNumber).toBe(third);
		// It is noted on disk a moment later.
		await until('the reason is noted', () => /^127\.0\.0\.1:\d+ does not answer: /.test(relay.state.problem ?? ''));
		const { nextTryAt, failures } = relay.state;
		expect(failures).toBe(1);
		expect(Date.parse(nextTryAt ?? '')).toBeGreaterThan(Date.now() + 15_000);
		await viewer.sees(viewer.pictures + 24);
		expect(viewer.isOpen).toBe(true);
		expect(camera.stderr.match(/connected to the relay/g)).toHaveLength(1);
	});
});

// One after the other: the second must be over before the relay may try again, half a minute after a failure.
describe('without an answer from the authority', () => {
	it('a self-signed certificate is shown, plain HTTP stays closed, and the owner is told why', async () => {
		await using pebble = await Pebble.start();
		await pebble.stop();
		await using relay = await AcmeRelay.start(pebble, ['--domain', NAME]);
		await relay.program.said(/"msg":"no new certificate"/);
		const waiting = await fetch(`http://127.0.0.1:${pebble.httpPort}/api/session`, { redirect: 'manual' });
		expect([waiting.status, await waiting.text()]).toEqual([503, 'Oriel relay: waiting for its certificate']);
		const own = readFileSync(join(relay.data, 'tls', 'self-signed.pem'), 'utf8');
		const cookie = await relay.setUp(own, NAME);
		const report = JSON.parse((await relay.get('/api/certificate', own, { cookie }, NAME)).text);
		expect(report).toMatchObject({ source: 'self-signed', state: 'self-signed' });
		expect(report.problem).toContain('does not answer');
		expect(report.nextTryAt).toBe(relay.state.nextTryAt);
		const health = await relay.get('/healthz', own, {}, NAME);
		expect(health.headers['strict-transport-security']).toBeUndefined();

		// The authority is back, and the time to try again has come.
		await pebble.start();
		await relay.program.end('SIGKILL');
		forgetWaiting(relay);
		await relay.start();
		await relay.certified(await pebble.root(), NAME);
	});

	it('a relay that crashes again and again orders once, and says which port is closed', async () => {
		await using pebble = await Pebble.start();
		const closed = ['--domain', NAME, '--acme-challenge', 'http-01', '--http-port', '0'];
		await using relay = await AcmeRelay.start(pebble, closed);
		await relay.program.said(/"msg":"no new certificate"/);
		for (let round = 0; round < 3; round++) {
			await relay.program.end('SIGKILL');
			await relay.start();
		}
		// Cut off in the middle of an order, too.
		forgetWaiting(relay);
		await relay.program.end('SIGKILL');
		await relay.start();
		await until('the second order', () => pebble.orders === 2);
		await relay.program.end('SIGKILL');
		await relay.start();
		expect(relay.state.failures).toBe(2);
		expect(Date.parse(relay.state.nextTryAt ?? '')).toBeGreaterThan(Date.now() + 60_000);
		expect(pebble.orders).toBe(2);
	});
});

/** As if the time to wait was over. */
function forgetWaiting(relay: AcmeRelay): void {
	const path = join(relay.data, 'tls', 'state.json');
	writeFileSync(path, JSON.stringify({ ...relay.state, nextTryAt: null }));
}

/** A program that watches stream.mjpg by https, on one connection. */
class Viewer implements AsyncDisposable {
	pictures = 0;
	isOpen = true;
	#close: () => void = () => {};

	static async open(relay: AcmeRelay, ca: string): Promise<Viewer> {
		const viewer = new Viewer();
		const token = await relay.token();
		await until('the camera', async () => {
			const { status } = await relay.get('/cameras/door/snapshot.jpg', ca, { authorization: `Bearer ${token}` });
			return status === 200;
		});
		const options = { ca, agent: false as const, headers: { authorization: `Bearer ${token}` } };
		const call = request(`${relay.url}/cameras/door/stream.mjpg`, options, (response) => {
			response.on('data', (chunk: Buffer) => {
				viewer.pictures += chunk.toString('latin1').split('Content-Type: image/jpeg').length - 1;
			});
			response.on('close', () => {
				viewer.isOpen = false;
			});
			response.on('error', () => {});
		});
		call.on('error', () => {
			viewer.isOpen = false;
		});
		call.end();
		viewer.#close = () => call.destroy();
		return viewer;
	}

	sees(count: number): Promise<unknown> {
		return until(`${count} pictures`, () => this.pictures >= count);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#close();
	}
}
