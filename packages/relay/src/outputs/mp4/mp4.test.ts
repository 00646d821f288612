import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { silentLog } from '@oriel/base';
import { type AccessUnit, AccessUnitAssembler, openReader, TimedReader } from '@oriel/media';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264 } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { ask } from '@oriel/testing/relay/ask';
import {
	boxAt,
	boxesOf,
	compositionOffsetOf,
	decodeTimeOf,
	fragmentsIn,
	isKeyFragment,
} from '@oriel/testing/relay/boxes';
import { lonelyCamera, publishTo } from '@oriel/testing/relay/camera';
import { FakeSocket } from '@oriel/testing/relay/fake-socket';
import { plentyOfMemory } from '@oriel/testing/relay/memory';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import type { Access } from '../../auth/access.ts';
import type { Principal } from '../../auth/policy.ts';
import type { Exchange } from '../../http/route.ts';
import { streamMp4 } from './mp4.ts';

const UNITS = h264('kdddkdd');
const B_FRAMES = new URL('../../../../../test/vectors/cases/bframes.h264', import.meta.url);
const FORMAT = { codec: 'h264', width: 160, height: 128 } as const;

/** One H.264 camera, and viewers on links that take one write at a time. */
function slowViewer() {
	const clock = new FakeClock();
	const camera = lonelyCamera(clock);
	const stream = publishTo(camera);
	stream.video.describe(FORMAT);
	const access = { lease: () => () => {} } as unknown as Access;
	const options = {
		clock,
		log: silentLog,
		access,
		signal: new AbortController().signal,
		fellBehind() {},
		...plentyOfMemory(),
	};
	const push = ({ annexB, key }: AccessUnit, capturedAt = clock.now(), presentationOffset?: number) =>
		stream.video.push({ key, capturedAt, presentationOffset, data: annexB });
	const view = (method = 'GET') => {
		const socket = new FakeSocket();
		const who = { kind: 'viewer', credential: 'x', cameras: undefined };
		const exchange = { request: { method }, takeSocket: () => socket, who };
		streamMp4(camera.video, exchange as unknown as Exchange<Principal>, options);
		return socket;
	};
	return { clock, camera, stream, push, view };
}

function unitsOf(stream: Uint8Array): AccessUnit[] {
	const assembler = new AccessUnitAssembler({ maxBytes: 1e6 });
	return [...assembler.push(stream), ...assembler.flush()];
}

