import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	type CaptureSettings,
	type Command,
	localMachine,
	type MediaUnit,
	programSource,
	SourceError,
} from '@oriel/agent';
import { systemClock } from '@oriel/base';
import { nalType, nalUnitsOf } from '@oriel/media';
import { describe, expect, it } from 'vitest';
import { systemComputer } from '../../packages/agent/src/detect/computer/system-computer.ts';
import { ffmpegV4l2Command } from '../../packages/agent/src/sources/ffmpeg/command.ts';
import { findFfmpeg } from '../../packages/agent/src/sources/ffmpeg/look.ts';
import { ffmpegV4l2 } from '../../packages/agent/src/sources/ffmpeg/method.ts';
import type { PreviewEncoder } from '../../packages/agent/src/sources/ffmpeg/preview.ts';

const PICTURES = 12;
const CAMERA = { path: '/dev/video77', stablePath: undefined, name: 'No camera', driver: '', usb: undefined } as const;
const SIZE = { width: 320, height: 240 };
const WIDE = { width: 640, height: 360 };
const PREVIEW = { width: 320, height: 180 };

/** The command line for a raw camera, as it is for the real ffmpeg that is here. */
async function commandFor(
	encoder: 'libx264' | 'mjpeg',
	settings: CaptureSettings,
	previewEncoder: PreviewEncoder = 'libx264',
	isPreviewBroken = false,
): Promise<Command> {
	const ffmpeg = await findFfmpeg({ computer: systemComputer({ clock: systemClock }) });
	if (!ffmpeg) throw new Error('no ffmpeg');
	expect(ffmpeg.encoders).toContain(encoder);
	const size = settings.preview ? WIDE : SIZE;
	const formats = [{ name: 'YUYV', sizes: [{ ...size, rates: [20] }] }];
	const node = { ...CAMERA, access: 'yes', formats, controls: [] } as const;
	const board = { model: '', chip: undefined, strength: 'large' } as const;
	const input = { node, encoder, pixelFormat: 'YUYV', inputFormat: 'yuyv422', previewEncoder };
	const camera = { label: 'test', board, slow: false, input };
	const good = ffmpegV4l2Command(camera, settings);
	const line = isPreviewBroken
		? { ...good, arguments: spoiled(good.arguments), preview: spoiled(good.preview ?? []) }
		: good;
	return { ...line, diagnose: (evidence) => ffmpegV4l2.diagnose(evidence, camera, line.arguments) };
}

/** With a bit rate for the preview that no encoder takes. */
function spoiled(args: readonly string[]): readonly string[] {
	return args.map((word) => (word === '200000' ? '-5' : word));
}

/** The same with a picture generator where the camera would be. */
function withoutCamera(command: Command, seconds?: number): Command {
	const from = command.arguments.indexOf('-f');
	const to = command.arguments.indexOf('-i') + 2;
	const argumentOf = (option: string) => command.arguments[command.arguments.indexOf(option) + 1];
	const pattern = `testsrc2=size=${argumentOf('-video_size')}:rate=${argumentOf('-framerate')},format=yuyv422`;
	const generator =
		seconds === undefined ? ['-re', '-f', 'lavfi', '-i', pattern] : ['-t', `${seconds}`, '-f', 'lavfi', '-i', pattern];
	return { ...command, arguments: [...command.arguments.slice(0, from), ...generator, ...command.arguments.slice(to)] };
}

interface Played {
	readonly frames: readonly MediaUnit[];
	/** Undefined where it was said that there is none. */
	readonly previews: readonly (MediaUnit | undefined)[];
	readonly advice: readonly string[];
	readonly failure: SourceError | undefined;
}

/** Runs a command until enough pictures have come, or it ends. */
async function play(command: Command, pictures: number = PICTURES): Promise<Played> {
	const runFolder = mkdtempSync(join(tmpdir(), 'oriel-run-'));
	const frames: MediaUnit[] = [];
	const previews: (MediaUnit | undefined)[] = [];
	const advice: string[] = [];
	const abort = new AbortController();
	const frame = (picture: MediaUnit) => {
		if (frames.push(picture) === pictures) abort.abort();
	};
	let failure: SourceError | undefined;
	try {
		const machine = localMachine({ runFolder });
		const source = programSource({ command, machine, clock: systemClock, maxPictureBytes: 4_000_000 });
		const sink = {
			frame,
			poster: () => undefined,
			preview: (unit: MediaUnit | undefined) => void previews.push(unit),
			advise: (words: string) => void advice.push(words),
		};
		await source.run(sink, abort.signal).catch((thrown) => {
			if (!(thrown instanceof SourceError)) throw thrown;
			failure = thrown;
		});
		return { frames, previews, advice, failure };
	} finally {
		rmSync(runFolder, { recursive: true, force: true });
	}
}

