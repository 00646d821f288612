import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, silentLog, systemClock } from '@oriel/base';
import {
	annexBOf,
	blankPicture,
	buildAvcc,
	encodeJpeg,
	H264Encoder,
	mp4NalUnits,
	nalUnitsOf,
	toLengthPrefixed,
} from '@oriel/media';
import { addKey, addToken, openDataDirectory, type Relay, startRelay } from '@oriel/relay';
import { decode, encode, encodeLengthPrefixed, SUBPROTOCOL } from '@oriel/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

const file = new URL('../vectors/wire.json', import.meta.url);
const corpus: readonly Uint8Array[] = JSON.parse(readFileSync(file, 'utf8')).map((vector: { hex: string }) =>
	Uint8Array.from(Buffer.from(vector.hex, 'hex')),
);
const PICTURE = encodeJpeg(blankPicture(16, 16), { quality: 50 });
const ROUNDS = 40;

const FILM = film(['key', 'delta', 'delta', 'key', 'delta']);
const FILM_FORMAT = { codec: 'h264', width: 64, height: 64 } as const;

/** Pictures of H.264 in Annex B. */
function film(kinds: readonly ('key' | 'delta')[]): Uint8Array[] {
	const encoder = new H264Encoder({ width: 64, height: 64, framesPerSecond: 10 });
	return kinds.map((kind, index) => {
		const picture = blankPicture(64, 64);
		picture.y.fill(40 * index);
		return encoder.encode(picture, { forceKey: kind === 'key' }).annexB;
	});
}

/** The same as an FLV stream, a piece a tag. */
function flv(): Uint8Array[] {
	const [sps, pps] = nalUnitsOf(FILM[0] ?? PICTURE);
	const record = buildAvcc(sps ? [sps] : [], pps ? [pps] : []);
	const tag = (head: readonly number[], body: Uint8Array) => {
		const size = head.length + body.length;
		return concat([Uint8Array.of(9, 0, size >> 8, size & 0xff, 0, 0, 0, 0, 0, 0, 0, ...head), body, new Uint8Array(4)]);
	};
	const header = Uint8Array.of(0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0);
	const pictures = FILM.map((annexB) => tag([0x17, 1, 0, 0, 0], toLengthPrefixed(annexBOf(mp4NalUnits(annexB)))));
	return [concat([header, tag([0x17, 0, 0, 0, 0], record)]), ...pictures];
}

/** mulberry32: the same numbers for the same seed, everywhere. */
function randomFrom(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
	};
}

type Random = ReturnType<typeof randomFrom>;

function noise(random: Random, longest: number): Uint8Array {
	return Uint8Array.from({ length: random(longest) }, () => random(256));
}

/** Something that begins well, and goes wrong somewhere. */
function mutated(random: Random, good: readonly Uint8Array[]): Uint8Array {
	const bytes = concat(Array.from({ length: 1 + random(4) }, () => good[random(good.length)] ?? PICTURE));
	for (let change = random(5); change > 0; change--) bytes[random(bytes.length)] = random(256);
	const kinds = [bytes, bytes.subarray(random(bytes.length)), concat([bytes, noise(random, 300)]), noise(random, 2000)];
	return kinds[random(kinds.length)] ?? bytes;
}

const directory = mkdtempSync(join(tmpdir(), 'oriel-fuzz-'));
let relay: Relay;
let key: string;
let victimKey: string;
let token: string;

beforeAll(async () => {
	const data = join(directory, 'data');
	const opened = await openDataDirectory(data, { clock: systemClock, log: silentLog });
	const { files } = opened;
	key = addKey(files, systemClock, 'good');
	victimKey = addKey(files, systemClock, 'bad');
	token = addToken(files, systemClock, { label: 'fuzz', cameras: [], lifetimeMs: undefined }).secret;
	await opened.close();
	const page = join(directory, 'page');
	mkdirSync(page);
	writeFileSync(join(page, 'index.html'), '');
	const seed = { port: 0, camera: 'seed', allow: ['127.0.0.1'] };
	const config = { data, host: '127.0.0.1', port: 0, maxPictureBytes: 100_000, seed };
	relay = await startRelay(config, { clock: systemClock, log: silentLog, version: '0', page });
});

