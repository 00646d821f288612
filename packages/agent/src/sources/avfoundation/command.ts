import { choose, plain } from '../../capture/command/choices.ts';
import type { CaptureSettings } from '../../capture/command/command.ts';
import { frameTimeouts } from '../../capture/command/frame-timeouts.ts';
import { offeredSize } from '../../capture/command/offered-size.ts';
import type { Camera, CommandLine } from '../../capture/method.ts';
import { encoding, PREFIX, refuseOptics } from '../ffmpeg/encoding.ts';
import { previewOutput } from '../ffmpeg/preview.ts';
import type { AvFoundationInput } from './detect.ts';
import type { AvMode } from './parse-list.ts';

const SIZE = { width: 1280, height: 720 };

/** A camera of a Mac through ffmpeg. It gives raw pictures, at the rates that it lists and no other. */
export function avFoundationCommand(camera: Camera<AvFoundationInput>, settings: CaptureSettings): CommandLine {
	const { input, board, slow, label } = camera;
	const { camera: device, encoder } = input;
	refuseOptics(settings);
	const suited = choose(encoder === 'mjpeg' ? 'jpeg' : 'h264', board, settings);
	const modes = { name: 'raw', sizes: device.modes.map((mode) => ({ ...mode, rates: [mode.maxRate] })) };
	const { width, height } = offeredSize(modes, settings.size, SIZE);
	const fps = rateOf(device.modes, { width, height }, settings.fps ?? 30);
	const choices = { ...suited, width, height, fps, keyEvery: Math.max(1, Math.round(fps * 2)) };
	const from = ['-f', 'avfoundation', '-framerate', plain(fps), '-video_size', `${width}x${height}`];
	const preview = previewOutput(camera, choices, settings);
	return {
		description: `${label} with ffmpeg`,
		program: 'ffmpeg',
		arguments: [
			...[...PREFIX, ...from, '-pixel_format', 'uyvy422', '-i', `${device.index}:none`],
			...encoding(encoder, choices, settings),
			...(preview ?? []),
		],
		output: 'stream',
		preview,
		...frameTimeouts(fps, slow),
	};
}

/** The rate nearest to the wanted one that the camera has for this size. */
function rateOf(modes: readonly AvMode[], size: { width: number; height: number }, wanted: number): number {
	const rates = modes
		.filter(({ width, height }) => width === size.width && height === size.height)
		.map(({ minRate, maxRate }) => Math.min(maxRate, Math.max(minRate, wanted)));
	return rates.sort((one, other) => Math.abs(one - wanted) - Math.abs(other - wanted))[0] ?? wanted;
}
