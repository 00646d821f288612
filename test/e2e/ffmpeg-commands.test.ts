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

const PICTURES = 12;
const CAMERA = { path: '/dev/video77', stablePath: undefined, name: 'No camera', driver: '', usb: undefined } as const;
const SIZE = { width: 320, height: 240 };

/** The command line for a raw camera, as it is for the real ffmpeg that is here. */
async function commandFor(encoder: 'libx264' | 'mjpeg', settings: CaptureSettings): Promise<Command> {
	const ffmpeg = await findFfmpeg({ computer: systemComputer({ clock: systemClock }) });
	if (!ffmpeg) throw new Error('no ffmpeg');
	expect(ffmpeg.encoders).toContain(encoder);
	const formats = [{ name: 'YUYV', sizes: [{ ...SIZE, rates: [15] }] }];
	const node = { ...CAMERA, access: 'yes', formats, controls: [] } as const;
	const board = { model: '', chip: undefined, strength: 'large' } as const;
	const input = { node, encoder, pixelFormat: 'YUYV', inputFormat: 'yuyv422' };
	const camera = { label: 'test', board, slow: false, input };
	const line = ffmpegV4l2Command(camera, settings);
	return { ...line, diagnose: (evidence) => ffmpegV4l2.diagnose(evidence, camera, line.arguments) };
}

/** The same with a picture generator where the camera would be. */
function withoutCamera(command: Command): Command {
	const from = command.arguments.indexOf('-f');
	const to = command.arguments.indexOf('-i') + 2;
	const generator = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=15,format=yuyv422'];
	return { ...command, arguments: [...command.arguments.slice(0, from), ...generator, ...command.arguments.slice(to)] };
}

/** Runs a command until enough pictures have come, or it ends. */
async function play(command: Command): Promise<{ frames: readonly MediaUnit[]; failure: SourceError | undefined }> {
	const runFolder = mkdtempSync(join(tmpdir(), 'oriel-run-'));
	const frames: MediaUnit[] = [];
	const abort = new AbortController();
	const frame = (picture: MediaUnit) => {
		if (frames.push(picture) === PICTURES) abort.abort();
	};
	let failure: SourceError | undefined;
	try {
		const machine = localMachine({ runFolder });
		const source = programSource({ command, machine, clock: systemClock, maxPictureBytes: 4_000_000 });
		await source.run({ frame, poster: () => undefined, advise: () => undefined }, abort.signal).catch((thrown) => {
			if (!(thrown instanceof SourceError)) throw thrown;
			failure = thrown;
		});
		return { frames, failure };
	} finally {
		rmSync(runFolder, { recursive: true, force: true });
	}
}

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
