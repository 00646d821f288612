import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { LongWay, MAX_UNDER_WAY_BYTES } from './long-way.ts';
import { until } from './until.ts';

const DELAY_MS = 60;
let server: Server;
let accepted: Socket[];
let clock: FakeClock;

beforeEach(async () => {
	clock = new FakeClock();
	accepted = [];
	server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => accepted.push(socket));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
	for (const socket of accepted) socket.destroy();
	server.close();
});

function open(delayMs = DELAY_MS): Promise<LongWay> {
	return LongWay.open({ port: (server.address() as AddressInfo).port, delayMs, clock });
}

async function dial(way: LongWay): Promise<{ near: Socket; far: Socket }> {
	const near = connect({ port: way.port, allowHalfOpen: true });
	near.on('error', () => {});
	await once(near, 'connect');
	return { near, far: await until('the far end', () => accepted[0]) };
}

/** Lets the sockets of this process exchange what they have to say. */
async function rounds(): Promise<void> {
	for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a long way', () => {
	it('delivers every byte by as much, each way', async () => {
		await using way = await open();
		const { near, far } = await dial(way);
		far.on('data', (chunk) => far.write(chunk)).resume();
		let echoes = 0;
		near.on('data', () => echoes++);
		for (let count = 1; count <= 3; count++) {
			near.write('ping');
			for (const onTheWay of ['there', 'back']) {
				await until(`the ping to be on its way ${onTheWay}`, () => way.heldBytes === 4);
				clock.advance(DELAY_MS - 1);
				await rounds();
				expect([way.heldBytes, echoes]).toEqual([4, count - 1]);
				clock.advance(1);
				expect(way.heldBytes).toBe(0);
			}
			await until('the echo', () => echoes === count);
		}
		near.destroy();
	});

	it('carries everything in order, and its end behind it, as fast as it comes', async () => {
		await using way = await open();
		const { near, far } = await dial(way);
		const sent = Buffer.from(Array.from({ length: 4_000_000 }, (_, index) => index * 7919));
		near.end(sent);
		const chunks: Buffer[] = [];
		let isOver = false;
		far
			.on('data', (chunk) => chunks.push(chunk))
			.on('end', () => {
				isOver = true;
			});
		far.resume();
		// All of it is on its way at once: in turns of a chunk and a delay it would take four seconds.
		await until('all to be on its way', () => way.heldBytes === sent.length);
		clock.advance(DELAY_MS);
		await until('the end', () => {
			clock.advance(DELAY_MS);
			return isOver;
		});
		expect(Buffer.concat(chunks).equals(sent)).toBe(true);
		near.destroy();
	});

	it('lets the sender wait for a receiver that does not read', async () => {
		await using way = await open(1);
		const { near, far } = await dial(way);
		// The line holds its maximum; the kernel's buffers of both hops take some more.
		const tooMuch = Buffer.alloc(MAX_UNDER_WAY_BYTES + 48 * 1024 * 1024);
		let isThrough = false;
		near.write(tooMuch, () => {
			isThrough = true;
		});
		await until('the line to be full', () => {
			clock.advance(1);
			return way.heldBytes >= MAX_UNDER_WAY_BYTES;
		});
		await rounds();
		expect(isThrough).toBe(false);
		let arrived = 0;
		far.on('data', (chunk) => {
			arrived += chunk.length;
		});
		far.resume();
		await until('all of it', () => {
			clock.advance(1);
			return arrived === tooMuch.length;
		});
		near.destroy();
	});

	it('ends both sides when one breaks', async () => {
		await using way = await open();
		const { near, far } = await dial(way);
		const broken = new Promise((resolve) => far.once('error', resolve));
		far.resume();
		near.resetAndDestroy();
		await broken;
		expect(far.destroyed).toBe(true);
	});
});
