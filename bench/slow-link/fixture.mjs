import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccessUnitAssembler, encodeJpeg } from '../../packages/media/dist/index.js';
import { TestPattern } from '../../packages/testcard/dist/index.js';

export const FPS = 24;
export const SIZE = { width: 640, height: 480 };
export const JPEG_BYTES = 25_000;
export const H264_BITS_PER_SECOND = 3e6;
/** A key frame every second. */
export const GROUP_SECONDS = 1;
/** Of the streams that are larger than their link, by the length of their groups. */
export const GOP_FPS = 30;
/** After this many seconds it begins again: longer than the oldest picture that an acceptable sender delivers. */
const LOOP_SECONDS = 20;
/** Tells pictures apart: the time code is at the bottom, so the last bytes of a picture are its own. */
const TAIL_BYTES = 48;
const VERSION = 3;

/**
 * Pictures made ahead of time, to be played in real time.
 * @typedef {object} Fixture
 * @property {'jpeg' | 'h264'} codec
 * @property {number} fps
 * @property {Buffer[]} units
 */

/** @returns {Fixture} */
export function loadFixture(file) {
	const { codec, fps, lengths } = JSON.parse(readFileSync(`${file}.json`, 'utf8'));
	const bytes = readFileSync(file);
	const units = [];
	let at = 0;
	for (const length of lengths) {
		units.push(bytes.subarray(at, at + length));
		at += length;
	}
	return { codec, fps, units };
}

/** Which picture of a fixture a payload is. @param {Uint8Array} payload */
export function tailOf(payload) {
	return Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString(
		'latin1',
		payload.length - TAIL_BYTES,
	);
}

/** Makes both fixtures unless they are there, and tells where they are. */
export async function makeFixtures(cache, say) {
	const folder = join(cache, 'slow-link');
	mkdirSync(folder, { recursive: true });
	const files = { jpeg: join(folder, `jpeg-${VERSION}`), h264: join(folder, `h264-${VERSION}`) };
	await keep(files.jpeg, { codec: 'jpeg', fps: FPS }, say, makeJpegs);
	const stream = { fps: FPS, bitsPerSecond: H264_BITS_PER_SECOND, groupSeconds: GROUP_SECONDS, detail: 0, noise: 24 };
	await keep(files.h264, { codec: 'h264', fps: FPS }, say, () => makeH264(stream));
	return files;
}

/**
 * Makes a stream with groups of that length, as a camera that looks at something still does: key frames are many times
 * as large as the others. Tells where it is.
 */
export async function makeGroups(cache, { megabits, groupSeconds }, say) {
	const folder = join(cache, 'slow-link');
	mkdirSync(folder, { recursive: true });
	const file = join(folder, `groups-${megabits}-${groupSeconds}-${VERSION}`);
	const stream = { fps: GOP_FPS, bitsPerSecond: megabits * 1e6, groupSeconds, detail: 60, noise: 3 * megabits };
	await keep(file, { codec: 'h264', fps: GOP_FPS }, say, () => makeH264(stream));
	return file;
}

async function keep(file, { codec, fps }, say, make) {
	if (existsSync(`${file}.json`)) return;
	say(`Making ${LOOP_SECONDS} s of ${codec} pictures …`);
	const units = await make();
	requireTails(units);
	writeFileSync(file, Buffer.concat(units));
	writeFileSync(`${file}.json`, JSON.stringify({ codec, fps, lengths: units.map(({ length }) => length) }));
}

function requireTails(units) {
	if (new Set(units.map(tailOf)).size < units.length) throw new Error('Two pictures of a fixture end alike');
}

function* paint(fps) {
	const pattern = new TestPattern({ ...SIZE, title: 'Slow link', camera: 'slow-link' });
	for (let sequence = 0; sequence < fps * LOOP_SECONDS; sequence++) {
		const time = Math.round((sequence * 1e6) / fps);
		yield pattern.paint({ time, sequence, clockText: (time / 1e6).toFixed(3) });
	}
}

async function makeJpegs() {
	return Array.from(paint(FPS), (picture) => Buffer.from(encodeJpeg(picture, { quality: 60, padTo: JPEG_BYTES })));
}

/**
 * By a real encoder, as cameras do it. Detail that stays gives it something to spend the bits of key frames on, and noise
 * those of the others; the time code stays clean.
 */
async function makeH264({ fps, bitsPerSecond, groupSeconds, detail, noise }) {
	const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuvj420p', '-s', `${SIZE.width}x${SIZE.height}`, '-r', `${fps}`];
	const kilobits = `${bitsPerSecond / 1000}k`;
	const rate = ['-b:v', kilobits, '-maxrate', kilobits, '-bufsize', `${bitsPerSecond / 3000}k`];
	const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-profile:v', 'baseline'];
	const groups = ['-g', `${fps * groupSeconds}`, '-keyint_min', `${fps * groupSeconds}`, '-sc_threshold', '0'];
	const args = ['-v', 'error', ...raw, '-i', '-', ...x264, ...rate, ...groups, '-f', 'h264', '-'];
	const ffmpeg = spawn('ffmpeg', args, { stdio: ['pipe', 'pipe', 'inherit'] });
	const assembler = new AccessUnitAssembler({ maxBytes: 4 * 1024 * 1024 });
	const units = [];
	ffmpeg.stdout.on('data', (chunk) => units.push(...assembler.push(chunk)));
	const random = randomNumbers(1);
	const still = Array.from({ length: SIZE.width * SIZE.height }, () => (detail ? (random() % detail) - detail / 2 : 0));
	for (const { y, cb, cr } of paint(fps)) {
		for (let at = SIZE.width * 40; at < SIZE.width * (SIZE.height - 48); at++) {
			y[at] = Math.max(16, Math.min(235, y[at] + still[at] + (random() % noise) - noise / 2));
		}
		for (const plane of [y, cb, cr]) if (!ffmpeg.stdin.write(Buffer.from(plane))) await once(ffmpeg.stdin, 'drain');
	}
	ffmpeg.stdin.end();
	const [code] = await once(ffmpeg, 'close');
	if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
	units.push(...assembler.flush());
	if (units.length !== fps * LOOP_SECONDS) throw new Error(`ffmpeg made ${units.length} pictures`);
	return units.map(({ annexB }) => Buffer.from(annexB));
}

/** xorshift32: the same noise each time. */
function randomNumbers(seed) {
	let state = seed;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return state >>> 1;
	};
}

/** Whether there is an ffmpeg that can do this. */
export function hasFfmpeg() {
	return spawnSync('ffmpeg', ['-version']).status === 0;
}
