import type { AvFoundationWay, Way } from '../../detect/candidates/candidate.ts';
import type { AvMode } from '../../detect/outputs/avfoundation.ts';
import type { CaptureSettings, Command } from '../program/command.ts';
import { choose, plain } from './choices.ts';
import { encoding, PREFIX, refuseOptics } from './ffmpeg.ts';
import { offeredSize } from './offered-size.ts';
import { patience } from './patience.ts';
import { diagnoseFfmpeg } from './troubles/ffmpeg.ts';

const SIZE = { width: 1280, height: 720 };

/** A camera of a Mac through ffmpeg. It gives raw pictures, at the rates that it lists and no other. */
export function avFoundationCommand(way: AvFoundationWay & Way, settings: CaptureSettings, label: string): Command {
	const { camera, encoder } = way;
	refuseOptics(settings);
	const suited = choose(encoder === 'mjpeg' ? 'jpeg' : 'h264', way.board, settings);
	const modes = { name: 'raw', sizes: camera.modes.map((mode) => ({ ...mode, rates: [mode.maxRate] })) };
	const { width, height } = offeredSize(modes, settings.size, SIZE);
	const fps = rateOf(camera.modes, { width, height }, settings.fps ?? 30);
	const choices = { ...suited, width, height, fps, keyEvery: Math.max(1, Math.round(fps * 2)) };
	const input = ['-f', 'avfoundation', '-framerate', plain(fps), '-video_size', `${width}x${height}`];
	return {
		description: `${label} with ffmpeg`,
		program: 'ffmpeg',
		arguments: [
			...[...PREFIX, ...input, '-pixel_format', 'uyvy422', '-i', `${camera.index}:none`],
			...encoding(encoder, choices, settings),
		],
		output: 'stream',
		...patience(fps, way.slow),
		diagnose: diagnoseFfmpeg({ what: label, kind: 'avfoundation' }),
	};
}

/** The rate nearest to the wanted one that the camera has for this size. */
function rateOf(modes: readonly AvMode[], size: { width: number; height: number }, wanted: number): number {
	const rates = modes
		.filter(({ width, height }) => width === size.width && height === size.height)
		.map(({ minRate, maxRate }) => Math.min(maxRate, Math.max(minRate, wanted)));
	return rates.sort((one, other) => Math.abs(one - wanted) - Math.abs(other - wanted))[0] ?? wanted;
}
