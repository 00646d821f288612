import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat } from '@oriel/base';
import {
	AccessUnitAssembler,
	annexBOf,
	blankYuvImage,
	FlvReader,
	type FlvVideo,
	fragment,
	H264Stream,
	type H264Unit,
	initSegment,
	mp4NalUnits,
	nalType,
	nalUnitsOf,
	type YuvImage,
} from '@oriel/media';
import { H264Encoder, TestPattern } from '@oriel/testcard';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAX_BYTES = 4 << 20;
const ZEROLATENCY = ['-preset', 'ultrafast', '-tune', 'zerolatency'];

let folder = '';
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'oriel-h264-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(program: string, args: readonly string[]): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const options = { encoding: 'buffer', maxBuffer: 1 << 28 } as const;
		execFile(program, ['-hide_banner', '-loglevel', 'error', ...args], options, (failure, stdout, stderr) => {
			if (failure || stderr.length > 0) reject(new Error(`${program} ${args.join(' ')}: ${stderr} ${failure ?? ''}`));
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

/** A moving picture as H.264 in Annex B. */
function x264(codec: readonly string[], size = '160x120', frames = 12): Promise<Buffer> {
	const source = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25`, '-frames:v', `${frames}`];
	return run('ffmpeg', [...source, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-g', '5', ...codec, '-f', 'h264', '-']);
}

interface Packet {
	readonly key: boolean;
	readonly bytes: Uint8Array;
}

/** What ffprobe finds in a stream, without what Oriel leaves out on purpose. */
async function packetsOf(stream: Uint8Array): Promise<Packet[]> {
	const path = await file(stream, 'h264');
	const show = ['-show_entries', 'packet=pos,size,flags', '-of', 'json'];
	const { packets } = JSON.parse((await run('ffprobe', ['-f', 'h264', '-i', path, ...show])).toString()) as {
		packets: Array<{ pos: string; size: string; flags: string }>;
	};
	return packets.map(({ pos, size, flags }) => {
		const bytes = stream.subarray(Number(pos), Number(pos) + Number(size));
		const kept = nalUnitsOf(bytes).filter((nal) => nalType(nal) <= 8);
		return { key: flags.startsWith('K'), bytes: annexBOf(kept) };
	});
}

async function decodedFrames(stream: Uint8Array, format: string): Promise<number> {
	const path = await file(stream, format);
	const show = ['-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0'];
	return Number((await run('ffprobe', ['-f', format, '-i', path, ...show])).toString().split(',')[0]?.trim());
}

/** The stream in pieces of these sizes, over and over, with a flush at the end. */
function assemble(stream: Uint8Array, sizes: readonly number[]): Packet[] {
	const assembler = new AccessUnitAssembler({ maxBytes: MAX_BYTES });
	const units = [];
	for (let at = 0, turn = 0; at < stream.length; turn++) {
		const size = sizes[turn % sizes.length] ?? 1;
		units.push(...assembler.push(stream.subarray(at, at + size)));
		at += size;
	}
	units.push(...assembler.flush());
	expect([assembler.skippedBytes, assembler.orphanNals, assembler.forbiddenNals, assembler.pendingBytes]).toEqual([
		0, 0, 0, 0,
	]);
	expect(units.every(({ intact }) => intact)).toBe(true);
	return units.map(({ key, annexB }) => ({ key, bytes: annexB }));
}

/** What the pipe of a Raspberry Pi carries: 27 28 25 21, start codes of 4 bytes, no delimiter, no SEI. */
function piShaped(stream: Uint8Array): Uint8Array {
	const dear = (nal: Uint8Array) => Uint8Array.from(nal, (byte, at) => (at === 0 ? 0x20 | (byte & 0x1f) : byte));
	return annexBOf(
		nalUnitsOf(stream)
			.filter((nal) => [1, 5, 7, 8].includes(nalType(nal)))
			.map(dear),
	);
}

const STREAMS: ReadonlyArray<readonly [name: string, make: () => Promise<Uint8Array>]> = [
	['one slice', () => x264([...ZEROLATENCY, '-x264-params', 'sliced-threads=0:slices=1'])],
	['four slices', () => x264([...ZEROLATENCY, '-x264-params', 'slices=4'])],
	['delimiters and four slices', () => x264([...ZEROLATENCY, '-x264-params', 'aud=1:slices=4'])],
	['main profile', () => x264(['-profile:v', 'main', '-bf', '0', '-threads', '1'])],
	['high profile, B-frames, CABAC', () => x264(['-profile:v', 'high', '-bf', '2', '-threads', '1'])],
	['1080 lines, which are cropped', () => x264([...ZEROLATENCY, '-x264-params', 'slices=1'], '1920x1080', 4)],
	[
		'fillers of a constant bitrate',
		() =>
			x264([
				...ZEROLATENCY,
				'-b:v',
				'1M',
				'-maxrate',
				'1M',
				'-bufsize',
				'100k',
				'-x264-params',
				'nal-hrd=cbr:slices=2',
			]),
	],
	['a new size in the middle', async () => concat([await x264(ZEROLATENCY), await x264(ZEROLATENCY, '320x240')])],
	['the shape of a Raspberry Pi', async () => piShaped(await x264([...ZEROLATENCY, '-x264-params', 'slices=1']))],
	['the shape of one with slices', async () => piShaped(await x264([...ZEROLATENCY, '-x264-params', 'slices=3']))],
	['our own', async () => concat(pattern(160, 120, 12).map(({ annexB }) => annexB))],
];

function pattern(width: number, height: number, frames: number) {
	const painter = new TestPattern({ width, height, title: 'Garden', camera: 'garden' });
	const encoder = new H264Encoder({ width, height, framesPerSecond: 24 });
	return Array.from({ length: frames }, (_, sequence) => {
		const picture = painter.paint({ time: sequence * 41_667, sequence, clockText: `00:00:0${sequence / 10}` });
		const unit = encoder.encode(picture, { forceKey: sequence % 5 === 0 });
		return { ...unit, planes: concat([picture.y, picture.cb, picture.cr]) };
	});
}

describe.each(STREAMS)('a stream with %s', (name, make) => {
	let stream: Uint8Array = new Uint8Array();
	let packets: Packet[] = [];
	const rate = name === 'our own' ? 24 : 25;
	beforeAll(async () => {
		stream = await make();
		packets = await packetsOf(stream);
	});

	it('has exactly the pictures that ffprobe finds, byte for byte', () => {
		expect(packets.length).toBeGreaterThan(3);
		const units = assemble(stream, [65_536]);
		expect(units.map(({ key }) => key)).toEqual(packets.map(({ key }) => key));
		units.forEach(({ bytes }, index) => {
			if (Buffer.compare(bytes, packets[index]?.bytes ?? bytes.subarray(1)) !== 0) expect.fail(`unit ${index} differs`);
		});
	});

	it('has the same pictures however it is cut', () => {
		const wanted = concat(packets.map(({ bytes }) => bytes));
		const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9000 })), {
			minLength: 1,
		});
		const same = fc.property(sizes, (cuts) => {
			const units = assemble(stream, cuts);
			expect(units).toHaveLength(packets.length);
			expect(Buffer.compare(concat(units.map(({ bytes }) => bytes)), wanted)).toBe(0);
		});
		fc.assert(same, { seed: 21, numRuns: 15, examples: [[[1]]] });
	});

	it('has the same pictures, and no later, with a flush after each', () => {
		const assembler = new AccessUnitAssembler({ maxBytes: MAX_BYTES });
		// As an encoder writes: one picture, then silence.
		const ends = starts(stream, packets.length).slice(1);
		let from = 0;
		for (const end of [...ends, stream.length]) {
			expect([...assembler.push(stream.subarray(from, end)), ...assembler.flush()]).toHaveLength(1);
			from = end;
		}
		expect(assembler.tornPictures).toBe(0);
		expect(assembler.skippedBytes).toBe(0);
	});

	it('decodes to as many pictures after it went through H264Stream, and as FLV and MP4 too', async () => {
		const wanted = await decodedFrames(stream, 'h264');
		const frames = framesOf(stream);
		expect(await decodedFrames(concat(frames.map(({ annexB }) => annexB)), 'h264')).toBe(wanted);
		const lastFormat = frames.map(({ formatChanged }) => formatChanged).lastIndexOf(true);
		const mp4 = mp4Of(frames.slice(lastFormat));
		expect(await decodedFrames(mp4, 'mp4')).toBe(frames.length - lastFormat);
	});

	// This ffmpeg cannot copy B-frames without timestamps into FLV; a test of their own does them.
	if (!name.includes('B-frames'))
		it('gives the same pictures when ffmpeg sends it as FLV, each with the push of its last byte', async () => {
			const path = await file(stream, 'h264');
			const read = ['-fflags', '+genpts', '-f', 'h264', '-framerate', '25', '-i', path];
			const flv = await run('ffmpeg', [...read, '-c', 'copy', '-f', 'flv', '-flvflags', 'no_duration_filesize', '-']);
			const reader = new FlvReader({ maxBytes: MAX_BYTES });
			const videos: FlvVideo[] = [];
			for (let at = 0; at < flv.length; at += 700) videos.push(...reader.push(flv.subarray(at, at + 700)));
			expect(videos).toHaveLength(packets.length);
			videos.forEach(({ unit, timestampMs }, index) => {
				expect(unit.key).toBe(packets[index]?.key);
				expect(Buffer.compare(withoutSets(unit.annexB), withoutSets(packets[index]?.bytes ?? unit.annexB))).toBe(0);
				expect(timestampMs - (videos[0]?.timestampMs ?? 0)).toBeCloseTo((index * 1000) / rate, -0.4);
			});
			const again = new FlvReader({ maxBytes: MAX_BYTES });
			// Cut so that every picture's last byte ends a push: what comes after a tag is its size in 4 bytes.
			let seen = 0;
			for (const byte of flv.subarray(0, -4)) seen += again.push(Uint8Array.of(byte)).length;
			expect(seen).toBe(packets.length);
		});
});

/** Programs that repack a stream put the parameter sets elsewhere. */
function withoutSets(annexB: Uint8Array): Uint8Array {
	return annexBOf(nalUnitsOf(annexB).filter((nal) => nalType(nal) !== 7 && nalType(nal) !== 8));
}

/** Where each unit begins in the stream, found with the assembler alone: by the pushes that close the one before. */
function starts(stream: Uint8Array, count: number): number[] {
	const found = [0];
	const assembler = new AccessUnitAssembler({ maxBytes: MAX_BYTES });
	for (let at = 0; at < stream.length && found.length < count; at++) {
		if (assembler.push(stream.subarray(at, at + 1)).length === 0) continue;
		// Two bytes of the next unit told, or one of a unit that is no slice; before it is a start code.
		let start = at;
		while (stream[start] !== 1 || stream[start - 1] !== 0 || stream[start - 2] !== 0) start--;
		start -= 2;
		while (stream[start - 1] === 0) start--;
		found.push(start);
	}
	return found;
}

function framesOf(stream: Uint8Array): H264Unit[] {
	const through = new H264Stream();
	const assembler = new AccessUnitAssembler({ maxBytes: MAX_BYTES });
	const units = [...assembler.push(stream), ...assembler.flush()];
	const frames = units.map((unit) => through.push(unit)).filter((frame) => frame !== undefined);
	expect(through.withheld).toBe(0);
	return frames;
}

function mp4Of(frames: readonly H264Unit[]): Uint8Array {
	const [first] = frames;
	if (!first) throw new Error('no frames');
	const init = initSegment({ ...first.format, timescale: 90_000 });
	const fragments = frames.map(({ key, annexB }, index) =>
		fragment({ sequence: index + 1, decodeTime: index * 3600, duration: 3600, key, nals: mp4NalUnits(annexB) }),
	);
	return concat([init, ...fragments]);
}

describe('what H264Stream says of a stream', () => {
	it.each([
		['baseline, zero latency', [...ZEROLATENCY, '-profile:v', 'baseline'], '160x120', 'avc1.42C0', false],
		['main with B-frames', ['-profile:v', 'main', '-bf', '2'], '160x120', 'avc1.4D40', true],
		[
			'high, 1080 lines',
			['-preset', 'veryfast', '-tune', 'zerolatency', '-profile:v', 'high'],
			'1920x1080',
			'avc1.6400',
			false,
		],
	])('%s', async (_name, codec, size, wanted, reorders) => {
		const stream = await x264(codec, size, 3);
		const through = new H264Stream();
		const assembler = new AccessUnitAssembler({ maxBytes: MAX_BYTES });
		for (const unit of [...assembler.push(stream), ...assembler.flush()]) through.push(unit);
		expect(`${through.format?.width}x${through.format?.height}`).toBe(size);
		expect(through.format?.codec).toContain(wanted);
		expect(through.format?.sps.framesPerSecond).toBe(25);
		expect(through.reorders).toBe(reorders);
		const path = await file(stream, 'h264');
		const show = ['-show_entries', 'stream=profile,level,has_b_frames', '-of', 'json'];
		const { streams } = JSON.parse((await run('ffprobe', ['-f', 'h264', '-i', path, ...show])).toString()) as {
			streams: Array<{ level: number; has_b_frames: number }>;
		};
		expect(through.format?.sps.levelIdc).toBe(streams[0]?.level);
		expect(through.format?.sps.maxNumReorderFrames).toBe(streams[0]?.has_b_frames);
	});

	it('a change of size', async () => {
		const stream = concat([await x264(ZEROLATENCY, '160x120', 7), await x264(ZEROLATENCY, '320x240', 3)]);
		const changes = framesOf(stream).map(({ formatChanged, format }) => formatChanged && format.width);
		expect(changes).toEqual([160, false, false, false, false, false, false, 320, false, false]);
	});

	it('a stream that was cut anywhere goes on with a key', async () => {
		const stream = await x264([...ZEROLATENCY, '-x264-params', 'slices=2']);
		for (const from of [1, 6, 40, 3000, Math.floor(stream.length / 2)]) {
			const through = new H264Stream();
			const assembler = new AccessUnitAssembler({ maxBytes: MAX_BYTES });
			const units = [...assembler.push(stream.subarray(from)), ...assembler.flush()];
			const frames = units.map((unit) => through.push(unit)).filter((frame) => frame !== undefined);
			expect(frames[0]?.key).toBe(true);
			expect(frames[0]?.formatChanged).toBe(true);
			expect(await decodedFrames(concat(frames.map(({ annexB }) => annexB)), 'h264')).toBe(frames.length);
		}
	});
});

it('reads B-frames from the FLV of a real encoder, with the times at which they are shown', async () => {
	const source = ['-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=25', '-frames:v', '12', '-pix_fmt', 'yuv420p'];
	const flv = await run('ffmpeg', [...source, '-c:v', 'libx264', '-bf', '2', '-threads', '1', '-f', 'flv', '-']);
	const path = await file(flv, 'flv');
	const show = ['-show_entries', 'packet=pts_time,dts_time,flags', '-of', 'json'];
	const { packets } = JSON.parse((await run('ffprobe', [path, ...show])).toString()) as {
		packets: Array<{ pts_time: string; dts_time: string; flags: string }>;
	};
	const videos = new FlvReader({ maxBytes: MAX_BYTES }).push(flv);
	const seen = videos.map(({ timestampMs, compositionMs, unit }) => [
		timestampMs / 1000,
		(timestampMs + compositionMs) / 1000,
		unit.key,
	]);
	const wanted = packets.map(({ dts_time: dts, pts_time: pts, flags }) => [Number(dts), Number(pts), flags[0] === 'K']);
	expect(seen).toEqual(wanted);
	expect(videos.some(({ compositionMs }) => compositionMs > 0)).toBe(true);
	const annexB = await run('ffmpeg', ['-i', path, '-c', 'copy', '-bsf:v', 'h264_mp4toannexb', '-f', 'h264', '-']);
	const units = assemble(annexB, [4096]);
	const pictures = (parts: readonly Uint8Array[]) => concat(parts.map(withoutSets));
	const wantedPictures = pictures(units.map(({ bytes }) => bytes));
	expect(Buffer.compare(pictures(videos.map(({ unit }) => unit.annexB)), wantedPictures)).toBe(0);
});

describe('our H.264 and the real ffmpeg', () => {
	const decode = async (units: ReadonlyArray<{ annexB: Uint8Array }>) => {
		const path = await file(concat(units.map(({ annexB }) => annexB)), 'h264');
		return run('ffmpeg', ['-f', 'h264', '-i', path, '-f', 'rawvideo', '-pix_fmt', 'yuvj420p', '-']);
	};

	it.each([
		[160, 120, 12],
		[168, 136, 8],
		[640, 480, 12],
		[1280, 720, 6],
		[1920, 1080, 3],
	])('decodes the test pattern of %dx%d to the very planes', async (width, height, frames) => {
		const units = pattern(width, height, frames);
		expect(Buffer.compare(await decode(units), concat(units.map(({ planes }) => planes)))).toBe(0);
	});

	it.each([
		['noise', (at: number, turn: number) => (Math.imul(at + turn, 0x9e3779b1) >>> 13) & 0xff],
		['noise that spares most', (at: number, turn: number) => (at % 97 === turn ? (at * 31) & 0xff : 90)],
		[
			'slow waves',
			(at: number, turn: number) => Math.round(128 + 100 * Math.sin((at % 72) / 9 + turn / 5 + at / 3000)),
		],
		['hard edges', (at: number, turn: number) => ((at + 3 * turn) % 11 < 4 ? 0 : 255)],
		['fields of odd values', (at: number, turn: number) => 17 * (((at % 72) >> 2) % 13) + turn],
	])('decodes %s at an odd size to the very planes', async (_name, value) => {
		const encoder = new H264Encoder({ width: 72, height: 40, framesPerSecond: 24 });
		const pictures = Array.from({ length: 6 }, (_, turn) => filled(72, 40, (at) => value(at, turn)));
		const units = pictures.map((picture, turn) => encoder.encode(picture, { forceKey: turn === 3 || turn === 4 }));
		const planes = concat(pictures.flatMap(({ y, cb, cr }) => [y, cb, cr]));
		expect(Buffer.compare(await decode(units), planes)).toBe(0);
	});

	it('says its size, its rate and its full range', async () => {
		const path = await file(concat(pattern(168, 136, 2).map(({ annexB }) => annexB)), 'h264');
		const show = ['-show_entries', 'stream=width,height,profile,color_range,has_b_frames,r_frame_rate', '-of', 'json'];
		const { streams } = JSON.parse((await run('ffprobe', ['-f', 'h264', '-i', path, ...show])).toString()) as {
			streams: unknown[];
		};
		expect(streams[0]).toEqual({
			...{ width: 168, height: 136, profile: 'Constrained Baseline' },
			...{ color_range: 'pc', has_b_frames: 0, r_frame_rate: '24/1' },
		});
	});
});

function filled(width: number, height: number, value: (at: number) => number): YuvImage {
	const { y, cb, cr } = blankYuvImage(width, height);
	return {
		...{ width, height },
		y: y.map((_, at) => value(at)),
		cb: cb.map((_, at) => value(at * 3)),
		cr: cr.map((_, at) => value(at * 7 + 5)),
	};
}
