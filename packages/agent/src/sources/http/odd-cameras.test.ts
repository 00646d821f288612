import { createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { MAX_STALL_MS, UNKNOWN_STALL_MS } from '@oriel/base';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { until } from '@oriel/testing/turns';
import { afterEach, describe, expect, it } from 'vitest';
import { certify } from '../../../../relay/src/tls/certify.ts';
import { newPrivateKey } from '../../../../relay/src/tls/key-pair.ts';
import { httpSource } from './http.ts';
import { readAddress } from './http-address.ts';

const PICTURES = [jpeg(10), jpeg(100), jpeg(200)].map((picture) => Buffer.from(picture));
const servers: Server[] = [];

afterEach(() => {
	for (const server of servers.splice(0)) server.close();
});

type Talking = (socket: Socket, request: string, count: number) => void;

/** A camera that says what it is told to, byte for byte. Gives its port. */
async function camera(talk: Talking, tls?: { readonly cert: string; readonly key: string }): Promise<number> {
	let count = 0;
	const serve = (socket: Socket) => {
		socket.on('error', () => undefined);
		socket.once('data', (head: Buffer) => talk(socket, head.toString('latin1'), ++count));
	};
	const server: Server = tls ? createTlsServer(tls, serve) : createPlainServer(serve);
	if (tls) server.on('tlsClientError', () => undefined);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	return typeof address === 'object' && address ? address.port : 0;
}

function watch(spec: string, more: { readonly pin?: string; readonly clock?: FakeClock } = {}) {
	const { clock = new FakeClock(), pin } = more;
	const options = { snapshotFps: 1, maxPictureBytes: 100_000, clock, random: () => 0.5 };
	return { clock, watching: new Watching(httpSource({ ...options, pin, address: readAddress(spec) })) };
}

/** Watches until three pictures have come, and stops. */
async function threePictures(spec: string, more: Parameters<typeof watch>[1] = {}): Promise<void> {
	const { watching, clock } = watch(spec, more);
	await until(() => watching.frames.length >= 3 || watching.outcome !== 'running', clock, 10);
	expect(watching.failure?.message).toBeUndefined();
	expect(watching.frames.slice(0, 3).map(({ data }) => Buffer.from(data))).toEqual(PICTURES);
	watching.stop();
	await until(() => watching.outcome !== 'running');
}

const parts = PICTURES.map((picture) =>
	Buffer.concat([Buffer.from('--frame\r\nContent-Type: image/jpeg\r\n\r\n'), picture, Buffer.from('\r\n')]),
);
const stream = Buffer.concat(parts);
const answer = (head: string) => (socket: Socket) => socket.write(Buffer.concat([Buffer.from(head, 'latin1'), stream]));
const MULTIPART = 'Content-Type: multipart/x-mixed-replace; boundary=frame\r\n';

describe('a camera that breaks the grammar of HTTP', () => {
	it.each([
		['a header line without a name', `HTTP/1.1 200 OK\r\nTue, 12 Jun 2012 01:56:34 GMT\r\n${MULTIPART}\r\n`],
		['a space before the colon', `HTTP/1.1 200 OK\r\n${MULTIPART.replace(':', ' :')}\r\n`],
		['a negative length', `HTTP/1.1 200 OK\r\nContent-Length: -1\r\n${MULTIPART}\r\n`],
		['a length of 0', `HTTP/1.0 200 OK\r\nContent-Length: 0\r\n${MULTIPART}\r\n`],
		['two lengths', `HTTP/1.0 200 OK\r\nContent-Length: 10\r\nContent-Length: 20\r\n${MULTIPART}\r\n`],
		['a length and chunks', `HTTP/1.0 200 OK\r\nContent-Length: 10\r\nX: y\r\n${MULTIPART}\r\n`],
		['lines as in Unix', `HTTP/1.0 200 OK\nServer: x\n${MULTIPART.replace('\r', '')}\n`],
		['no head at all', ''],
	])('plays: %s', async (_what, head) => {
		await threePictures(`http://127.0.0.1:${await camera(answer(head))}/video`);
	});

	it('plays when its snapshots claim a wrong length', async () => {
		const snapshot: Talking = (socket, _request, count) => {
			socket.end(
				Buffer.concat([
					Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: -5\r\nContent-Type: image/jpeg\r\n\r\n'),
					PICTURES[count - 1] ?? jpeg(1),
				]),
			);
		};
		await threePictures(`http://127.0.0.1:${await camera(snapshot)}/shot.jpg`);
	});
});

describe('a camera that asks for Basic without saying so', () => {
	const basic = `Basic ${Buffer.from('admin:s3cret').toString('base64')}`;

	it.each([400, 401, 403, 404])('gets it after an answer of %d', async (status) => {
		const talk: Talking = (socket, request) => {
			if (request.includes(basic)) answer(`HTTP/1.1 200 OK\r\n${MULTIPART}\r\n`)(socket);
			else socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
		};
		await threePictures(`http://admin:s3cret@127.0.0.1:${await camera(talk)}/`);
	});

	it('is asked twice and not again when that is wrong, too', async () => {
		let asked = 0;
		const port = await camera((socket) => {
			asked++;
			socket.end('HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n');
		});
		const { watching, clock } = watch(`http://admin:s3cret@127.0.0.1:${port}/`);
		await until(() => watching.outcome !== 'running', clock, 10);
		expect([asked, watching.failure?.code]).toEqual([2, 'not-allowed']);
		expect(watching.failure?.message).not.toContain('s3cret');
	});
});

describe('a camera with a certificate of its own', () => {
	const key = newPrivateKey();
	const DAY = 86_400_000;
	const now = Date.now();
	const cert = certify({ names: ['cam'], subject: 'cam', key, notBefore: now - DAY, notAfter: now + DAY });

	it('is refused with its pin in the words, and plays with that pin and no other', async () => {
		let heard = 0;
		const talk: Talking = (socket) => {
			heard++;
			answer(`HTTP/1.1 200 OK\r\n${MULTIPART}\r\n`)(socket);
		};
		const url = `https://127.0.0.1:${await camera(talk, { cert, key })}/`;
		const first = watch(url);
		await until(() => first.watching.outcome !== 'running', first.clock, 10);
		expect(first.watching.failure).toMatchObject({ code: 'certificate', again: 'later' });
		const [, pin = ''] = /--camera-pin (sha256\/\S+)$/.exec(first.watching.failure?.message ?? '') ?? [];
		expect(heard).toBe(0);
		await threePictures(url, { pin });
		const other = watch(url, { pin: `sha256/${'A'.repeat(43)}=` });
		await until(() => other.watching.outcome !== 'running', other.clock, 10);
		expect(other.watching.failure?.message).toContain('is not the camera that the pin belongs to');
	});
});

describe('a slow camera', () => {
	it.each([10, 33, 60])('with a picture every %d s is watched for five minutes', async (seconds) => {
		const clock = new FakeClock();
		let socket: Socket | undefined;
		const port = await camera((opened) => {
			socket = opened;
			opened.write(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${MULTIPART}\r\n`), ...parts.slice(0, 1)]));
		});
		const { watching } = watch(`http://127.0.0.1:${port}/`, { clock });
		await until(() => watching.frames.length === 1, clock, 10);
		let sent = 1;
		for (let second = 1; second <= 300; second++) {
			clock.advance(1000);
			if (second % seconds > 0) continue;
			socket?.write(parts[sent++ % 3] ?? '');
			await until(() => watching.frames.length >= sent || watching.outcome !== 'running');
		}
		expect([watching.outcome, watching.frames.length]).toEqual(['running', 1 + Math.floor(300 / seconds)]);
		watching.stop();
		await until(() => watching.outcome !== 'running');
	});

	it('is given up in the end when nothing more comes', async () => {
		const clock = new FakeClock();
		const port = await camera(answer(`HTTP/1.1 200 OK\r\n${MULTIPART}\r\n`));
		const { watching } = watch(`http://127.0.0.1:${port}/`, { clock });
		await until(() => watching.frames.length === 3, clock, 10);
		clock.advance(MAX_STALL_MS);
		await until(() => watching.outcome !== 'running');
		expect(watching.failure?.code).toBe('stalled');
		const silent = watch(`http://127.0.0.1:${await camera((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n'))}/`);
		await until(() => silent.clock.pending > 0, silent.clock, 10);
		for (let second = 0; second < UNKNOWN_STALL_MS / 1000 + 20; second++) {
			silent.clock.advance(1000);
			await new Promise((resolve) => setImmediate(resolve));
		}
		await until(() => silent.watching.outcome !== 'running');
		expect(silent.watching.failure?.code).toMatch(/stalled|timed-out/);
	});
});
