import { choose, plain } from '../../capture/command/choices.ts';
import type { CaptureSettings } from '../../capture/command/command.ts';
import { frameTimeouts } from '../../capture/command/frame-timeouts.ts';
import { refuse, refuseAll } from '../../capture/command/refuse.ts';
import type { Camera, CommandLine } from '../../capture/method.ts';
import type { RaspividInput } from './detect.ts';

/** The most that the encoders of the old system take. */
const MAX_BITRATE = 25_000_000;
const MAX_WIDTH = 1920;
/** It writes a picture in several pieces. */
const SILENCE_MS = 8;

/** `raspivid`, of the camera system before 2021. */
export function raspividCommand(
	{ input, board, slow, label }: Camera<RaspividInput>,
	settings: CaptureSettings,
): CommandLine {
	const { codec, index } = input;
	if (codec === 'jpeg' && settings.quality !== undefined) {
		throw refuse('a quality', 'raspivid has none for JPEGs; it takes a bitrate instead');
	}
	const { autofocus, lensPosition } = settings;
	refuseAll({ 'a focus': autofocus ?? lensPosition }, 'the old camera system cannot move a lens');
	const { width, height, fps, bitrate, keyEvery } = choose(codec, board, settings);
	if (width > MAX_WIDTH) throw refuse(`a width of ${width}`, `raspivid takes at most ${MAX_WIDTH}`);
	if (bitrate > MAX_BITRATE) throw refuse(`${bitrate} bits a second`, `raspivid takes at most ${MAX_BITRATE}`);
	const size = ['-w', `${width}`, '-h', `${height}`, '-fps', plain(fps)];
	const form =
		codec === 'jpeg'
			? ['-cd', 'MJPEG', ...size, '-b', `${bitrate}`]
			: [...size, '-g', `${keyEvery}`, '-b', `${bitrate}`, '-pf', 'main', '-lev', '4', '-ih', '-stm'];
	return {
		description: `${label} with raspivid`,
		program: 'raspivid',
		arguments: ['-n', '-t', '0', '-cs', `${index}`, ...form, ...optionArguments(settings), '-fl', '-o', '-'],
		output: 'stream',
		...frameTimeouts(fps, slow),
		silenceMs: codec === 'h264' ? SILENCE_MS : undefined,
	};
}

function optionArguments({ rotation, flip, night, brightness, zoom }: CaptureSettings): string[] {
	return [
		...(rotation ? ['-rot', `${rotation}`] : []),
		...(flip === 'horizontal' || flip === 'both' ? ['-hf'] : []),
		...(flip === 'vertical' || flip === 'both' ? ['-vf'] : []),
		...(night ? ['-ex', 'night'] : []),
		...(brightness ? ['-br', `${Math.round(50 + 50 * brightness)}`] : []),
		...(zoom ? ['-roi', [zoom.x, zoom.y, zoom.width, zoom.height].map(plain).join(',')] : []),
	];
}
