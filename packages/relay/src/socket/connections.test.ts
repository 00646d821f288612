// What a peer of a whole relay sees of its connection: limits on messages, silence, and why it ended.
import { connect, type Socket } from 'node:net';
import { SUBPROTOCOL } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { upgradeHeaders } from '@oriel/testing/relay/ask';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { rounds, until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MAX_PICTURE_BYTES = 1024 * 1024;

let clock: FakeClock;
let relay: RunningRelay;
let sockets: Socket[];
beforeEach(async () => {
	sockets = [];
	clock = new FakeClock();
	relay = await RunningRelay.start({ clock, cameras: ['door'], maxPictureBytes: MAX_PICTURE_BYTES });
});
afterEach(async () => {
	for (const socket of sockets) socket.destroy();
	await relay[Symbol.asyncDispose]();
});

/** An open WebSocket of which the test writes every byte. */
async function rawSocket(path: '/live' | '/agent') {
	const secret = path === '/agent' ? relay.key('door') : relay.token();
	const headers = { host: 'relay', authorization: `Bearer ${secret}`, ...upgradeHeaders(SUBPROTOCOL) };
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
	const socket = connect(relay.relay.port, '127.0.0.1');
	sockets.push(socket);
	let heard = Buffer.alloc(0);
	let isOver = false;
	socket.on('data', (chunk) => {
		heard = Buffer.concat([heard, chunk]);
	});
	socket
		.on('error', () => {})
		.on('close', () => (isOver = true))
		.on('end', () => (isOver = true));
	socket.write([`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
	await until(() => heard.includes('\r\n\r\n') && heard.includes('oriel-relay'));
	return { socket, heard: () => heard, isOver: () => isOver };
}

/** The beginning of a masked binary message of so many bytes. */
function announced(length: number): Buffer {
	const head = Buffer.alloc(14);
	head.writeUInt8(0x82, 0);
	head.writeUInt8(127 | 0x80, 1);
	head.writeBigUInt64BE(BigInt(length), 2);
	return head;
}

/** A close frame with this code, somewhere in what came. */
const closeOf = (code: number) => Buffer.from([code >> 8, code & 0xff]);

describe('a message that is too long', () => {
	it.each([
		['/live', 300 * 1024],
		['/live', 2 ** 40],
		['/agent', 2 ** 30],
		['/agent', 3 * MAX_PICTURE_BYTES],
	] as const)('on %s, announced with %d bytes, is refused before any of it comes', async (path, length) => {
		const peer = await rawSocket(path);
		peer.socket.write(announced(length));
		await until(() => peer.heard().includes(closeOf(1009)));
		clock.advance(2000);
		await until(() => peer.isOver());
	});

	it('is refused in words when it is a picture a little above the limit, and one at the limit is taken', async () => {
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, new Uint8Array(MAX_PICTURE_BYTES));
		await until(() => agent.last('ack'));
		agent.frame(1, new Uint8Array(MAX_PICTURE_BYTES * 1.5));
		expect(await agent.closed()).toBe(1009);
		expect(agent.last('goodbye')).toMatchObject({ reason: 'too-large' });
	});
});

describe('a connection', () => {
	it('goes on as long as the peer says anything, and ends ten seconds after its last word', async () => {
		await using viewer = await relay.viewer();
		for (let count = 1; count <= 12; count++) {
			clock.advance(5000);
			viewer.send({ type: 'ping', sentAt: count });
			await until(() => viewer.all('pong').length === count);
		}
		expect(viewer.code).toBeUndefined();
		clock.advance(10_000);
		await rounds();
		expect(viewer.code).toBeUndefined();
		clock.advance(2000);
		await viewer.closed();
		expect(viewer.last('goodbye')).toMatchObject({ reason: 'silent' });
	});

	it.each(['agent', 'viewer'] as const)('with an %s whose hello names another version ends', async (kind) => {
		await using peer = kind === 'agent' ? await relay.agent('door') : await relay.viewer();
		peer.send({ type: 'hello', version: 2, software: 'test', capabilities: [] });
		expect(await peer.closed()).toBe(1002);
		const message = 'The hello names version 2; expected 1';
		expect(peer.last('goodbye')).toMatchObject({ reason: 'protocol-error', message, retryAfterMs: 5000 });
	});

	it('that the peer broke says in the log what it broke, and is no defect of the relay', async () => {
		const { socket, isOver } = await rawSocket('/agent');
		socket.write(Buffer.from([0x82, 0x05, 1, 2, 3, 4, 5])); // not masked
		await rounds();
		clock.advance(2000);
		await until(() => isOver() && /camera left.*MASK must be set/.test(relay.logged));

		await using other = await relay.agent('door');
		other.socket.send(Buffer.from([99, 1, 2, 3]));
		expect(await other.closed()).toBe(1002);
		expect(relay.logged).not.toContain('could not be handled');
		expect(relay.logged).not.toMatch(/a connection failed|a request failed/);
	});
});
