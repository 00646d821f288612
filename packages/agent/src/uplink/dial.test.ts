import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { Secret } from '@oriel/base';
import { SUBPROTOCOL } from '@oriel/protocol';
import { FakeRelay, type RelayBehavior } from '@oriel/testing/agent/fake-relay';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { AgentError } from '../errors/agent-error.ts';
import { agentUrl } from './address.ts';
import { dial } from './dial.ts';

const KEY = new Secret('0riel-key');

function dialing(address: string, { clock = new FakeClock(), signal = new AbortController().signal, key = KEY } = {}) {
	return dial({ url: agentUrl(address), key, clock, signal });
}

async function failureOf(dialed: Promise<unknown>): Promise<AgentError> {
	return dialed.then(
		() => expect.unreachable('it was let in'),
		(failure) => failure as AgentError,
	);
}

async function refused(refuse: RelayBehavior['refuse']): Promise<AgentError> {
	await using relay = await FakeRelay.start({ refuse });
	const clock = new FakeClock();
	const failure = await failureOf(dialing(relay.address, { clock }));
	expect(clock.pending).toBe(0);
	return failure;
}

describe('dial', () => {
	it('shows the key, asks for the protocol and wants no compression', async () => {
		await using relay = await FakeRelay.start();
		const socket = await dialing(relay.address);
		expect(socket.protocol).toBe(SUBPROTOCOL);
		expect(relay.agent?.path).toBe('/agent');
		expect(relay.agent?.headers.authorization).toBe('Bearer 0riel-key');
		expect(relay.agent?.headers['sec-websocket-extensions']).toBeUndefined();
		socket.terminate();
	});

	it('loses nothing that the relay says at once', async () => {
		await using relay = await FakeRelay.start();
		const socket = await dialing(relay.address);
		for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
		const heard: unknown[] = [];
		socket.on('message', (data) => heard.push(data));
		socket.resume();
		await until(() => heard.length === 1);
		socket.terminate();
	});

	it.each([
		[401, 'unauthorized', 'key-rejected', /^the relay does not accept this key: so it is$/],
		[403, 'forbidden', 'forbidden', /does not let this camera in \(status 403\): so it is$/],
		[404, 'not-found', 'forbidden', /does not let this camera in \(status 404\): so it is$/],
		[404, '', 'not-a-relay', /answers \(status 404\), but is not an Oriel relay$/],
		[200, '', 'not-a-relay', /answers \(status 200\), but is not an Oriel relay$/],
		[400, 'unsupported-version', 'version-refused', /does not speak oriel\.v1; .*: so it is$/],
		[429, 'rate-limited', 'unavailable', /cannot take us now \(status 429\): so it is$/],
		[502, '', 'unavailable', /cannot take us now \(status 502\)$/],
	])('explains an answer of %d %s', async (status, relayCode, code, words) => {
		const body = relayCode === '' ? '<html>' : `{"error":{"code":"${relayCode}","message":"so\\nit is"}}`;
		const failure = await refused({ status, body });
		expect(failure.message).toMatch(words);
		expect(failure.code).toBe(code);
	});

	it.each(['', '<html>', '{"error":{"message":7}}', 'null', 'x'.repeat(100_000)])(
		'bears a body like %.20s',
		async (body) => {
			expect((await refused({ status: 401, body })).message).toBe('the relay does not accept this key');
		},
	);

	it('names the place that it was sent to', async () => {
		const headers = 'Location: https://relay.example/agent?x=y\r\n';
		expect((await refused({ status: 301, headers })).message).toContain('redirects to https://relay.example;');
	});

	it('distinguishes a closed port from a name that is not known', async () => {
		const relay = await FakeRelay.start();
		await relay.kill();
		expect((await failureOf(dialing(relay.address))).message).toBe(
			`nothing listens at ${relay.address}; is the relay running?`,
		);
		expect((await failureOf(dialing('no-such-relay.invalid:80'))).message).toMatch(
			/^the name no-such-relay\.invalid is not known/,
		);
	});

	it('gives up a relay that does not answer, after 8 s', async () => {
		const sockets: Socket[] = [];
		const mute = createTcpServer((socket) => {
			sockets.push(socket.resume().on('error', () => undefined));
		}).listen(0, '127.0.0.1');
		await until(() => mute.listening);
		const clock = new FakeClock();
		const dialed = failureOf(dialing(`127.0.0.1:${(mute.address() as AddressInfo).port}`, { clock }));
		await until(() => sockets.length === 1);
		clock.advance(8000);
		expect(await dialed).toMatchObject({
			code: 'timed-out',
			message: expect.stringContaining('does not answer within 8 s'),
		});
		await until(() => sockets.every(({ destroyed }) => destroyed));
		mute.close();
	});

	it('knows a WebSocket that is no relay', async () => {
		const server = createServer().listen(0, '127.0.0.1');
		const sockets = new WebSocketServer({ server, handleProtocols: () => false });
		await until(() => server.listening);
		const failure = await failureOf(dialing(`127.0.0.1:${(server.address() as AddressInfo).port}`));
		expect(failure.code).toBe('version-refused');
		sockets.close();
		server.close();
	});

	it('refuses a key that cannot be sent, without telling it', async () => {
		const failure = await failureOf(dialing('127.0.0.1:1', { key: new Secret('two\nlines') }));
		expect(failure.code).toBe('bad-key');
		expect(`${failure.message} ${failure.stack}`).not.toContain('two');
	});

	it('stops when it is told to, before and while it dials', async () => {
		const clock = new FakeClock();
		const before = AbortSignal.abort(new Error('enough'));
		await expect(dialing('127.0.0.1:1', { clock, signal: before })).rejects.toThrow('enough');
		await using relay = await FakeRelay.start();
		const abort = new AbortController();
		const dialed = dialing(relay.address, { clock, signal: abort.signal });
		abort.abort(new Error('enough'));
		await expect(dialed).rejects.toThrow('enough');
		expect(clock.pending).toBe(0);
	});
});