afterAll(async () => {
	await relay.close();
	rmSync(directory, { recursive: true });
});

function open(path: string, secret: string): WebSocket {
	const headers = { authorization: `Bearer ${secret}` };
	const socket = new WebSocket(`ws://127.0.0.1:${relay.port}${path}`, SUBPROTOCOL, { headers });
	socket.on('error', () => {});
	return socket;
}

function once(socket: WebSocket, event: 'open' | 'close'): Promise<void> {
	return new Promise((resolve) => socket.once(event, () => resolve()));
}

/** Sends each packet to a new conversation, as long as that lives. */
async function throwAt(path: string, secret: string, packets: Iterable<Uint8Array | string>): Promise<void> {
	let socket: WebSocket | undefined;
	for (const packet of packets) {
		if (socket?.readyState !== WebSocket.OPEN) {
			socket = open(path, secret);
			await once(socket, 'open');
		}
		socket.send(packet);
		if (socket.readyState === WebSocket.OPEN) await new Promise((resolve) => setImmediate(resolve));
	}
	socket?.terminate();
}

/** Writes `bytes` to a connection of its own in odd pieces, and leaves. */
function throwInto(port: number, bytes: Uint8Array, random: Random): Promise<void> {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		socket.on('error', () => {}).resume();
		socket.once('close', () => resolve());
		for (let at = 0; at < bytes.length; ) {
			const end = at + 1 + random(900);
			socket.write(bytes.subarray(at, end));
			at = end;
		}
		if (random(2) === 0) socket.end();
		else socket.end(() => socket.destroy());
	});
}

function upload(body: Uint8Array): Promise<void> {
	return new Promise((resolve) => {
		const headers = { authorization: `Bearer ${victimKey}` };
		const call = request({ port: relay.port, path: '/cameras/bad/ingest', method: 'PUT', headers, agent: false });
		call.on('response', (response) => response.resume());
		call.on('error', () => {}).on('close', () => resolve());
		call.end(body);
	});
}

/** A camera and a viewer that behave, while `attack` goes on. Gives how many of the pictures sent have been seen. */
async function meanwhile(attack: () => Promise<void>): Promise<{ sent: number; seen: number }> {
	const [agent, viewer] = [open('/agent', key), open('/live', token)];
	await Promise.all([once(agent, 'open'), once(viewer, 'open')]);
	const seen = new Set<number>();
	let camera = 0;
	let sent = 0;
	let goOn = true;
	const next = () => {
		if (goOn)
			agent.send(encode({ type: 'frame', camera: 1, key: true, sequence: sent++, capturedAt: 0, payload: PICTURE }));
	};
	viewer.on('message', (data: Buffer) => {
		for (const message of decode(data)) {
			if (message.type === 'announce' && message.name === 'good') camera = message.camera;
			if (message.type !== 'frame' || message.camera !== camera) continue;
			seen.add(message.sequence);
			viewer.send(encode({ type: 'ack', camera, sequence: message.sequence, ageMs: undefined }));
			setImmediate(next);
		}
	});
	viewer.send(encode({ type: 'watch', cameras: ['good', 'bad', 'seed'] }));
	const facts = { title: '', width: 16, height: 16, stream: 0, capabilities: [] };
	agent.send(encode({ type: 'announce', camera: 1, name: 'good', codec: 'jpeg', ...facts }));
	next();
	await attack();
	goOn = false;
	const wanted = sent;
	while (agent.readyState === WebSocket.OPEN && seen.size < wanted)
		await new Promise((resolve) => setTimeout(resolve, 5));
	const stillThere = agent.readyState === WebSocket.OPEN && viewer.readyState === WebSocket.OPEN;
	agent.terminate();
	viewer.terminate();
	return { sent: stillThere ? wanted : -1, seen: seen.size };
}

