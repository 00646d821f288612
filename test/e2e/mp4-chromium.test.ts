import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { concat, type Micros } from '@oriel/base';
import { AccessUnitAssembler, fragment, H264Stream, type H264Unit, initSegment, mp4NalUnits } from '@oriel/media';
import { cameraId, H264Encoder, readTimeCode, TestPattern } from '@oriel/testcard';
import { openBrowser } from '@oriel/testing/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const FPS = 25;
const TIMESCALE = 90_000;
const STEP = TIMESCALE / FPS;
const FRAMES = 30;
const EPOCH: Micros = 1_795_000_000_000_000;

const timeOf = (sequence: number): Micros => EPOCH + sequence * 40_000;

/** What goes over the wire for a viewer that plays through Media Source Extensions. */
interface Track {
	readonly type: string;
	readonly init: Uint8Array;
	readonly fragments: readonly Uint8Array[];
}

function patternFrames(width: number, height: number): H264Unit[] {
	const painter = new TestPattern({ width, height, title: 'Garden', camera: 'garden' });
	const encoder = new H264Encoder({ width, height, framesPerSecond: FPS });
	const stream = new H264Stream();
	const frames = Array.from({ length: FRAMES }, (_, sequence) => {
		const picture = painter.paint({ time: timeOf(sequence), sequence, clockText: `12:00:0${sequence / FPS}` });
		return stream.push(encoder.encode(picture, { forceKey: sequence === 20 }));
	});
	return frames.filter((frame) => frame !== undefined);
}

/** The same pattern through a real encoder with delimiters, SEI and four slices a picture, in High profile. */
async function x264Frames(width: number, height: number): Promise<H264Unit[]> {
	const raw = concat(patternFrames(width, height).map(({ annexB }) => annexB));
	const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-crf', '18'];
	const args = ['-loglevel', 'error', '-f', 'h264', '-framerate', `${FPS}`, '-i', '-', ...codec];
	const params = ['-x264-params', 'slices=4:aud=1', '-pix_fmt', 'yuv420p', '-f', 'h264', '-'];
	const child = promisify(execFile)('ffmpeg', [...args, ...params], { encoding: 'buffer', maxBuffer: 1 << 26 });
	child.child.stdin?.end(raw);
	const { stdout } = await child;
	const assembler = new AccessUnitAssembler({ maxBytes: 1 << 22 });
	const stream = new H264Stream();
	const units = [...assembler.push(stdout), ...assembler.flush()];
	return units.map((unit) => stream.push(unit)).filter((frame) => frame !== undefined);
}

function trackOf(frames: readonly H264Unit[]): Track {
	const [first] = frames;
	if (!first) throw new Error('no frames');
	const { codec, ...format } = first.format;
	const fragments = frames.map(({ key, annexB }, index) => {
		const nals = mp4NalUnits(annexB);
		return fragment({ sequence: index + 1, decodeTime: index * STEP, duration: STEP, key, nals });
	});
	return { type: `video/mp4; codecs="${codec}"`, init: initSegment({ ...format, timescale: TIMESCALE }), fragments };
}

/** Appends the track piece by piece, shows every frame by seeking to it, then plays all. Pixels come back as base64. */
async function watch(page: Page, { type, init, fragments }: Track) {
	const parts = [init, ...fragments].map((bytes) => Buffer.from(bytes).toString('base64'));
	return page.evaluate(
		async ({ type, parts, fps }) => {
			const video = document.createElement('video');
			video.muted = true;
			document.body.append(video);
			const source = new MediaSource();
			video.src = URL.createObjectURL(source);
			const once = (target: EventTarget, name: string) =>
				new Promise<void>((resolve, reject) => {
					target.addEventListener(name, () => resolve(), { once: true });
					video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true });
				});
			await once(source, 'sourceopen');
			const buffer = source.addSourceBuffer(type);
			for (const part of parts) {
				const done = once(buffer, 'updateend');
				buffer.appendBuffer(Uint8Array.from(atob(part), (letter) => letter.charCodeAt(0)));
				await done;
			}
			source.endOfStream();
			const canvas = document.createElement('canvas');
			canvas.width = video.videoWidth;
			canvas.height = video.videoHeight;
			const context = canvas.getContext('2d', { willReadFrequently: true });
			if (!context) throw new Error('no canvas');
			const look = () => {
				context.drawImage(video, 0, 0);
				const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
				let pixels = '';
				for (let at = 0; at < data.length; at += 8192) pixels += String.fromCharCode(...data.subarray(at, at + 8192));
				return btoa(pixels);
			};
			const shown: string[] = [];
			for (const index of [0, 1, 7, 19, 20, 29]) {
				const seeked = once(video, 'seeked');
				const drawn = new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()));
				video.currentTime = (index + 0.5) / fps;
				await seeked;
				await drawn;
				shown.push(look());
			}
			video.currentTime = 0;
			const times: number[] = [];
			const note = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
				times.push(mediaTime);
				video.requestVideoFrameCallback(note);
			};
			video.requestVideoFrameCallback(note);
			const ended = once(video, 'ended');
			await video.play();
			await ended;
			const { videoWidth: width, videoHeight: height, duration } = video;
			return { width, height, duration, shown, times, total: video.getVideoPlaybackQuality().totalVideoFrames };
		},
		{ type, parts, fps: FPS },
	);
}

