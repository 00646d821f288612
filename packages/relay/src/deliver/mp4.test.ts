import { request } from 'node:http';
import { silentLog } from '@oriel/base';
import type { AccessUnit } from '@oriel/media';
import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/permissions.ts';
import type { Exchange } from '../http/route.ts';
import { ask } from '../rehearsal/ask.ts';
import { boxesOf, decodeTimeOf, isKeyFragment } from '../rehearsal/boxes.ts';
import { lonelyCamera, publishTo } from '../rehearsal/camera.ts';
import { FakeSocket } from '../rehearsal/fake-socket.ts';
import { h264 } from '../rehearsal/h264.ts';
import { plentyOfMemory } from '../rehearsal/memory.ts';
import { jpeg } from '../rehearsal/pictures.ts';
import { RunningRelay } from '../rehearsal/running-relay.ts';
import { until } from '../rehearsal/until.ts';
import { Mp4Streams } from './mp4.ts';

const UNITS = h264('KdddKdd');
const FORMAT = { codec: 'h264', width: 160, height: 128 } as const;

/** One H.264 camera, and viewers on links that take one write at a time. */
function slowStage() {
	const clock = new FakeClock();
	const camera = lonelyCamera(clock);
	const stream = publishTo(camera);
	stream.describe(FORMAT);
	const access = { lease: () => () => {} } as unknown as Access;
	const options = {
		clock,
		log: silentLog,
		access,
		signal: new AbortController().signal,
		fellBehind() {},
		...plentyOfMemory(),
	};
	const mp4 = new Mp4Streams(clock.now());
	const push = ({ annexB, key }: AccessUnit, capturedAt = clock.now()) =>
		stream.push({ key, capturedAt, payload: annexB });
	const view = (method = 'GET') => {
		const socket = new FakeSocket();
		const who = { kind: 'viewer', credential: 'x', cameras: undefined };
		const exchange = { request: { method }, takeSocket: () => socket, who };
		mp4.stream(camera, exchange as unknown as Exchange<Principal>, options);
		return socket;
	};
	return { clock, camera, stream, push, view };
}

async function drainAll(...sockets: FakeSocket[]): Promise<void> {
	for (const socket of sockets) while (socket.writableLength > 0) await socket.drain();
}

