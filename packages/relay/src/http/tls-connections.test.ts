import { connect as connectPlain, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { rounds, until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certify } from '../tls/certify.ts';
import { newPrivateKey } from '../tls/key-pair.ts';
import { Peers } from './peer.ts';
import { sendJson } from './respond.ts';
import { HttpServer } from './server.ts';

const key = newPrivateKey();
const day = 86_400_000;
const span = { notBefore: Date.now() - day, notAfter: Date.now() + day };
const cert = certify({ names: ['127.0.0.1'], subject: 'relay', key, ...span, issuer: { subject: 'relay', key } });

let server: HttpServer;
let sockets: Socket[];
let limited: string[];

beforeEach(async () => {
	sockets = [];
	limited = [];
	server = await HttpServer.listen<string, string>({
		host: '127.0.0.1',
		port: 0,
		maxConnectionsPerAddress: 2,
		limited: (kind) => limited.push(kind),
		peers: new Peers(),
		tls: { certificate: { cert, key }, greet: (_socket, enter) => enter(), isStrict: false },
		routes: [
			{ method: 'GET', path: '/', action: 'a', handle: ({ response }) => sendJson(response, 200, { hello: 'you' }) },
			{ method: 'GET', path: '/never', action: 'a', handle: () => new Promise(() => {}) },
			{
				method: 'GET',
				path: '/stream',
				action: 'a',
				endless: true,
				handle({ takeSocket }) {
					takeSocket().write('HTTP/1.1 200 OK\r\n\r\nendless');
				},
			},
		],
		upgrades: [],
		guard: () => 'anybody',
		callerOf: () => 'anybody',
		hold: () => () => {},
		clock: new FakeClock(),
		log: silentLog,
		report: (_kind, thrown) => {
			throw thrown;
		},
	});
});

afterEach(async () => {
	for (const socket of sockets) socket.destroy();
	await server[Symbol.asyncDispose]();
});

function secure(): Promise<{ socket: TLSSocket; heard: () => string; isOver: () => boolean }> {
	return new Promise((resolve, reject) => {
		let heard = '';
		const socket = connect({ port: server.port, host: '127.0.0.1', ca: cert }, () =>
			resolve({ socket, heard: () => heard, isOver: () => socket.destroyed || socket.readableEnded }),
		);
		socket.on('error', reject);
		socket.on('data', (chunk) => {
			heard += String(chunk);
		});
		sockets.push(socket);
	});
}

const asking = (path: string) => `GET ${path} HTTP/1.1\r\nHost: relay\r\n\r\n`;

describe('connections over TLS', () => {
	it.each(['/never', '/stream'])('make room when they are idle, and not while %s is under way', async (path) => {
		const idle = await secure();
		idle.socket.write(asking('/'));
		await until(() => idle.heard().includes('you'));
		const busy = await secure();
		busy.socket.write(asking(path));
		await rounds();
		const third = await secure();
		await until(() => idle.isOver());
		third.socket.write(asking('/never'));
		await rounds();
		await expect(secure()).rejects.toThrow();
		expect([busy.isOver(), third.isOver(), limited]).toEqual([false, false, ['idle-connections', 'connections']]);
	});

	it('make room before they have begun to speak TLS', async () => {
		const silent = [connectPlain(server.port, '127.0.0.1'), connectPlain(server.port, '127.0.0.1')];
		for (const socket of silent) {
			socket.on('error', () => {}).resume();
			sockets.push(socket);
		}
		await until(() => silent.every(({ readyState }) => readyState === 'open'));
		await rounds();
		const one = await secure();
		one.socket.write(asking('/'));
		await until(() => one.heard().includes('you'));
		expect(silent.filter(({ destroyed }) => destroyed)).toHaveLength(1);
	});

	it('take requests one after the other, and are streams afterwards', async () => {
		const one = await secure();
		one.socket.write(asking('/') + asking('/stream') + asking('/').repeat(3));
		await until(() => one.heard().includes('endless'));
		one.socket.write(`${asking('/')}garbage\r\n\r\n`);
		await rounds();
		expect(one.heard().match(/HTTP\/1\.1/g)).toHaveLength(2);
	});
});