/** Darkest and brightest of the time code: 16 and 235, unless a decoder took full range for limited or the reverse. */
function brightnessOf(pixels: string, width: number, height: number): [number, number] {
	const rgba = Buffer.from(pixels, 'base64');
	const greens = rgba.filter((_, at) => at % 4 === 1 && at > width * 4 * (height - 20));
	return [Math.min(...greens), Math.max(...greens)];
}

describe('our MP4 in the real Chromium', () => {
	const server = createServer((_request, response) => {
		response.setHeader('content-type', 'text/html').end('<!doctype html><title>mp4</title>');
	});
	let browser: Awaited<ReturnType<typeof openBrowser>>;
	let page: Page;

	beforeAll(async () => {
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		browser = await openBrowser(['--autoplay-policy=no-user-gesture-required']);
		page = await browser.newPage();
		await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
	});
	afterAll(async () => {
		await browser.close();
		server.close();
	});

	it.each([
		['our own H.264', 640, 480, async () => patternFrames(640, 480)],
		['our own H.264, cropped', 328, 248, async () => patternFrames(328, 248)],
		['four slices of x264 in High profile', 640, 360, () => x264Frames(640, 360)],
	])(
		'%s of %dx%d plays through Media Source Extensions, every frame in its place',
		async (_name, width, height, make) => {
			const frames = await make();
			expect(frames).toHaveLength(FRAMES);
			const seen = await watch(page, trackOf(frames));
			expect([seen.width, seen.height]).toEqual([width, height]);
			expect(seen.duration).toBeCloseTo(FRAMES / FPS, 3);
			const codes = seen.shown.map((pixels) => readTimeCode({ width, height, rgba: Buffer.from(pixels, 'base64') }));
			const camera = cameraId('garden');
			const wanted = [0, 1, 7, 19, 20, 29].map((sequence) => ({ time: timeOf(sequence), sequence, camera }));
			expect(codes).toEqual(wanted);
			expect(brightnessOf(seen.shown[0] ?? '', width, height)).toEqual([
				expect.closeTo(16, -0.7),
				expect.closeTo(235, -0.7),
			]);
			// Played in order and to the end; a busy machine may show fewer than there are.
			expect(seen.times.length).toBeGreaterThan(FRAMES / 3);
			expect([...seen.times]).toEqual([...seen.times].sort((a, b) => a - b));
			expect(seen.times.at(-1)).toBeCloseTo((FRAMES - 1) / FPS, 3);
			expect(seen.total).toBeGreaterThanOrEqual(FRAMES);
		},
	);

	it('our own H.264 decodes in WebCodecs, one picture for each chunk, without waiting for the next', async () => {
		const frames = patternFrames(640, 480);
		const chunks = frames.map(({ key, annexB }) => ({ key, bytes: Buffer.from(annexB).toString('base64') }));
		const seen = await page.evaluate(
			async ({ chunks, codec }) => {
				const outputs: number[] = [];
				const waiting: Array<() => void> = [];
				const decoder = new VideoDecoder({
					output: (frame) => {
						outputs.push(frame.timestamp, frame.displayWidth, frame.displayHeight);
						frame.close();
						waiting.shift()?.();
					},
					error: (failure) => outputs.push(Number.NaN, failure.code),
				});
				decoder.configure({ codec, optimizeForLatency: true });
				for (const [index, { key, bytes }] of chunks.entries()) {
					const data = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
					const decoded = new Promise<void>((resolve, reject) => {
						waiting.push(resolve);
						setTimeout(() => reject(new Error(`chunk ${index} gave no picture`)), 5000);
					});
					decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp: index, data }));
					await decoded;
				}
				return outputs;
			},
			{ chunks, codec: frames[0]?.format.codec ?? '' },
		);
		expect(seen).toEqual(frames.flatMap((_, index) => [index, 640, 480]));
	});

	it('ffprobe finds every frame with its time', async () => {
		const { init, fragments } = trackOf(patternFrames(320, 240));
		const show = ['-show_entries', 'frame=pkt_dts,key_frame,width,height', '-of', 'csv=p=0', '-'];
		const child = promisify(execFile)('ffprobe', ['-loglevel', 'error', '-show_frames', ...show]);
		child.child.stdin?.end(concat([init, ...fragments]));
		const { stdout, stderr } = await child;
		expect(stderr).toBe('');
		const wanted = Array.from({ length: FRAMES }, (_, at) => `${Number(at % 20 === 0)},${at * STEP},320,240`);
		expect(
			stdout
				.trim()
				.split('\n')
				.map((line) => line.replace(/,+$/, '')),
		).toEqual(wanted);
	});
});
