import { silentLog } from '@oriel/base';
import { type AckMessage, decode, type Message } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { publishTo, push } from '@oriel/testing/relay/camera';
import { FakeSocket } from '@oriel/testing/relay/fake-socket';
import { plentyOfMemory } from '@oriel/testing/relay/memory';
import { named } from '@oriel/testing/relay/named';
import { describe, expect, it } from 'vitest';
import type { Access } from '../../auth/access.ts';
import { Policy, type Principal } from '../../auth/policy.ts';
import { Hub } from '../../core/hub.ts';
import type { Acceptor } from '../../socket/acceptor.ts';
import type { Connection, ConnectionHandler } from '../../socket/connection.ts';
import { acceptLive, type LiveOptions } from './live.ts';
import { live } from './plugin.ts';

const POLICY = new Policy(live.permissions ?? {});

/** Something of which only a part matters here: the rest are functions that do nothing. */
function quiet<T extends object>(part: Partial<T>): T {
	return new Proxy(part, { get: (from, name) => Reflect.get(from, name) ?? (() => {}) }) as T;
}

/** A viewer of some cameras whose socket takes one write at a time, and who acknowledges everything at once. */
function setUp(names: readonly string[]) {
	const clock = new FakeClock();
	const hub = new Hub({ clock, log: silentLog, maxCameras: 10 });
	hub.setCameras(named(names));
	const socket = new FakeSocket();
	const connection = quiet<Connection>({ socket, isOpen: true });
	let handler: ConnectionHandler | undefined;
	const acceptor = quiet<Acceptor>({
		accept(_request, _socket, _head, make) {
			handler = make(connection);
		},
	});
	const access = { lease: () => () => {}, policy: POLICY } as unknown as Access;
	const { signal } = new AbortController();
	const pools = plentyOfMemory();
	const options = quiet<LiveOptions>({
		hub,
		acceptor,
		clock,
		access,
		log: silentLog,
		software: 'test',
		signal,
		...pools,
	});
	const who: Principal = { kind: 'token', credential: '', cameras: undefined };
	acceptLive(options, {} as never, socket, Buffer.alloc(0), who);
	const hear = (message: Message) => handler?.onMessage(message);
	hear({ type: 'watch', cameras: [...names] });
	const streams = [...hub.cameras].map((camera) => publishTo(camera));
	const order: number[] = [];
	/** The kernel takes what is being written; the viewer acknowledges it. */
	const drain = async () => {
		const before = socket.taken.length;
		const written = socket.taken[before - 1];
		await socket.drain();
		if (!written) return;
		const [frame] = decode(written.subarray(2));
		if (frame?.type !== 'frame') throw new Error('No frame was written');
		order.push(frame.camera);
		const ack: AckMessage = { type: 'ack', camera: frame.camera, sequence: frame.sequence, ageMs: 1 };
		hear(ack);
	};
	return { clock, streams, socket, order, drain };
}

/** Requires that a camera that was served waits until all others have been; the first picture found the socket free. */
function requireTurns(order: readonly number[], cameras: number): void {
	expect(order.length).toBeGreaterThanOrEqual(4 * cameras);
	for (let start = cameras; start + cameras <= order.length; start++) {
		const turn = order.slice(start, start + cameras);
		expect([...new Set(turn)], `of ${order.join(' ')}`).toHaveLength(cameras);
	}
}

describe('cameras on one slow socket', () => {
	it.each([
		['both with a newer picture each time', [1, 1]],
		['one with twenty times as many', [20, 1]],
		['the other with twenty times as many', [1, 20]],
	])('take turns, one picture each: %s', async (_what, [first = 0, second = 0]) => {
		const { clock, streams, order, drain } = setUp(['a', 'b']);
		const [a, b] = streams;
		for (let round = 0; round < 20; round++) {
			for (let count = 0; count < first; count++) if (a) push(a, new Uint8Array(60));
			for (let count = 0; count < second; count++) if (b) push(b, new Uint8Array(60));
			await drain();
			clock.advance(1);
		}
		requireTurns(order, 2);
	});

	it('take turns among five, too', async () => {
		const { clock, streams, order, drain } = setUp(['a', 'b', 'c', 'd', 'e']);
		for (let round = 0; round < 30; round++) {
			for (const stream of streams) push(stream, new Uint8Array(60));
			await drain();
			clock.advance(1);
		}
		requireTurns(order, 5);
	});

	it('leave the socket to a camera that is alone in having pictures', async () => {
		const { clock, streams, order, drain } = setUp(['a', 'b']);
		for (let round = 0; round < 10; round++) {
			if (streams[1]) push(streams[1], new Uint8Array(60));
			await drain();
			clock.advance(1);
		}
		expect(order).toEqual(Array.from({ length: 10 }, () => 2));
	});

	it('keep a socket that takes one picture now and then, and give up one that takes nothing for ten seconds', async () => {
		const { clock, streams, socket, drain } = setUp(['a', 'b']);
		const [a] = streams;
		for (let round = 0; round < 10; round++) {
			for (let count = 0; count < 3; count++) if (a) push(a, new Uint8Array(60));
			clock.advance(8000);
			await drain();
			// The next picture is under way already: the socket is never found empty.
			expect([socket.writableLength > 0, socket.destroyed]).toEqual([true, false]);
		}
		clock.advance(10_000);
		expect(socket.destroyed).toBe(false);
		clock.advance(2000);
		expect(socket.destroyed).toBe(true);
	});
});
