import { FakeSocket } from '@oriel/testing/relay/fake-socket';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { Turns } from '../http/turns.ts';
import { MeteredSocket } from './metered-socket.ts';

const WHOLE = Buffer.from([0x82, 0x81, 0, 0, 0, 0, 7]);
const EMPTY = Buffer.from([0x82, 0x80, 0, 0, 0, 0]);

function open(stopAfter = Number.POSITIVE_INFINITY, turns = new Turns(10_000)) {
	const socket = new FakeSocket();
	const paid: number[] = [];
	const caughtUp: number[] = [];
	let bytes = 0;
	const metered: MeteredSocket = new MeteredSocket(socket, {
		take: (frames) => paid.push(frames) <= 3,
		exceeded: () => metered.stop(),
		enter: (handOn) => turns.enter('owner', socket, handOn),
		caughtUp: () => caughtUp.push(metered.waiting),
	});
	let isEnded = false;
	metered.on('end', () => {
		isEnded = true;
	});
	metered.on('data', (chunk: Buffer) => {
		bytes += chunk.length;
		if (bytes >= stopAfter) metered.stop();
	});
	return { socket, metered, paid, caughtUp, bytes: () => bytes, isEnded: () => isEnded };
}

describe('MeteredSocket', () => {
	it('hands on all that comes, and what is written', async () => {
		const { socket, metered, bytes, paid } = open();
		socket.push(Buffer.concat(Array<Buffer>(1000).fill(WHOLE)));
		metered.write('out');
		await rounds();
		expect([bytes(), paid, String(socket.taken[0])]).toEqual([1000 * WHOLE.length, [], 'out']);
	});

	it('hands on sixteen frames more, at most, of a packet that is refused in the middle', async () => {
		const { socket, bytes } = open(10 * WHOLE.length);
		socket.push(Buffer.concat(Array<Buffer>(10_000).fill(WHOLE)));
		await rounds();
		expect(bytes()).toBe(16 * WHOLE.length);
		socket.push(WHOLE);
		await rounds();
		expect(bytes()).toBe(16 * WHOLE.length);
	});

	it('hands on nothing more that its reader had paused before', async () => {
		const { socket, metered, bytes } = open(20 * WHOLE.length);
		metered.pause();
		socket.push(Buffer.concat(Array<Buffer>(1000).fill(WHOLE)));
		await rounds();
		expect(bytes()).toBe(0);
		metered.resume();
		await rounds();
		expect(bytes()).toBe(32 * WHOLE.length);
		expect(metered.readableLength).toBe(0);
	});

	it('has frames that are no messages paid for, before they are handed on', async () => {
		const { socket, bytes, paid } = open();
		await rounds();
		socket.push(Buffer.concat(Array<Buffer>(10_000).fill(EMPTY)));
		await rounds();
		expect(paid).toEqual([16, 16, 16, 16]);
		expect(bytes()).toBe(48 * EMPTY.length);
	});

	it('hands on sixteen frames a turn while others have theirs, reads nothing more before that, and then the end', async () => {
		const { socket, metered, bytes, caughtUp, isEnded } = open(undefined, new Turns(1));
		await rounds();
		const packet = Buffer.concat(Array<Buffer>(40).fill(WHOLE));
		socket.push(packet);
		await Promise.resolve();
		const seen = [bytes() / WHOLE.length];
		expect([metered.waiting > 0, socket.isPaused()]).toEqual([true, true]);
		socket.push(WHOLE);
		socket.push(null);
		for (let turn = 0; turn < 5; turn++) {
			await new Promise((resolve) => setImmediate(resolve));
			seen.push(bytes() / WHOLE.length);
			expect(isEnded() && bytes() < 41 * WHOLE.length).toBe(false);
		}
		await rounds();
		expect(seen.slice(0, 3)).toEqual([16, 32, 40]);
		expect([bytes(), new Set(caughtUp), isEnded()]).toEqual([41 * WHOLE.length, new Set([0]), true]);
	});

	it('tells its end behind what waits, though the socket tells it before', async () => {
		const { socket, bytes, isEnded } = open(undefined, new Turns(1));
		await rounds();
		socket.push(Buffer.concat(Array<Buffer>(40).fill(WHOLE)));
		await Promise.resolve();
		socket.emit('end');
		await rounds();
		expect([bytes(), isEnded()]).toEqual([40 * WHOLE.length, true]);
	});

	it('reads on only when its reader takes more, and hands on nothing of what waits once it is stopped', async () => {
		const { socket, metered, bytes } = open(undefined, new Turns(1));
		metered.pause();
		await rounds();
		for (let count = 0; count < 10; count++) socket.push(Buffer.concat(Array<Buffer>(1000).fill(WHOLE)));
		await rounds(500);
		expect([bytes(), socket.isPaused()]).toEqual([0, true]);
		expect(metered.readableLength).toBeLessThan(32 * 1024);
		metered.resume();
		await until(() => bytes() === 10_000 * WHOLE.length);
		socket.push(Buffer.concat(Array<Buffer>(40).fill(WHOLE)));
		await Promise.resolve();
		metered.stop();
		await rounds();
		expect(bytes()).toBeLessThanOrEqual(10_032 * WHOLE.length);
		expect(metered.waiting).toBe(0);
	});

	it('ends with the connection, and the connection with it', async () => {
		const first = open();
		first.socket.destroy();
		await rounds();
		expect(first.metered.destroyed).toBe(true);
		const second = open();
		second.metered.destroy();
		expect(second.socket.destroyed).toBe(true);
	});
});
