import { describe, expect, it } from 'vitest';
import { FakeSocket } from '../rehearsal/fake-socket.ts';
import { rounds } from '../rehearsal/until.ts';
import { MeteredSocket } from './metered-socket.ts';

const WHOLE = Buffer.from([0x82, 0x81, 0, 0, 0, 0, 7]);
const EMPTY = Buffer.from([0x82, 0x80, 0, 0, 0, 0]);

function open(stopAfter = Number.POSITIVE_INFINITY) {
	const socket = new FakeSocket();
	const paid: number[] = [];
	let bytes = 0;
	const metered: MeteredSocket = new MeteredSocket(socket, {
		take: (frames) => paid.push(frames) <= 3,
		exceeded: () => metered.stop(),
	});
	metered.on('data', (chunk: Buffer) => {
		bytes += chunk.length;
		if (bytes >= stopAfter) metered.stop();
	});
	return { socket, metered, paid, bytes: () => bytes };
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
