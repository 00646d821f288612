import type { FfmpegV4l2Way, Way } from '../../detect/candidates/candidate.ts';
import type { CaptureSettings, Command } from '../program/command.ts';
import { choose, plain } from './choices.ts';
import { AS_ANNEX_B, AS_JPEGS, encoding, PREFIX, refuseChanges, refuseOptics } from './ffmpeg.ts';
import { fastestRate, offeredSize } from './offered-size.ts';
import { patience } from './patience.ts';
import { diagnoseFfmpeg } from './troubles/ffmpeg.ts';

const SIZE = { width: 1280, height: 720 };
/** What the small boards can encode without hardware, and all can pass on. */
const FPS = 15;

/** A camera on Video4Linux through ffmpeg: raw pictures encoded, or its own JPEG or H.264 passed on. */
export function ffmpegV4l2Command(way: FfmpegV4l2Way & Way, settings: CaptureSettings, label: string): Command {
	const { node, inputFormat, encoder } = way;
	refuseOptics(settings);
	if (encoder === 'copy') refuseChanges(settings);
	const codec = encoder === 'mjpeg' || inputFormat === 'mjpeg' ? 'jpeg' : 'h264';
	const suited = choose(codec, way.board, settings);
	const format = node.formats.find(({ name }) => name === way.pixelFormat || name === inputFormat);
	const { width, height } = offeredSize(format, settings.size, SIZE);
	const fps = settings.fps ?? (encoder === 'h264_v4l2m2m' ? suited.fps : FPS);
	const rate = Math.min(fps, fastestRate(format, { width, height }) ?? fps);
	const choices = { ...suited, width, height, fps: rate, keyEvery: Math.max(1, Math.round(rate * 2)) };
	const input = ['-f', 'v4l2', '-input_format', inputFormat, '-video_size', `${width}x${height}`];
	const copied = ['-c', 'copy', ...(codec === 'jpeg' ? AS_JPEGS : AS_ANNEX_B)];
	return {
		description: `${label} at ${node.path} with ffmpeg`,
		program: 'ffmpeg',
		arguments: [
			...[...PREFIX, ...input, '-framerate', plain(rate), '-i', node.path],
			...(encoder === 'copy' ? copied : encoding(encoder, choices, settings)),
		],
		output: 'stream',
		...patience(rate, way.slow),
		diagnose: diagnoseFfmpeg({ what: label, kind: 'v4l2' }),
	};
}
