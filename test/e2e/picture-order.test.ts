import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat } from '@oriel/base';
import {
	AccessUnitAssembler,
	annexBOf,
	buildAvcc,
	fragment,
	initSegment,
	type MediaUnit,
	mp4NalUnits,
	NAL,
	nalType,
	nalUnitsOf,
	openReader,
	type ParsedUnit,
	TimedReader,
} from '@oriel/media';
import { fieldPictures } from '@oriel/testing/field-pictures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const LIMITS = { maxBytes: 4 << 20 };
const FRAME = 40_000;
const FRAMES = 60;

let folder = '';
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'oriel-order-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(program: string, args: readonly string[]): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const options = { encoding: 'buffer', maxBuffer: 1 << 28 } as const;
		execFile(program, ['-hide_banner', '-loglevel', 'fatal', ...args], options, (failure, stdout, stderr) => {
			if (failure) reject(new Error(`${program} ${args.join(' ')}: ${stderr} ${failure}`));
			else resolve(stdout);
		});
	});
}

let files = 0;
async function file(bytes: Uint8Array, ending: string): Promise<string> {
	const path = join(folder, `${files++}.${ending}`);
	await writeFile(path, bytes);
	return path;
}

function x264(args: readonly string[], format = 'h264', size = '320x180', frames = FRAMES): Promise<Buffer> {
	const source = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25`, '-frames:v', `${frames}`];
	return run('ffmpeg', [...source, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', ...args, '-f', format, '-']);
}

/** Checksums of all pictures in the order in which ffmpeg shows them. */
async function picturesOf(bytes: Uint8Array, ending: string): Promise<string[]> {
	const path = await file(bytes, ending);
	const decode = ['-i', path, '-fps_mode', 'passthrough', '-f', 'framemd5', '-'];
	const lines = (await run('ffmpeg', decode)).toString().split('\n');
	return lines
		.filter((line) => line !== '' && !line.startsWith('#'))
		.map((line) => line.split(',').at(-1)?.trim() ?? '');
}

/** The frames of a bare stream that comes a picture at a time, at its rate. */
function play(stream: Uint8Array): MediaUnit[] {
	const assemble = new AccessUnitAssembler(LIMITS);
	const timed = new TimedReader(openReader('h264', LIMITS));
	const units = [...assemble.push(stream), ...assemble.flush()];
	return units.flatMap(({ annexB }, index) => [...timed.push(annexB, index * FRAME), ...timed.flush()]);
}

function mp4Of(frames: readonly MediaUnit[]): Uint8Array {
	const [first] = frames;
	const nals = nalUnitsOf(first?.data ?? new Uint8Array());
	const ofType = (type: number) => nals.filter((nal) => nalType(nal) === type);
	const { width = 0, height = 0 } = first?.format ?? {};
	const init = initSegment({ avcc: buildAvcc(ofType(NAL.sps), ofType(NAL.pps)), width, height, timescale: 1_000_000 });
	const fragments = frames.map(({ key, data, capturedAt, presentationOffset = 0 }, index) =>
		fragment({
			...{ sequence: index + 1, decodeTime: 1_000_000 + capturedAt, duration: FRAME, key },
			...{ nals: mp4NalUnits(data), compositionOffset: presentationOffset },
		}),
	);
	return concat([init, ...fragments]);
}

/** What ffprobe finds in a file, by the names of its entries. */
async function probe(path: string, entries: string): Promise<Record<string, Record<string, string | number>[]>> {
	return JSON.parse((await run('ffprobe', ['-i', path, '-show_entries', entries, '-of', 'json'])).toString());
}

const STREAMS: readonly (readonly [string, readonly string[]])[] = [
	['x264 as it is by default', []],
	['B-frames that none refers to', ['-x264-params', 'bframes=3:b-pyramid=none:b-adapt=0']],
	['a deep pyramid of B-frames', ['-x264-params', 'bframes=7:b-pyramid=normal:b-adapt=0:ref=6']],
	['a strict pyramid', ['-x264-params', 'bframes=5:b-pyramid=strict:b-adapt=0']],
	['open groups', ['-x264-params', 'open-gop=1:keyint=12:bframes=3']],
	['short groups with B-frames', ['-x264-params', 'keyint=5:bframes=3']],
	['interlaced macroblocks', ['-flags', '+ildct+ilme', '-x264-params', 'tff=1:bframes=3']],
	['a key frame that never comes again', ['-g', '9999']],
	['intra refresh', ['-x264-params', 'intra-refresh=1:bframes=2']],
	['four slices a picture', ['-x264-params', 'slices=4:bframes=3']],
	['delimiters', ['-x264-params', 'aud=1:bframes=3']],
	['no frame out of order', ['-tune', 'zerolatency']],
	['the Baseline profile', ['-profile:v', 'baseline']],
];

describe.each(STREAMS)('a stream with %s', (_what, args) => {
	it('plays as MP4 with every picture in its place and at its time', async () => {
		const stream = await x264(args);
		const frames = play(stream);
		expect(frames).toHaveLength(FRAMES);
		const mp4 = mp4Of(frames);
		expect(await picturesOf(mp4, 'mp4')).toEqual(await picturesOf(stream, 'h264'));
		const { frames: shown = [] } = await probe(await file(mp4, 'mp4'), 'frame=pts');
		// ffmpeg moves all times so that none is shown before it is decoded.
		const times = shown.map(({ pts }) => Number(pts) - Number(shown[0]?.pts));
		expect(times).toEqual(frames.map((_, index) => index * FRAME));
	});

	it('has in FLV the times that its muxer gives, and those are the times that its order tells', async () => {
		const bytes = await x264(args, 'flv');
		const reader = openReader('flv', LIMITS);
		const frames: ParsedUnit[] = reader.push(bytes);
		const { packets = [] } = await probe(await file(bytes, 'flv'), 'packet=pts,dts');
		const wanted = packets.map(({ pts, dts }) => 1000 * (Number(pts) - Number(dts)));
		expect(frames.map(({ presentationOffset = 0 }) => presentationOffset)).toEqual(wanted);
		const byOrder = play(await x264(args)).map(({ presentationOffset = 0 }) => presentationOffset);
		const delays = new Set(byOrder.map((offset, index) => (wanted[index] ?? 0) - offset));
		expect([...delays], 'the muxer delays all by the same').toHaveLength(1);
	});
});

describe('the shape of pictures', () => {
	it.each([
		['40:33', ['-vf', 'setsar=40/33'], '352x288'],
		['2:1', ['-vf', 'setsar=2'], '320x240'],
		['1:1', [], '320x180'],
		['1:1', [], '1920x1080'],
		['1:1', [], '426x238'],
	])('is that of the stream in MP4: pixels of %s', async (aspect, args, size) => {
		const mp4 = mp4Of(play(await x264([...args, '-g', '3'], 'h264', size, 5)));
		const { streams } = await probe(await file(mp4, 'mp4'), 'stream=width,height,sample_aspect_ratio');
		const [width, height] = size.split('x').map(Number);
		expect(streams).toEqual([{ width, height, sample_aspect_ratio: aspect }]);
	});
});

describe('two fields of a frame', () => {
	it.each([false, true])('are shown as one picture (bottom field first: %s)', async (isBottomFirst) => {
		const stream = annexBOf(fieldPictures(12, { isBottomFirst }));
		const frames = play(stream);
		expect(frames).toHaveLength(12);
		const pictures = await picturesOf(mp4Of(frames), 'mp4');
		expect(pictures).toEqual(await picturesOf(stream, 'h264'));
		expect(new Set(pictures).size).toBe(12);
	});
});
