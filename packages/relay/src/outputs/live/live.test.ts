import { connect } from 'node:net';
import { silentLog } from '@oriel/base';
import { decode, encode, type Message, SUBPROTOCOL } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { publishTo, push } from '@oriel/testing/relay/camera';
import { FakeSocket } from '@oriel/testing/relay/fake-socket';
import { plentyOfMemory } from '@oriel/testing/relay/memory';
import { named } from '@oriel/testing/relay/named';
import { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { addKey, removeKeys, removeToken } from '../../auth/keys.ts';
import { Policy, type Principal } from '../../auth/policy.ts';
import { Hub } from '../../core/hub.ts';
import type { Connection, ConnectionHandler } from '../../socket/connection.ts';
import { FEED_BYTES } from './feed.ts';
import { acceptLive, type LiveOptions } from './live.ts';
import { live } from './plugin.ts';

const POLICY = new Policy(live.permissions ?? {});

/** A viewer's session whose socket takes one write at a time; control messages take another way. */
function slowViewer() {
	const clock = new FakeClock();
	const hub = new Hub({ clock, log: silentLog, maxCameras: 10 });
	hub.setCameras(named(['a', 'b']));
	const socket = new FakeSocket();
	const said: Message[] = [];
	const send = (message: Message) => void said.push(message);
	const sendPrepared = (packet: Buffer) => void said.push(...decode(packet.subarray(packet[1] === 126 ? 4 : 2)));
	const connection: Connection = {
		socket,
		isOpen: true,
		sayHello() {},
		startPings() {},
		ping() {},
		send,
		sendPrepared,
		goodbye() {},
		spend: (cost) => spent.push(cost),
		tick() {},
		onWritten() {},
		onDrain() {},
		countKept() {},
	};
	const spent: number[] = [];
	let handler: ConnectionHandler | undefined;
	const acceptor = {
		accept(_request: unknown, _socket: unknown, _head: unknown, make: (connection: Connection) => ConnectionHandler) {
			handler = make(connection);
		},
	};
	const options = {
		hub,
		acceptor,
		clock,
		access: { lease: () => () => {}, policy: POLICY },
		log: silentLog,
		software: 'test',
		signal: new AbortController().signal,
		...plentyOfMemory(),
		shown() {},
	} as unknown as LiveOptions;
	const who: Principal = { kind: 'token', credential: '', cameras: undefined };
	acceptLive(options, {} as never, socket, Buffer.alloc(0), who);
	handler?.onMessage({ type: 'watch', cameras: ['a', 'b'] });
	const streams = [...hub.cameras].map((camera) => publishTo(camera));
	/** The cameras' numbers in the order in which their pictures were written. */
	const order = () => socket.taken.map((message) => message.readUInt16BE(4));
	return { clock, hub, socket, streams, order, handler, said, spent };
}

describe('a viewer on /live', () => {
	it('is greeted, told of every camera and how it fares, and sees what it watches', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door', 'garden'] });
		await using agent = await relay.agent('door');
		agent.announce('door', { title: 'Front <b>door</b>', width: 640, height: 480 });
		agent.frame(0, jpeg(1));
		await until(() => agent.last('ack'));
		await using viewer = await relay.viewer();
		await until(() => viewer.all('status').length === 2);
		expect(viewer.received.map(({ type }) => type)).toEqual(['hello', 'announce', 'status', 'announce', 'status']);
		expect(viewer.all('announce')[0]).toMatchObject({
			name: 'door',
			title: 'Front <b>door</b>',
			width: 640,
			height: 480,
		});
		expect(viewer.all('status').map(({ state }) => state)).toEqual(['live', 'never']);
		await rounds();
		expect(viewer.frames).toEqual([]);
		viewer.watch('door');
		expect(await until(() => viewer.frames[0])).toMatchObject({ camera: 1, sequence: 1, key: true });
	});

	it('watches exactly the newest list: what stays goes on, unknown names wait for their camera', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door', 'garden'] });
		await using door = await relay.agent('door');
		await using garden = await relay.agent('garden');
		door.announce('door');
		garden.announce('garden');
		door.frame(0, jpeg(1));
		garden.frame(0, jpeg(2));
		await until(() => door.last('ack') && garden.last('ack'));
		await using viewer = await relay.viewer();
		viewer.watch('door', 'door', 'roof');
		await until(() => viewer.frames.length === 1);
		viewer.watch('door', 'garden', 'roof');
		await until(() => viewer.frames.length === 2);
		expect(viewer.frames.map(({ camera }) => camera)).toEqual([1, 2]);
		viewer.watch('roof');
		viewer.send({ type: 'ping', sentAt: 0 });
		await until(() => viewer.last('pong'));
		door.frame(1, jpeg(3));
		await until(() => door.last('ack')?.sequence === 1);
		await rounds();
		expect(viewer.frames).toHaveLength(2);
		const key = addKey(relay.files, clock, 'roof');
		clock.advance(1000);
		await using roof = await Peer.open(`${relay.url}/agent`, key);
		roof.announce('roof');
		roof.frame(0, jpeg(4));
		expect((await until(() => viewer.frames[2])).camera).toBe(3);
	});

	it('that holds a token for one camera hears of that one only', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door', 'garden'] });
		await using door = await relay.agent('door');
		await using garden = await relay.agent('garden');
		await using viewer = await relay.viewer(relay.token({ cameras: ['garden'] }));
		viewer.watch('door', 'garden');
		for (const [agent, name] of [
			[door, 'door'],
			[garden, 'garden'],
		] as const) {
			agent.announce(name, { title: `Title of ${name}` });
			agent.frame(0, jpeg(1));
			await until(() => agent.last('ack'));
		}
		const shown = await until(() => viewer.frames[0]);
		removeKeys(relay.files, 'door');
		removeKeys(relay.files, 'garden');
		clock.advance(1000);
		await until(() => viewer.last('withdraw'));
		const numbers = viewer.received.flatMap((message) => ('camera' in message ? [message.camera] : []));
		expect(new Set(numbers)).toEqual(new Set([shown.camera]));
		expect(viewer.frames).toHaveLength(1);
	});

	it.each([
		['is removed', {}, 1000],
		['ends', { lifetimeMs: 5000 }, 6000],
	])('is told within a second when its token %s', async (_words, request, span) => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock });
		const { secret, token } = relay.grant(request);
		await using viewer = await relay.viewer(secret);
		if (_words === 'is removed') removeToken(relay.files, token.id);
		clock.advance(span);
		expect(await viewer.closed()).toBe(4003);
		expect(viewer.last('goodbye')).toMatchObject({ reason: 'revoked', retryAfterMs: null });
	});

	it('that never acknowledges gets two pictures; one that does gets them all, and the age it reports is kept', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using agent = await relay.agent('door');
		agent.announce('door');
		await using lazy = await relay.viewer();
		await using eager = await relay.viewer();
		lazy.watch('door');
		eager.watch('door');
		eager.onFrame = (frame) => {
			eager.received.push(frame);
			eager.ack(frame, 150);
			eager.ack(frame, 999_999);
		};
		for (const viewer of [lazy, eager]) {
			viewer.send({ type: 'ping', sentAt: 0 });
			await until(() => viewer.last('pong'));
		}
		for (let sequence = 0; sequence < 20; sequence++) {
			agent.frame(sequence, jpeg(sequence));
			await until(() => eager.frames.length > sequence);
		}
		expect(lazy.frames.map(({ sequence }) => sequence)).toEqual([1, 2]);
		lazy.send({ type: 'ack', camera: 1, sequence: 2, ageMs: undefined });
		await until(() => lazy.frames.at(-1)?.sequence === 20);
		const metrics = await relay.metrics();
		expect(metrics).toContain('oriel_frame_age_seconds_count{hop="viewer"} 20');
	});

	it.each([
		['text', 1002, 'protocol-error'],
		[
			encode({
				type: 'announce',
				camera: 1,
				name: 'x',
				title: '',
				codec: 'jpeg',
				width: 0,
				height: 0,
				stream: 0,
				capabilities: [],
			}),
			1002,
			'protocol-error',
		],
		[
			encode({ type: 'frame', camera: 1, key: true, sequence: 0, capturedAt: 0, data: new Uint8Array(9) }),
			1002,
			'protocol-error',
		],
		[Buffer.concat(Array.from({ length: 300 }, () => encode({ type: 'ping', sentAt: 0 }))), 1009, 'too-large'],
		[Buffer.alloc(400_000), 1009, 'too-large'],
	])('that sends what it may not is told so and closed (%#)', async (message, code, reason) => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using viewer = await relay.viewer();
		await using other = await relay.viewer();
		viewer.socket.send(message);
		expect(await viewer.closed()).toBe(code);
		expect(viewer.last('goodbye')?.reason).toBe(reason);
		other.send({ type: 'ping', sentAt: 4 });
		expect(await until(() => other.last('pong'))).toMatchObject({ pingSentAt: 4 });
	});

	it('that watches more than there is memory for is told so, and others go on', async () => {
		const memory = { feeds: 4 * FEED_BYTES };
		const names = ['a', 'b', 'c', 'd', 'e'];
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: names, memory });
		await using other = await relay.viewer();
		other.watch('a');
		await using viewer = await relay.viewer();
		viewer.watch(...names);
		expect(await viewer.closed()).toBe(1009);
		expect(viewer.last('goodbye')).toMatchObject({ reason: 'too-large', retryAfterMs: 5000 });
		await using agent = await relay.agent('a');
		agent.announce('a');
		agent.frame(0, jpeg(1));
		await until(() => other.frames.length > 0);
	});

	it('that sends unknown messages, or errors, or says hello again, is left alone', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock() });
		await using viewer = await relay.viewer();
		viewer.socket.send(Uint8Array.of(0x7f, 0xff, 0, 0, 0, 0, 0, 3, 1, 2, 3));
		viewer.send({ type: 'error', camera: 0, code: 'x', message: 'y' });
		viewer.send({ type: 'hello', version: 1, software: 'test', capabilities: [] });
		viewer.send({ type: 'ack', camera: 9, sequence: 5, ageMs: 0 });
		viewer.send({ type: 'ping', sentAt: 0 });
		await until(() => viewer.last('pong'));
		viewer.send({ type: 'goodbye', reason: 'finished', message: '', retryAfterMs: null });
		expect(await viewer.closed()).toBe(1000);
	});

	it('without our subprotocol is refused before it is a WebSocket', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock() });
		const headers = {
			connection: 'Upgrade',
			upgrade: 'websocket',
			'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
			'sec-websocket-version': '13',
			'sec-websocket-protocol': 'oriel.v9, chat',
			authorization: `Bearer ${relay.token()}`,
		};
		const socket = connect(relay.relay.port, '127.0.0.1');
		let heard = '';
		socket.on('data', (chunk) => {
			heard += chunk;
		});
		const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
		socket.write(['GET /live HTTP/1.1', 'host: x', ...lines, '', ''].join('\r\n'));
		await until(() => heard.endsWith('}'));
		expect(heard).toContain('HTTP/1.1 400 ');
		expect(heard).toContain(`Subprotocols offered: oriel.v9, chat; expected ${SUBPROTOCOL}`);
		socket.destroy();
	});
});