describe('stream.mp4', () => {
	it('begins with its head and the key frame of the current group, whatever time it is, and goes on in order', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using agent = await relay.agent('door');
		agent.announce('door', FORMAT);
		for (const [sequence, { annexB, key }] of UNITS.slice(0, 6).entries()) agent.frame(sequence, annexB, 0, key);
		await until(() => agent.last('ack')?.sequence === 5);
		const chunks: Buffer[] = [];
		const headers = { authorization: `Bearer ${relay.token()}` };
		const call = request(`${relay.url}/cameras/door/stream.mp4`, { headers, agent: false }, (response) => {
			expect(response.headers['content-type']).toBe('video/mp4');
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', () => {});
		});
		call.on('error', () => {});
		call.end();
		const boxes = () => boxesOf(Buffer.concat(chunks));
		await until(() => boxes().length >= 6);
		expect(boxes().map(({ type }) => type)).toEqual(['ftyp', 'moov', 'moof', 'mdat', 'moof', 'mdat']);
		agent.frame(6, UNITS[6]?.annexB ?? new Uint8Array(), 0, false);
		await until(() => boxes().length >= 8);
		const bytes = Buffer.concat(chunks);
		const starts = [...bytes.toString('latin1').matchAll(/moof/g)].map(({ index }) => bytes.subarray(index - 4));
		expect(starts.map(isKeyFragment)).toEqual([true, false, false]);
		const times = starts.map(decodeTimeOf);
		expect(times, 'in the very same microsecond too, they rise').toEqual([...new Set(times)].sort((a, b) => a - b));
		call.destroy();
	});

	it('answers HEAD with its headers and nothing more', async () => {
		const { push, view, camera } = slowStage();
		push(UNITS[0] as AccessUnit);
		const socket = view('HEAD');
		await drainAll(socket);
		expect(Buffer.concat(socket.taken).toString('latin1')).toMatch(/^HTTP\/1\.1 200 OK\r\n.*video\/mp4.*\r\n\r\n$/s);
		expect(camera.viewers.size).toBe(0);
	});

	it('gives every viewer the very same fragments', async () => {
		const { push, view } = slowStage();
		push(UNITS[0] as AccessUnit);
		const [first, second] = [view(), view()];
		await drainAll(first, second);
		for (const unit of UNITS.slice(1)) {
			push(unit);
			await drainAll(first, second);
		}
		expect(first.taken).toHaveLength(1 + UNITS.length);
		for (const [index, chunk] of first.taken.slice(2).entries()) expect(second.taken[index + 2]).toBe(chunk);
	});

	it('begins for a camera that is connected and has not sent a picture, as soon as it does', async () => {
		const { push, view } = slowStage();
		const socket = view();
		await drainAll(socket);
		push(UNITS[0] as AccessUnit);
		expect(boxesOf(socket.taken[1] ?? Buffer.alloc(0))[0]?.type).toBe('ftyp');
	});

	it('to a viewer that never reads holds one picture, and skips to the newest key frame when it does', async () => {
		const { push, view } = slowStage();
		const socket = view();
		for (let round = 0; round < 100; round++) for (const unit of UNITS) push(unit);
		expect(socket.writableLength).toBeLessThan(1000);
		await socket.drain();
		expect(socket.writableLength).toBeLessThan(10 * (UNITS[0]?.annexB.length ?? 0));
		await drainAll(socket);
		expect(socket.taken).toHaveLength(1 + 3);
	});

	it('is ended when it takes nothing for ten seconds', async () => {
		const { clock, camera, push, view } = slowStage();
		const socket = view();
		push(UNITS[0] as AccessUnit);
		for (let second = 0; second < 12; second++) {
			clock.advance(1000);
			camera.tick(clock.now());
		}
		await until(() => camera.viewers.size === 0);
		expect(socket.destroyed).toBe(true);
	});

	it('is not ended while a long group trickles through a narrow path', async () => {
		const { clock, camera, push, view } = slowStage();
		for (const unit of h264(`K${'d'.repeat(20)}`)) push(unit);
		const socket = view();
		for (let second = 0; second < 20; second++) {
			clock.advance(1000);
			camera.tick(clock.now());
			await socket.drain();
		}
		expect(socket.destroyed).toBe(false);
	});

	it('of a frame taken before the relay began is no reason to step back in time', async () => {
		const { clock, push, view } = slowStage();
		const early = clock.now() - 900_000_000;
		const socket = view();
		for (const [index, unit] of UNITS.slice(0, 3).entries()) {
			push(unit, early + index * 40_000);
			await drainAll(socket);
		}
		const [, second, third] = socket.taken.slice(1) as [Buffer, Buffer, Buffer];
		expect(decodeTimeOf(third) - decodeTimeOf(second)).toBe(40_000);
	});

	it('ends when the camera’s parameter sets change, and no other viewer’s picture is touched', async () => {
		const { push, view } = slowStage();
		const old = view();
		await drainAll(old);
		push(UNITS[0] as AccessUnit);
		await drainAll(old);
		push(h264('K', 320, 192)[0] as AccessUnit);
		expect(old.destroyed).toBe(true);
		const fresh = view();
		await drainAll(fresh);
		expect(fresh.taken).toHaveLength(2);
	});

	it('of a JPEG camera is 501 with a hint, and of one that nobody has seen 503', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door', 'roof'] });
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, jpeg(1));
		await until(() => agent.last('ack'));
		const headers = { authorization: `Bearer ${relay.token()}` };
		const get = (path: string) => ask(`${relay.url}/cameras/${path}`, { headers });
		const door = await get('door/stream.mp4');
		expect([door.status, door.text]).toEqual([501, expect.stringContaining('stream.mjpg has it')]);
		const roof = await get('roof/stream.mp4');
		expect([roof.status, roof.headers['retry-after']]).toEqual([503, '2']);
		agent.announce('door', { ...FORMAT, stream: 1 });
		agent.frame(1, UNITS[0]?.annexB ?? new Uint8Array());
		await until(() => agent.last('ack')?.sequence === 1);
		const film = await get('door/stream.mjpg');
		expect([film.status, film.text]).toEqual([501, expect.stringContaining('stream.mp4 has it')]);
	});
});
