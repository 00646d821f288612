// Input that begins well and goes wrong somewhere. `rounds` bounds it for a test; the same rounds send the same bytes.
import { setMaxListeners } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { blankYuvImage, encodeJpeg } from '@oriel/media';
import { encodeLengthPrefixed } from '@oriel/protocol';
import type { Attack, Target } from '@oriel/testing/attack';
import vectors from '../../vectors/wire.json' with { type: 'json' };
import { mutated, type Random, randomFrom } from './random-bytes.ts';
import { FILM, FLV, filmPackets, watchFilm } from './random-film.ts';
import { throwAt } from './random-socket.ts';

const PICTURE = encodeJpeg(blankYuvImage(16, 16), { quality: 50 });
const MESSAGES: readonly Uint8Array[] = vectors.map(({ hex }) => Uint8Array.from(Buffer.from(hex, 'hex')));
const HTTP_LINES: readonly Uint8Array[] = [
	'GET / HTTP/1.1\r\n',
	'host: x\r\n',
	'content-length: 9\r\n',
	'\r\n',
	'upgrade: websocket\r\n',
].map((line) => Buffer.from(line));
const LENGTH_PREFIXED = [encodeLengthPrefixed(PICTURE), new Uint8Array(4)];

/** Attacks of at most so many rounds. */
export function randomInput(rounds: number): Readonly<Record<string, Attack>> {
	const each = (round: (target: Target, random: Random, signal: AbortSignal) => Promise<void>): Attack => {
		return async (target, signal) => {
			// One for each request under way, which is no leak.
			setMaxListeners(0, signal);
			const random = randomFrom(7);
			for (let count = 0; count < rounds && !signal.aborted; count++) await round(target, random, signal);
		};
	};
	return {
		randomAgents: each(({ port, key }, random, signal) => throwAt(port, '/agent', key, packets(random), signal)),
		randomViewers: each(({ port, token }, random, signal) => throwAt(port, '/live', token, packets(random), signal)),
		randomUploads: each((target, random, signal) => upload(target, mutated(random, [PICTURE]), signal)),
		randomH264Uploads: each(async (target, random, signal) => {
			const [header = PICTURE, ...tags] = FLV;
			await upload(target, Buffer.concat([FILM[0] ?? PICTURE, mutated(random, FILM)]), signal);
			await upload(target, Buffer.concat([header, mutated(random, tags)]), signal);
		}),
		randomFilms: async (target, signal) => {
			const stop = watchFilm(target);
			const { port, key } = target;
			await each((_, random) => throwAt(port, '/agent', key, filmPackets(random, target), signal))(target, signal);
			stop();
		},
		randomBytes: each(({ port }, random, signal) => throwInto(port, mutated(random, HTTP_LINES), random, signal)),
		randomSeeds: each(({ seedPort, port }, random, signal) =>
			throwInto(seedPort ?? port, mutated(random, LENGTH_PREFIXED), random, signal),
		),
	};
}

/** Twenty messages, some of which are text. */
function* packets(random: Random): Generator<Uint8Array | string> {
	for (let count = 0; count < 20; count++) yield random(20) === 0 ? 'text' : mutated(random, MESSAGES);
}

/** Writes `bytes` to a connection of its own in odd pieces, and leaves. */
function throwInto(port: number, bytes: Uint8Array, random: Random, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const socket = connect({ port, host: '127.0.0.1', signal });
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

function upload({ port, hostileCamera, key }: Target, body: Uint8Array, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const headers = { authorization: `Bearer ${key}` };
		const path = `/cameras/${hostileCamera}/ingest`;
		const call = request({ host: '127.0.0.1', port, path, method: 'PUT', headers, agent: false, signal });
		call.on('response', (response) => response.on('error', () => {}).resume());
		call.on('error', () => {}).on('close', () => resolve());
		call.end(body);
	});
}