describe('a relay under attack', () => {
	it.each([
		['agents with bad manners', (random: Random) => throwAt('/agent', victimKey, packets(random, ROUNDS * 2))],
		['viewers with bad manners', (random: Random) => throwAt('/live', token, packets(random, ROUNDS * 2))],
		[
			'uploads of anything',
			async (random: Random) => {
				for (let round = 0; round < ROUNDS; round++) await upload(mutated(random, [PICTURE]));
			},
		],
		[
			'uploads of H.264 that goes wrong',
			async (random: Random) => {
				const [header = PICTURE, ...tags] = flv();
				for (let round = 0; round < ROUNDS; round++) {
					await upload(concat([FILM[0] ?? PICTURE, mutated(random, FILM)]));
					await upload(concat([header, mutated(random, tags)]));
				}
			},
		],
		[
			'agents that announce H.264 and send anything, while somebody watches',
			async (random: Random) => {
				const stop = watchFilm();
				for (let round = 0; round < ROUNDS; round++) await throwAt('/agent', victimKey, filmPackets(random));
				stop();
			},
		],
		[
			'senders of anything at the seed’s port',
			async (random: Random) => {
				const good = [encodeLengthPrefixed(PICTURE), new Uint8Array(4)];
				for (let round = 0; round < ROUNDS; round++) {
					await throwInto(relay.seedPort ?? 0, mutated(random, good), random);
				}
			},
		],
		[
			'bytes that are not even HTTP',
			async (random: Random) => {
				const good = ['GET / HTTP/1.1\r\n', 'host: x\r\n', 'content-length: 9\r\n', '\r\n', 'upgrade: websocket\r\n'];
				for (let round = 0; round < ROUNDS; round++) {
					await throwInto(
						relay.port,
						mutated(
							random,
							good.map((line) => Buffer.from(line)),
						),
						random,
					);
				}
			},
		],
	])('by %s goes on as if nothing were, and nobody else loses a picture', async (_words, attack) => {
		const { sent, seen } = await meanwhile(() => attack(randomFrom(7)));
		expect(sent).toBeGreaterThan(5);
		expect(seen).toBe(sent);
	});
});

/** A conversation that begins as it should, with pictures that may be none, and flags that may lie. */
function* filmPackets(random: Random): Generator<Uint8Array> {
	const facts = { title: '', stream: 0, capabilities: ['key-frame'] };
	yield encode({ type: 'announce', camera: 1, name: 'bad', ...FILM_FORMAT, ...facts });
	for (let sequence = 0; sequence < 8; sequence++) {
		const good = FILM[random(FILM.length)] ?? PICTURE;
		const mixed = annexBOf(nalUnitsOf(good).map((nal) => (random(3) === 0 ? mutated(random, [nal]) : nal)));
		const payload = [good, mixed, mutated(random, FILM), PICTURE][random(4)] ?? good;
		yield encode({ type: 'frame', camera: 1, key: random(2) === 0, sequence, capturedAt: random(99), payload });
		if (random(4) === 0)
			yield encode({ type: 'poster', camera: 1, capturedAt: 0, payload: mutated(random, [PICTURE]) });
	}
}

/** Asks for stream.mp4 of the attacked camera again and again, whatever the answer; gives what ends that. */
function watchFilm(): () => void {
	let goOn = true;
	let call: ReturnType<typeof request> | undefined;
	const next = () => {
		const headers = { authorization: `Bearer ${token}` };
		call = request({ port: relay.port, path: '/cameras/bad/stream.mp4', headers, agent: false });
		call.on('response', (response) => response.on('error', () => {}).resume());
		call.on('error', () => {}).on('close', () => goOn && setTimeout(next, 5));
		call.end();
	};
	next();
	return () => {
		goOn = false;
		call?.destroy();
	};
}

function* packets(random: Random, count: number): Generator<Uint8Array | string> {
	for (let round = 0; round < count; round++) yield random(20) === 0 ? 'text' : mutated(random, corpus);
}
