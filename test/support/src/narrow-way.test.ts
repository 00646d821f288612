import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NarrowWay } from './narrow-way.ts';
import { until } from './until.ts';

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

function open(bitsPerSecond: number): Promise<NarrowWay> {
	return NarrowWay.open({ port: (server.address() as AddressInfo).port, bitsPerSecond });
}

async function dial(way: NarrowWay): Promise<{ near: Socket; far: Socket }> {
	const count = accepted.length;
	const near = connect({ port: way.port, allowHalfOpen: true });
	near.on('error', () => {});
	await once(near, 'connect');
	return { near, far: await until('the far end', () => accepted[count]) };
}

/** Sends bytes, then an end; gives them as they came, and how long that took. */
async function carry(from: Socket, to: Socket, sent: Buffer): Promise<{ readonly came: Buffer; readonly ms: number }> {
	const chunks: Buffer[] = [];
	const since = performance.now();
	to.on('data', (chunk) => chunks.push(chunk)).resume();
	from.end(sent);
	await once(to, 'end');
	return { came: Buffer.concat(chunks), ms: performance.now() - since };
}

describe('a narrow way', () => {
	it('carries everything in order and its end, in the time that it takes, both ways', async () => {
		await using way = await open(4_000_000);
		const { near, far } = await dial(way);
		const sent = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index * 7919));
		for (const [from, to] of [
			[near, far],
			[far, near],
		] as const) {
			const { came, ms } = await carry(from, to, sent);
			expect(came.equals(sent)).toBe(true);
			expect(ms).toBeGreaterThan(390);
			expect(ms).toBeLessThan(700);
		}
	});

	it('is shared by its connections', async () => {
		await using way = await open(4_000_000);
		const [one, other] = [await dial(way), await dial(way)];
		const both = await Promise.all([one, other].map(({ near, far }) => carry(near, far, Buffer.alloc(100_000))));
		for (const { ms } of both) expect(ms).toBeGreaterThan(370);
	});

	it('saves nothing up, and can be opened while it carries', async () => {
		await using way = await open(1_000_000);
		const { near, far } = await dial(way);
		await new Promise((resolve) => setTimeout(resolve, 200));
		let came = 0;
		far.on('data', (chunk) => {
			came += chunk.length;
		});
		far.resume();
		const since = performance.now();
		near.write(Buffer.alloc(5_000_000));
		await until('a beginning', () => came >= 12_500);
		expect(performance.now() - since).toBeGreaterThan(90);
		way.bitsPerSecond = Number.POSITIVE_INFINITY;
		await until('all of it', () => came === 5_000_000);
		expect(performance.now() - since).toBeLessThan(2000);
		near.destroy();
	});

	it('ends both sides when one breaks', async () => {
		await using way = await open(1_000_000);
		const { near, far } = await dial(way);
		const broken = new Promise((resolve) => far.once('error', resolve));
		far.resume();
		near.resetAndDestroy();
		await broken;
		expect(far.destroyed).toBe(true);
	});
});
