import { choose, plain } from '../../capture/command/choices.ts';
import type { CaptureSettings } from '../../capture/command/command.ts';
import { frameTimeouts } from '../../capture/command/frame-timeouts.ts';
import { fastestRate, offeredSize } from '../../capture/command/offered-size.ts';
import type { Camera, CommandLine } from '../../capture/method.ts';
import type { FfmpegV4l2Input } from './detect.ts';
import { AS_ANNEX_B, AS_JPEGS, encoding, PREFIX, refuseChanges, refuseOptics } from './encoding.ts';
import { previewOutput } from './preview.ts';

const SIZE = { width: 1280, height: 720 };
/** What the small boards can encode without hardware, and all can pass on. */
const FPS = 15;

/** A camera on Video4Linux through ffmpeg: raw pictures encoded, or its own JPEG or H.264 passed on. */
export function ffmpegV4l2Command(camera: Camera<FfmpegV4l2Input>, settings: CaptureSettings): CommandLine {
	const { input, board, slow, label } = camera;
	const { node, inputFormat, encoder } = input;
	refuseOptics(settings);
	if (encoder === 'copy') refuseChanges(settings);
	const codec = encoder === 'mjpeg' || inputFormat === 'mjpeg' ? 'jpeg' : 'h264';
	const suited = choose(codec, board, settings);
	const format = node.formats.find(({ name }) => name === input.pixelFormat || name === inputFormat);
	const { width, height } = offeredSize(format, settings.size, SIZE);
	const fps = settings.fps ?? (encoder === 'h264_v4l2m2m' ? suited.fps : FPS);
	const rate = Math.min(fps, fastestRate(format, { width, height }) ?? fps);
	const choices = { ...suited, width, height, fps: rate, keyEvery: Math.max(1, Math.round(rate * 2)) };
	const from = ['-f', 'v4l2', '-input_format', inputFormat, '-video_size', `${width}x${height}`];
	const copied = ['-c', 'copy', ...(codec === 'jpeg' ? AS_JPEGS : AS_ANNEX_B)];
	const preview = encoder === 'copy' ? undefined : previewOutput(camera, choices, settings);
	return {
		description: `${label} at ${node.path} with ffmpeg`,
		program: 'ffmpeg',
		arguments: [
			...[...PREFIX, ...from, '-framerate', plain(rate), '-i', node.path],
			...(encoder === 'copy' ? copied : encoding(encoder, choices, settings)),
			...(preview ?? []),
		],
		output: 'stream',
		preview,
		...frameTimeouts(rate, slow),
	};
}
