import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LongWay, MAX_UNDER_WAY_BYTES } from './long-way.ts';
import { until } from './until.ts';

const DELAY_MS = 60;
let server: Server;
let accepted: Socket[];

beforeEach(async () => {
	accepted = [];
	server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => accepted.push(socket));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
	for (const socket of accepted) socket.destroy();
	server.close();
});

function open(delayMs = DELAY_MS): Promise<LongWay> {
	return LongWay.open({ port: (server.address() as AddressInfo).port, delayMs });
}

async function dial(way: LongWay): Promise<{ near: Socket; far: Socket }> {
	const near = connect({ port: way.port, allowHalfOpen: true });
	near.on('error', () => {});
	await once(near, 'connect');
	return { near, far: await until('the far end', () => accepted[0]) };
}

describe('a long way', () => {
	it('delays every byte by as much, each way', async () => {
		await using way = await open();
		const { near, far } = await dial(way);
		far.on('data', (chunk) => far.write(chunk)).resume();
		for (let count = 0; count < 3; count++) {
			const sentAt = performance.now();
			near.write('ping');
			await once(near, 'data');
			// Timers may fire up to a millisecond early.
			expect(performance.now() - sentAt).toBeGreaterThanOrEqual(2 * DELAY_MS - 2);
		}
		near.destroy();
	});

	it('carries everything in order, and its end behind it, as fast as it comes', async () => {
		await using way = await open();
		const { near, far } = await dial(way);
		const sent = Buffer.from(Array.from({ length: 4_000_000 }, (_, index) => index * 7919));
		const startedAt = performance.now();
		near.end(sent);
		const chunks: Buffer[] = [];
		far.on('data', (chunk) => chunks.push(chunk)).resume();
		await once(far, 'end');
		expect(Buffer.concat(chunks).equals(sent)).toBe(true);
		// With a chunk of 64 KB at a time it would take four seconds.
		expect(performance.now() - startedAt).toBeLessThan(2000);
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
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(isThrough).toBe(false);
		let arrived = 0;
		far.on('data', (chunk) => {
			arrived += chunk.length;
		});
		far.resume();
		await until('all of it', () => arrived === tooMuch.length);
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