describe('two cameras on one slow socket', () => {
	it('take turns, however much faster one of them is', async () => {
		const { socket, streams, order } = slowViewer();
		const [fast, slow] = streams;
		for (let round = 0; round < 3; round++) {
			for (let count = 0; count < 20; count++) if (fast) push(fast, new Uint8Array(60));
			if (slow) push(slow, new Uint8Array(60));
			await socket.drain();
		}
		await socket.drain();
		expect(order().slice(0, 4).sort()).toEqual([1, 1, 2, 2]);
	});

	it('send a waiting picture as soon as a control message has left', async () => {
		const { socket, streams, order, handler } = slowViewer();
		socket.write('a control message');
		if (streams[0]) push(streams[0], new Uint8Array(60));
		await socket.drain();
		expect(socket.taken).toHaveLength(1);
		handler?.onDrain?.();
		expect(order()).toHaveLength(2);
	});

	it('are let go when the socket takes nothing for ten seconds', async () => {
		const { clock, hub, socket, streams } = slowViewer();
		if (streams[0]) push(streams[0], new Uint8Array(60));
		clock.advance(10_000);
		expect(socket.destroyed).toBe(false);
		clock.advance(2000);
		expect(socket.destroyed).toBe(true);
		await hub[Symbol.asyncDispose]();
	});
});

