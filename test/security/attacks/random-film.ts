import { request } from 'node:http';
import { concat } from '@oriel/base';
import {
	annexBOf,
	blankYuvImage,
	buildAvcc,
	encodeJpeg,
	mp4NalUnits,
	nalUnitsOf,
	toLengthPrefixed,
} from '@oriel/media';
import { encode } from '@oriel/protocol';
import { H264Encoder } from '@oriel/testcard';
import type { Target } from '@oriel/testing/attack';
import { mutated, type Random } from './random-bytes.ts';

const PICTURE = encodeJpeg(blankYuvImage(16, 16), { quality: 50 });

/** Pictures of H.264 in Annex B. */
export const FILM: readonly Uint8Array[] = film(['key', 'delta', 'delta', 'key', 'delta']);
const FILM_FORMAT = { codec: 'h264', width: 64, height: 64 } as const;

/** The same as an FLV stream, a piece a tag. */
export const FLV: readonly Uint8Array[] = flv();

function film(kinds: readonly ('key' | 'delta')[]): Uint8Array[] {
	const encoder = new H264Encoder({ width: 64, height: 64, framesPerSecond: 10 });
	return kinds.map((kind, index) => {
		const picture = blankYuvImage(64, 64);
		picture.y.fill(40 * index);
		return encoder.encode(picture, { forceKey: kind === 'key' }).annexB;
	});
}

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

/** A connection that begins as it should, with pictures that may be none, and flags that may lie. */
export function* filmPackets(random: Random, { hostileCamera }: Target): Generator<Uint8Array> {
	const facts = { title: '', stream: 0, capabilities: ['key-frame'] };
	yield encode({ type: 'announce', camera: 1, name: hostileCamera, ...FILM_FORMAT, ...facts });
	for (let sequence = 0; sequence < 8; sequence++) {
		const good = FILM[random(FILM.length)] ?? PICTURE;
		const mixed = annexBOf(nalUnitsOf(good).map((nal) => (random(3) === 0 ? mutated(random, [nal]) : nal)));
		const data = [good, mixed, mutated(random, FILM), PICTURE][random(4)] ?? good;
		yield encode({ type: 'frame', camera: 1, key: random(2) === 0, sequence, capturedAt: random(99), data });
		if (random(4) === 0) yield encode({ type: 'poster', camera: 1, capturedAt: 0, data: mutated(random, [PICTURE]) });
	}
}

/** Asks for stream.mp4 of the attacked camera again and again, whatever the answer; gives what ends that. */
export function watchFilm({ port, token, hostileCamera }: Target): () => void {
	let goOn = true;
	let call: ReturnType<typeof request> | undefined;
	let timer: NodeJS.Timeout | undefined;
	const next = () => {
		const headers = { authorization: `Bearer ${token}` };
		const path = `/cameras/${hostileCamera}/stream.mp4`;
		call = request({ host: '127.0.0.1', port, path, headers, agent: false });
		call.on('response', (response) => response.on('error', () => {}).resume());
		call
			.on('error', () => {})
			.on('close', () => {
				if (goOn) timer = setTimeout(next, 5);
			});
		call.end();
	};
	next();
	return () => {
		goOn = false;
		clearTimeout(timer);
		call?.destroy();
	};
}