describe.concurrent('a real ffmpeg makes a preview beside the video', () => {
	const sent = (units: readonly (MediaUnit | undefined)[]) => units.filter((unit) => unit !== undefined);

	it.each([
		['libx264', 'libx264', 'h264', 'h264'],
		['mjpeg', 'libx264', 'jpeg', 'h264'],
		['mjpeg', 'mjpeg', 'jpeg', 'jpeg'],
	] as const)(
		'%s with a preview by %s: in its shape, every second frame of 20 a second',
		async (encoder, previewEncoder, codec, of) => {
			const command = await commandFor(encoder, { preview: true, size: WIDE, fps: 20 }, previewEncoder);
			const { frames, previews, advice, failure } = await play(withoutCamera(command, 2), Number.POSITIVE_INFINITY);
			expect(failure?.message).toMatch(/^ffmpeg ended \(code 0\) after 40 pictures/);
			expect(advice).toEqual([]);
			expect([frames.length, previews.length]).toEqual([40, 20]);
			expect(frames[0]?.format).toMatchObject({ codec, ...WIDE });
			const small = sent(previews);
			expect(small[0]?.format).toMatchObject({ codec: of, ...PREVIEW });
			// One a second; every JPEG is one.
			expect(small.filter(({ key }) => key)).toHaveLength(of === 'h264' ? 2 : 20);
			expect(small[0]?.key).toBe(true);
		},
	);

	it('turned as the video is', async () => {
		const command = await commandFor('libx264', { preview: true, size: WIDE, rotation: 90 });
		const { frames, previews } = await play(withoutCamera(command));
		expect(frames[0]?.format).toMatchObject({ width: WIDE.height, height: WIDE.width });
		expect(sent(previews)[0]?.format).toMatchObject({ width: PREVIEW.height, height: PREVIEW.width });
	});

	it('and the video alone where the preview cannot be encoded', async () => {
		const command = await commandFor('libx264', { preview: true, size: WIDE }, 'libx264', true);
		const { frames, previews, advice, failure } = await play(withoutCamera(command));
		expect([failure, sent(previews)]).toEqual([undefined, []]);
		expect(frames.length).toBe(PICTURES);
		expect(advice).toEqual([expect.stringMatching(/^test at \/dev\/video77 with ffmpeg makes no preview: .*1:0/)]);
	});
});

describe.concurrent('a real ffmpeg takes the arguments of a raw camera', () => {
	it.each<[settings: CaptureSettings, width: number, height: number]>([
		[{}, 320, 240],
		[{ bitrate: 500_000, rotation: 90 }, 240, 320],
		[{ rotation: 180, flip: 'both' }, 320, 240],
		[{ rotation: 270 }, 240, 320],
		[{ zoom: { x: 0.25, y: 0.25, width: 0.5, height: 0.5 } }, 160, 120],
	])('libx264 with %j: H.264 without B-frames', async (settings, width, height) => {
		const { frames, failure } = await play(withoutCamera(await commandFor('libx264', settings)));
		expect([failure, frames.length]).toEqual([undefined, PICTURES]);
		const [first] = frames;
		expect([first?.key, first?.format]).toMatchObject([true, { codec: 'h264', width, height }]);
		// Baseline: there is nothing to be reordered.
		expect(first?.format.codecString).toMatch(/^avc1\.42/);
		expect(nalUnitsOf(first?.data ?? new Uint8Array()).map(nalType)).toEqual(expect.arrayContaining([7, 8, 5]));
	});

	it.each<[settings: CaptureSettings]>([[{}], [{ quality: 90, flip: 'vertical' }]])(
		'mjpeg with %j',
		async (settings) => {
			const { frames, failure } = await play(withoutCamera(await commandFor('mjpeg', settings)));
			expect([failure, frames.length]).toEqual([undefined, PICTURES]);
			expect(frames[0]?.format).toMatchObject({ codec: 'jpeg', ...SIZE });
		},
	);

	it('better quality takes more bytes', async () => {
		const bytesOf = async (quality: number) => {
			const { frames } = await play(withoutCamera(await commandFor('mjpeg', { quality })));
			return frames.reduce((sum, { data }) => sum + data.length, 0);
		};
		expect(await bytesOf(90)).toBeGreaterThan(1.5 * (await bytesOf(20)));
	});

	it('and says what it says when there is no such camera', async () => {
		const { frames, failure } = await play(await commandFor('libx264', {}));
		expect([frames.length, failure?.message, failure?.fault]).toEqual([
			0,
			'test is not there. Plug it in.',
			'no-camera',
		]);
	});
});
