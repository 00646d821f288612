import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { NarrowWay, STEP_MS } from './narrow-way.ts';
import { until } from './until.ts';

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

function open(bitsPerSecond: number): Promise<NarrowWay> {
	return NarrowWay.open({ port: (server.address() as AddressInfo).port, bitsPerSecond, clock });
}

async function dial(way: NarrowWay): Promise<{ near: Socket; far: Socket }> {
	const count = accepted.length;
	const near = connect({ port: way.port, allowHalfOpen: true });
	near.on('error', () => {});
	await once(near, 'connect');
	return { near, far: await until('the far end', () => accepted[count]) };
}

/** What comes out of a socket, and when by the way's own clock it had all come. */
class Arrival {
	bytes = 0;
	readonly chunks: Buffer[] = [];
	isOver = false;

	constructor(socket: Socket) {
		socket.on('data', (chunk) => {
			this.bytes += chunk.length;
			this.chunks.push(chunk);
		});
		socket.on('end', () => {
			this.isOver = true;
		});
		socket.resume();
	}
}

/**
 * Lets time pass until `size` bytes have arrived, and gives how many milliseconds that were. The clock moves only when
 * there is enough to carry for a step: how fast the kernel moves bytes does not count.
 */
async function carry(way: NarrowWay, arrivals: readonly Arrival[], size: number): Promise<number> {
	const since = clock.now();
	const before = way.carriedBytes;
	const bytesPerStep = (way.bitsPerSecond * STEP_MS) / 8000;
	const arrivedBefore = arrivals.reduce((sum, { bytes }) => sum + bytes, 0);
	const arrived = () => arrivals.reduce((sum, { bytes }) => sum + bytes, 0) - arrivedBefore;
	while (arrived() < size) {
		const rest = size - (way.carriedBytes - before);
		await until('a step’s worth to carry', () => way.heldBytes >= Math.min(rest, bytesPerStep));
		clock.advance(STEP_MS);
		await until('it to arrive', () => arrived() === way.carriedBytes - before);
	}
	return (clock.now() - since) / 1000;
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
			const arrival = new Arrival(to);
			from.end(sent);
			expect(await carry(way, [arrival], sent.length)).toBe(400);
			await until('the end', () => {
				clock.advance(STEP_MS);
				return arrival.isOver;
			});
			expect(Buffer.concat(arrival.chunks).equals(sent)).toBe(true);
		}
	});

	it('is shared by its connections', async () => {
		await using way = await open(4_000_000);
		const [one, other] = [await dial(way), await dial(way)];
		const arrivals = [one, other].map(({ far }) => new Arrival(far));
		for (const { near } of [one, other]) near.end(Buffer.alloc(100_000));
		await until('both to have something', () => way.heldBytes >= 2 * 8192);
		expect(await carry(way, arrivals, 190_000)).toBeGreaterThanOrEqual(380);
		for (const { bytes } of arrivals) expect(bytes).toBeGreaterThan(80_000);
	});

	it('saves nothing up, and can be opened while it carries', async () => {
		await using way = await open(1_000_000);
		const { near, far } = await dial(way);
		for (let gone = 0; gone < 200; gone += STEP_MS) clock.advance(STEP_MS);
		const arrival = new Arrival(far);
		near.write(Buffer.alloc(1_000_000));
		expect(await carry(way, [arrival], 12_500)).toBe(100);
		way.bitsPerSecond = Number.POSITIVE_INFINITY;
		await until('all of it', () => {
			clock.advance(STEP_MS);
			return arrival.bytes === 1_000_000;
		});
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