describe('a viewer whose connection does not carry the camera', () => {
	/** 25 pictures a second of 10 KB, which is 2 Mbit/s, for a viewer who takes so many of ten. */
	function viewer({ clock, socket, streams, handler }: ReturnType<typeof slowViewer>) {
		let acked = 0;
		return async (seconds: number, of10: number) => {
			for (let index = 0; index < 25 * seconds; index++) {
				if (streams[0]) push(streams[0], new Uint8Array(10_000));
				clock.advance(40);
				await socket.drain();
				if (index % 10 >= of10) continue;
				for (const { length } = socket.taken; acked < length; acked++) {
					const message = socket.taken[acked] ?? Buffer.alloc(0);
					const [camera, sequence] = [message.readUInt16BE(6), message.readUInt32BE(8 + 4)];
					handler?.onMessage({ type: 'ack', camera, sequence, ageMs: 1 });
				}
			}
		};
	}
	const carries = ({ said }: ReturnType<typeof slowViewer>) => said.filter((message) => message.type === 'carry');

	it('is told so every two seconds, and once when that is over', async () => {
		const fixture = slowViewer();
		const watch = viewer(fixture);
		await watch(4, 10);
		expect(carries(fixture)).toEqual([]);
		await watch(10, 2);
		const told = carries(fixture);
		expect(told.length).toBeGreaterThanOrEqual(3);
		expect(told.length).toBeLessThanOrEqual(5);
		for (const { camera, offers, neededBitsPerSecond } of told) {
			expect([camera, offers]).toEqual([1, 'fewer']);
			expect(neededBitsPerSecond).toBeGreaterThan(1.8e6);
			expect(neededBitsPerSecond).toBeLessThan(2.2e6);
		}
		await watch(10, 10);
		expect(carries(fixture).at(-1)?.offers).toBe('all');
		expect(carries(fixture).filter(({ offers }) => offers === 'all')).toHaveLength(1);
	});
});

it('a viewer pays for the cameras that are looked at and begun, and not for acknowledging what it was sent', async () => {
	const { handler, spent, streams, socket } = slowViewer();
	expect(spent.splice(0)).toEqual([2 / 10, 2 / 4]);
	handler?.onMessage({ type: 'watch', cameras: ['a', 'c'] });
	handler?.onMessage({ type: 'hello', version: 1, software: 'x', capabilities: ['jpeg'] });
	// Those of before count as well: they may have to be ended.
	expect(spent.splice(0)).toEqual([3 / 10, 0, 2 / 10, 0]);
	const [stream] = streams;
	if (stream) push(stream, new Uint8Array(50));
	await socket.drain();
	const sequence = socket.taken[0]?.readUInt32BE(4 + 8) ?? 0;
	for (let count = 0; count < 3; count++) handler?.onMessage({ type: 'ack', camera: 1, sequence, ageMs: 5 });
	handler?.onMessage({ type: 'ack', camera: 99, sequence, ageMs: 5 });
	expect(spent).toEqual([1, 1, 1]);
});
