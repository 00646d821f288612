import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { concat } from '@oriel/base';
import { encodeJpeg, inspectJpeg, JpegScanner, thumbnailOf, withHuffmanTables, type YuvImage } from '@oriel/media';
import { cameraId, readTimeCode, TestPattern } from '@oriel/testcard';
import { describe, expect, it } from 'vitest';

const MOMENT = { time: 1_795_341_727_123_456, sequence: 77, clockText: '14:02:07.123' };

/** ffmpeg says this of its own name for full-range pictures, whatever the input is. */
const OWN_MATTER = 'deprecated pixel format used';

/** Runs ffmpeg on `input`. It must not have a word to say about it. */
function ffmpeg(input: Uint8Array, options: readonly string[]): Promise<Uint8Array> {
	return new Promise((resolve, reject) => {
		const argv = ['-hide_banner', '-nostdin', '-loglevel', 'warning', ...options, 'pipe:1'];
		const limits = { encoding: 'buffer', maxBuffer: 64 << 20 } as const;
		const child = execFile('ffmpeg', argv, limits, (failure, stdout, stderr) => {
			const complaints = stderr
				.toString()
				.split('\n')
				.filter((line) => line !== '' && !line.includes(OWN_MATTER));
			if (failure || complaints.length > 0) reject(new Error(`ffmpeg: ${complaints} ${failure ?? ''}`));
			else resolve(stdout);
		});
		child.stdin?.end(input);
	});
}

const decode = (jpeg: Uint8Array, format: string) =>
	ffmpeg(jpeg, ['-f', 'mjpeg', '-i', 'pipe:0', '-pix_fmt', format, '-f', 'rawvideo']);

/** A gradient, diagonal lines, hard edges and colour, at a size that fills no block. */
function motley(width: number, height: number): YuvImage {
	const halfWidth = Math.ceil(width / 2);
	const chroma = halfWidth * Math.ceil(height / 2);
	const y = Uint8Array.from({ length: width * height }, (_, at) => {
		const column = at % width;
		const row = Math.floor(at / width);
		return row < 20 ? column * 2 : (column + row) % 24 < 12 ? 40 : 210;
	});
	const cb = Uint8Array.from({ length: chroma }, (_, at) => 90 + (at % halfWidth));
	const cr = Uint8Array.from({ length: chroma }, (_, at) => 170 - Math.floor(at / halfWidth));
	return { width, height, y, cb, cr };
}

function worst(a: Uint8Array, b: Uint8Array): number {
	expect(a.length).toBe(b.length);
	return a.reduce((most, sample, at) => Math.max(most, Math.abs(sample - (b[at] ?? 0))), 0);
}

function mean(a: Uint8Array, b: Uint8Array): number {
	return a.reduce((sum, sample, at) => sum + Math.abs(sample - (b[at] ?? 0)), 0) / a.length;
}

/** In decibels: how near two planes are. */
function psnr(a: Uint8Array, b: Uint8Array): number {
	expect(a.length).toBe(b.length);
	const squares = a.reduce((sum, sample, at) => sum + (sample - (b[at] ?? 0)) ** 2, 0);
	return 10 * Math.log10((255 * 255 * a.length) / Math.max(1, squares));
}

/**
 * How near the thumbnail of `jpeg` is to what ffmpeg makes of it with its area scaler, for Y, Cb and Cr. The last
 * blocks are left out on both sides: they are only in part inside the picture.
 */
async function nearness(jpeg: Uint8Array): Promise<number[]> {
	const size = inspectJpeg(jpeg);
	const thumbnail = thumbnailOf(jpeg);
	if (!size || !thumbnail) throw new Error('no thumbnail');
	const [width, height] = [2 * Math.floor(size.width / 16), 2 * Math.floor(size.height / 16)];
	const ends = [width * height, (width * height * 5) / 4, (width * height * 3) / 2];
	const full = `crop=${width * 8}:${height * 8}:0:0`;
	const planes = async (input: Uint8Array, filters: string) => {
		const options = [
			'-f',
			'mjpeg',
			'-i',
			'pipe:0',
			'-vf',
			`${filters},format=yuvj420p`,
			'-loglevel',
			'error',
			'-f',
			'rawvideo',
		];
		const samples = await ffmpeg(input, options);
		return ends.map((end, index) => samples.subarray(ends[index - 1] ?? 0, end));
	};
	const wanted = await planes(jpeg, `${full},scale=${width}:${height}:flags=area`);
	const seen = await planes(thumbnail, `crop=${width}:${height}:0:0`);
	return wanted.map((plane, index) => psnr(plane, seen[index] ?? new Uint8Array(0)));
}

