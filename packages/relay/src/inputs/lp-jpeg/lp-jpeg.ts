import { createServer, type Server, type Socket } from 'node:net';
import { type Clock, hex, type Log, type Micros, millis, reasonOf } from '@oriel/base';
import { inspectJpeg, withHuffmanTables } from '@oriel/media';
import { LengthPrefixedDecoder } from '@oriel/protocol';
import type { Camera } from '../../core/camera.ts';
import type { EndReason, Publisher } from '../../core/publication.ts';
import { AddressRanges } from '../../http/address-range.ts';
import type { Budget } from '../../memory/budget.ts';
import { FramePace } from '../frame-pace.ts';

/** A sender that has vanished without a goodbye is noticed by the kernel's probes after about this long. */
const KEEP_ALIVE_MS = 15_000;
/** Connections at once. There is one sender; a newer one takes over from it. */
export const MAX_SEED_CONNECTIONS = 8;

export interface SeedOptions {
	readonly host: string;
	readonly port: number;
	/** Who may connect, as CIDR ranges or addresses. The format knows no password, so this is all there is. */
	readonly allow: readonly string[];
	/** The camera, looked up again for each sender. */
	readonly camera: () => Camera | undefined;
	readonly maxPictureBytes: number;
	/** What all connections hold of pictures that are not whole. */
	readonly incoming: Budget;
	readonly clock: Clock;
	readonly log: Log;
	readonly arrived: (age: Micros) => void;
}

/** Listens for the seed's sender: length-prefixed JPEGs over TCP. A second sender takes over from the first. */
export async function listenForSeed(options: SeedOptions): Promise<AsyncDisposable & { readonly port: number }> {
	const allowed = new AddressRanges(options.allow);
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		socket.on('error', () => socket.destroy());
		if (!allowed.has(socket.remoteAddress)) {
			options.log.warn('seed sender refused: its address is not in --seed-allow', { address: socket.remoteAddress });
			socket.destroy();
			return;
		}
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
		serve(socket, options);
	});
	server.maxConnections = MAX_SEED_CONNECTIONS;
	server.on('drop', () =>
		options.log.warn('seed sender refused: too many are connected', { limit: MAX_SEED_CONNECTIONS }),
	);
	await listen(server, options);
	// One connection that could not be accepted is no reason to end.
	server.on('error', (error) => options.log.error('the seed port reports an error', { reason: reasonOf(error) }));
	const address = server.address();
	return {
		port: typeof address === 'object' && address ? address.port : options.port,
		async [Symbol.asyncDispose]() {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
}

function serve(socket: Socket, options: SeedOptions): void {
	const camera = options.camera();
	if (!camera) {
		socket.destroy();
		return;
	}
	const { clock, log } = options;
	const openedAt = clock.now();
	const decoder = new LengthPrefixedDecoder({ maxBytes: options.maxPictureBytes });
	/** When the bytes came that the unfinished picture begins with. */
	let begunAt = openedAt;
	let frames = 0;
	let broken = 0;
	/** Empty messages: one is what the sender begins with. */
	let greetings = 0;
	let endReason: string | undefined;
	const end = (reason: string) => {
		endReason ??= reason;
		socket.destroy();
	};
	const share = options.incoming.open('seed', () => end('the relay holds too much of pictures that are not whole'));
	const publisher: Publisher = { via: 'seed', ended: (reason: EndReason) => end(reason) };
	const stream = camera.publish(publisher);
	const pace = new FramePace(clock, socket);
	socket.setKeepAlive(true, KEEP_ALIVE_MS);

	const take = (message: Uint8Array) => {
		if (message.length === 0) {
			greetings++;
			return;
		}
		const jpeg = inspectJpeg(message);
		if (!jpeg) {
			broken++;
			camera.video.counters.droppedBroken++;
			log.debug('not a picture', { camera: camera.name, via: 'seed', bytes: message.length, seen: hex(message) });
			return;
		}
		frames++;
		stream.video.describe({ codec: 'jpeg', codecString: undefined, width: jpeg.width, height: jpeg.height });
		stream.video.push({ key: true, capturedAt: begunAt, data: withHuffmanTables(jpeg) });
		options.arrived(clock.now() - begunAt);
	};
	socket.on('data', (chunk) => {
		const now = clock.now();
		const before = frames + broken + greetings;
		if (decoder.pendingBytes === 0) begunAt = now;
		try {
			for (const message of decoder.push(chunk)) {
				take(message);
				begunAt = now;
			}
			share.set(decoder.heldBytes);
			pace.took(frames + broken + greetings - before);
		} catch (thrown) {
			end(reasonOf(thrown));
		}
	});
	socket.once('close', () => {
		const reason =
			endReason ?? (decoder.pendingBytes > 0 ? 'the sender left in the middle of a picture' : 'the sender left');
		pace.stop();
		share.close();
		stream.close(reason);
		const seconds = Math.round(millis(clock.now() - openedAt)) / 1000;
		log.info('camera left', { camera: camera.name, via: 'seed', reason, seconds, frames, broken });
	});
}

function listen(server: Server, { host, port }: SeedOptions): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen({ host, port }, () => {
			server.off('error', reject);
			resolve();
		});
	});
}