/** What a viewer has been sent behind the head of the answer. */
const fileOf = ({ taken }: FakeSocket) => Buffer.concat(taken.slice(1));

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
		const starts = fragmentsIn(Buffer.concat(chunks));
		expect(starts.map(isKeyFragment)).toEqual([true, false, false]);
		const times = starts.map(decodeTimeOf);
		expect(times, 'in the very same microsecond too, they rise').toEqual([...new Set(times)].sort((a, b) => a - b));
		expect(times[0], 'players take the first time for the beginning').toBe(0);
		call.destroy();
	});

	it('answers HEAD with its headers and nothing more', async () => {
		const { push, view, camera } = slowViewer();
		push(UNITS[0] as AccessUnit);
		const socket = view('HEAD');
		await drainAll(socket);
		expect(Buffer.concat(socket.taken).toString('latin1')).toMatch(/^HTTP\/1\.1 200 OK\r\n.*video\/mp4.*\r\n\r\n$/s);
		expect(camera.viewers.length).toBe(0);
	});

	it('copies a picture once for all viewers', async () => {
		const { push, view } = slowViewer();
		push(UNITS[0] as AccessUnit);
		const [first, second] = [view(), view()];
		await drainAll(first, second);
		for (const unit of UNITS.slice(1)) {
			push(unit);
			await drainAll(first, second);
		}
		// What stands before each picture is the viewer's own.
		const pictures = ({ taken }: FakeSocket) => taken.slice(1).filter((_, index) => index % 2 === 1);
		expect(pictures(first)).toHaveLength(UNITS.length);
		for (const [index, chunk] of pictures(first).entries()) expect(pictures(second)[index]).toBe(chunk);
	});

	it('begins for a camera that is connected and has not sent a picture, as soon as it does', async () => {
		const { push, view } = slowViewer();
		const socket = view();
		await drainAll(socket);
		push(UNITS[0] as AccessUnit);
		expect(boxesOf(fileOf(socket))[0]?.type).toBe('ftyp');
	});

	it('to a viewer that never reads holds one picture, and skips to the newest key frame when it does', async () => {
		const { push, view } = slowViewer();
		const socket = view();
		for (let round = 0; round < 100; round++) for (const unit of UNITS) push(unit);
		expect(socket.writableLength).toBeLessThan(1000);
		await socket.drain();
		expect(socket.writableLength).toBeLessThan(10 * (UNITS[0]?.annexB.length ?? 0));
		await drainAll(socket);
		expect(fragmentsIn(fileOf(socket)).map(isKeyFragment)).toEqual([true, false, false]);
	});

	it('is ended when it takes nothing for ten seconds', async () => {
		const { clock, camera, push, view } = slowViewer();
		const socket = view();
		push(UNITS[0] as AccessUnit);
		for (let second = 0; second < 12; second++) {
			clock.advance(1000);
			camera.tick(clock.now());
		}
		await until(() => camera.viewers.length === 0);
		expect(socket.destroyed).toBe(true);
	});

	it('is not ended while a long group trickles through a narrow path', async () => {
		const { clock, camera, push, view } = slowViewer();
		for (const unit of h264(`k${'d'.repeat(20)}`)) push(unit);
		const socket = view();
		for (let second = 0; second < 20; second++) {
			clock.advance(1000);
			camera.tick(clock.now());
			await socket.drain();
		}
		expect(socket.destroyed).toBe(false);
	});

	it('of a frame taken before the relay began is no reason to step back in time', async () => {
		const { clock, push, view } = slowViewer();
		const early = clock.now() - 900_000_000;
		const socket = view();
		for (const [index, unit] of UNITS.slice(0, 3).entries()) {
			push(unit, early + index * 40_000);
			await drainAll(socket);
		}
		expect(fragmentsIn(fileOf(socket)).map(decodeTimeOf)).toEqual([0, 40_000, 80_000]);
	});

	it('begins at time zero for each viewer, whenever it comes', async () => {
		const { clock, push, view } = slowViewer();
		const feed = async (units: readonly AccessUnit[], ...sockets: FakeSocket[]) => {
			for (const unit of units) {
				clock.advance(40);
				push(unit);
				await drainAll(...sockets);
			}
		};
		const early = view();
		await feed(UNITS, early);
		const late = view();
		await drainAll(late);
		await feed(UNITS, early, late);
		const starts = (socket: FakeSocket) => fragmentsIn(fileOf(socket)).map(decodeTimeOf);
		expect(starts(early)).toEqual(Array.from({ length: 14 }, (_, index) => index * 40_000));
		expect(starts(late)).toEqual(Array.from({ length: 10 }, (_, index) => index * 40_000));
		expect(fileOf(late).includes('elst'), 'nothing is out of order, so nothing is shown late').toBe(false);
	});

	it('shows every picture of a stream with B-frames at its time, none before it is decoded', async () => {
		const { clock, stream, view } = slowViewer();
		const timed = new TimedReader(openReader('h264', { maxBytes: 1e6 }));
		const socket = view();
		const pictures = unitsOf(readFileSync(B_FRAMES));
		for (const { annexB } of pictures) {
			clock.advance(100);
			for (const { key, capturedAt, presentationOffset, data } of [
				...timed.push(annexB, clock.now()),
				...timed.flush(),
			]) {
				stream.video.push({ key, capturedAt, presentationOffset, data });
				await drainAll(socket);
			}
		}
		const file = fileOf(socket);
		const start = boxAt(file, 'moov trak edts elst').readUInt32BE(12);
		const decoded = fragmentsIn(file).map(decodeTimeOf);
		const offsets = fragmentsIn(file).map(compositionOffsetOf);
		expect(decoded).toHaveLength(pictures.length);
		expect(decoded.slice(0, 4)).toEqual([0, start / 2, start, start + 100_000]);
		expect(offsets[0]).toBe(start);
		expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
		const shown = decoded.map((time, index) => time + (offsets[index] ?? 0) - start);
		expect(shown.slice(0, 5)).toEqual([0, 4, 2, 1, 3].map((place) => place * 100_000));
		expect(shown.sort((a, b) => a - b)).toEqual(pictures.map((_, place) => place * 100_000));
	});

	it('reckons with the frames that came, not with a rate that one frame alone makes', async () => {
		const { clock, stream, view } = slowViewer();
		const [key, delta] = unitsOf(readFileSync(B_FRAMES)) as [AccessUnit, AccessUnit];
		const push = ({ annexB: data, key }: AccessUnit) => {
			clock.advance(100);
			stream.video.push({ key, capturedAt: clock.now(), presentationOffset: 0, data });
		};
		/** When the first frame is shown: that late for each of the two that may come out of order. */
		const startOf = async (socket: FakeSocket) => {
			await drainAll(socket);
			return boxAt(fileOf(socket), 'moov trak edts elst').readUInt32BE(12);
		};
		push(key);
		expect(await startOf(view()), 'nothing is known yet').toBe(2 * 33_000);
		push(delta);
		push(delta);
		expect(await startOf(view())).toBe(2 * 100_000);
	});

	it('is not delayed by a stream that could be out of order and is not', async () => {
		const { clock, stream, view } = slowViewer();
		const [key, delta] = unitsOf(readFileSync(B_FRAMES)) as [AccessUnit, AccessUnit];
		const push = ({ annexB: data, key }: AccessUnit, presentationOffset: number) => {
			clock.advance(40);
			stream.video.push({ key, capturedAt: clock.now(), presentationOffset, data });
		};
		for (let index = 0; index < 20; index++) push(index === 0 ? key : delta, 0);
		const inOrder = view();
		await drainAll(inOrder);
		expect(boxAt(fileOf(inOrder), 'moov trak').includes('elst')).toBe(false);
		push(delta, 80_000);
		push(delta, -20_000);
		const outOfOrder = view();
		await drainAll(outOfOrder);
		expect(boxAt(fileOf(outOfOrder), 'moov trak').includes('elst')).toBe(true);
	});

	it('ends when the camera’s parameter sets change, and no other viewer’s picture is touched', async () => {
		const { push, view } = slowViewer();
		const old = view();
		await drainAll(old);
		push(UNITS[0] as AccessUnit);
		await drainAll(old);
		push(h264('k', 320, 192)[0] as AccessUnit);
		expect(old.destroyed).toBe(true);
		const fresh = view();
		await drainAll(fresh);
		expect(fragmentsIn(fileOf(fresh))).toHaveLength(1);
	});

	it('of a JPEG camera is 501 with a hint, and of one that never came 503', async () => {
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