describe('our JPEG and the real ffmpeg', () => {
	// None smaller: of some tiny pictures, its own included, ffmpeg 5.1 wrongly says that their EOI is missing.
	it.each([
		[64, 48],
		[101, 75],
		[200, 137],
		[33, 160],
	])('decodes %dx%d to what was encoded, without a warning', async (width, height) => {
		const picture = motley(width, height);
		const planes = concat([picture.y, picture.cb, picture.cr]);
		expect(worst(await decode(encodeJpeg(picture, { quality: 100 }), 'yuvj420p'), planes)).toBeLessThanOrEqual(3);
		expect(mean(await decode(encodeJpeg(picture, { quality: 75 }), 'yuvj420p'), planes)).toBeLessThan(6);
	});

	it('takes padding of any length', async () => {
		const picture = motley(64, 48);
		const bare = encodeJpeg(picture, { quality: 80 });
		const wanted = await decode(bare, 'yuvj420p');
		for (const extra of [1, 3, 4, 70_000]) {
			const padded = encodeJpeg(picture, { quality: 80, padTo: bare.length + extra });
			expect(await decode(padded, 'yuvj420p')).toEqual(wanted);
		}
	});

	it('finds in our tables what it has in its own', async () => {
		const source = ['-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=5:duration=1'];
		const stream = await ffmpeg(new Uint8Array(), [...source, '-c:v', 'mjpeg', '-huffman', 'default', '-f', 'mjpeg']);
		const pictures = new JpegScanner({ maxBytes: 1 << 20 }).push(stream);
		expect(pictures).toHaveLength(5);
		for (const { bytes, width, height } of pictures) {
			const bare = inspectJpeg(withoutTables(bytes));
			if (!bare) throw new Error('not a picture');
			expect(bare).toMatchObject({ width, height, hasHuffmanTables: false });
			const pixels = await decode(withHuffmanTables(bare), 'yuvj420p');
			expect(pixels).toEqual(await decode(bytes, 'yuvj420p'));
		}
	});

	it.each([
		[160, 120, 40],
		[640, 480, 25],
		[1280, 720, 50],
	])('leaves the time code of a test picture of %dx%d readable at quality %d', async (width, height, quality) => {
		const picture = new TestPattern({ width, height, title: 'Garden', camera: 'garden' }).paint(MOMENT);
		const rgba = await decode(encodeJpeg(picture, { quality }), 'rgba');
		const { time, sequence } = MOMENT;
		expect(readTimeCode({ width, height, rgba })).toEqual({ time, sequence, camera: cameraId('garden') });
	});

	it.each([
		['yuvj420p', ['-huffman', 'optimal']],
		['yuvj422p', ['-huffman', 'default']],
		['yuvj444p', ['-huffman', 'optimal']],
	])('makes the thumbnail of a %s picture that ffmpeg would make', async (format, huffman) => {
		for (const source of ['mandelbrot', 'testsrc2', 'smptehdbars']) {
			const lavfi = ['-f', 'lavfi', '-i', `${source}=size=1280x720:rate=1`, '-frames:v', '1', '-pix_fmt', format];
			const jpeg = await ffmpeg(new Uint8Array(), [...lavfi, '-c:v', 'mjpeg', '-q:v', '4', ...huffman, '-f', 'mjpeg']);
			expect(thumbnailOf(jpeg)?.length).toBeLessThan(8192);
			const [luma = 0, blue = 0, red = 0] = await nearness(jpeg);
			expect(luma, `${source}: Y`).toBeGreaterThan(33);
			expect(Math.min(blue, red), `${source}: Cb, Cr`).toBeGreaterThan(29);
		}
	});

	it.each(['progressive', 'progressive-planes', 'planes', '411-restarts', '440', 'grey'])(
		'makes the thumbnail of libjpeg’s %s.jpg that ffmpeg would make',
		async (name) => {
			const [luma = 0, ...chroma] = await nearness(readFileSync(`test/vectors/jpeg/${name}.jpg`));
			expect(luma).toBeGreaterThan(33);
			expect(Math.min(...chroma)).toBeGreaterThan(25); // 4:1:1 has one mean of colour for 32x8 pixels
		},
	);

	it('makes a thumbnail of our own picture, and ffmpeg has no complaint', async () => {
		const picture = new TestPattern({ width: 1280, height: 720, title: 'Garden', camera: 'garden' }).paint(MOMENT);
		const [luma = 0] = await nearness(encodeJpeg(picture, { quality: 80 }));
		expect(luma).toBeGreaterThan(30);
	});

	it('leaves the time code readable after H.264 at a low bitrate', async () => {
		const jpeg = encodeJpeg(new TestPattern({ width: 640, height: 480, title: 'G', camera: 'g' }).paint(MOMENT), {
			quality: 70,
		});
		const codec = ['-vf', 'format=yuv420p,scale=out_range=tv', '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '38'];
		const h264 = await ffmpeg(jpeg, ['-f', 'mjpeg', '-i', 'pipe:0', ...codec, '-loglevel', 'error', '-f', 'h264']);
		const rgba = await ffmpeg(h264, ['-f', 'h264', '-i', 'pipe:0', '-pix_fmt', 'rgba', '-f', 'rawvideo']);
		expect(readTimeCode({ width: 640, height: 480, rgba })?.time).toBe(MOMENT.time);
	});
});

/** The picture as a USB camera would send it: every DHT segment before the scan cut out. */
function withoutTables(bytes: Uint8Array): Uint8Array {
	const kept = [bytes.subarray(0, 2)];
	let at = 2;
	while (bytes[at + 1] !== 0xda) {
		const end = at + 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0);
		if (bytes[at + 1] !== 0xc4) kept.push(bytes.subarray(at, end));
		at = end;
	}
	return concat([...kept, bytes.subarray(at)]);
}
