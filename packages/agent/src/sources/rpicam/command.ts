import { type Choices, choose, plain } from '../../capture/command/choices.ts';
import type { CaptureSettings } from '../../capture/command/command.ts';
import { frameTimeouts } from '../../capture/command/frame-timeouts.ts';
import { refuse } from '../../capture/command/refuse.ts';
import type { Camera, CommandLine } from '../../capture/method.ts';
import { isAtLeast } from '../../detect/outputs/version.ts';
import type { RpicamInput } from './detect.ts';

/** The hardware encoder takes no wider pictures. */
const MAX_HARDWARE_WIDTH = 2032;
const MAX_HARDWARE_BITRATE = 20_000_000;
/** Macroblocks a second that level 4.1 of H.264 allows. */
const LEVEL_4_1 = 245_760;
/** A night's gain: beyond that there is nothing but noise. */
const NIGHT_GAIN = '8';

/** Without it libx264 holds pictures back and sends them out of order. */
const LOW_LATENCY_OPTIONS = 'preset=ultrafast;tune=zerolatency;thread_type=slice;slices=4;refs=1;bf=0';

const ENVIRONMENT = { LIBCAMERA_LOG_NO_COLOR: '1', LIBCAMERA_LOG_COLOR: 'no' };

/** Sensors whose lens stands still. */
const FIXED_FOCUS = /^(ov5647|ov7251|ov9281|imx219|imx290|imx296|imx327|imx378|imx462|imx477|imx500)(_|$)/;

/** `rpicam-vid`, or `libcamera-vid` as it was called before. */
export function rpicamCommand(
	{ input, board, slow, label }: Camera<RpicamInput>,
	settings: CaptureSettings,
): CommandLine {
	const codec = input.encoder === 'jpeg' ? 'jpeg' : 'h264';
	if (codec === 'jpeg' && settings.codec === 'jpeg' && settings.bitrate !== undefined) {
		throw refuse('a bitrate', 'it is for H.264; JPEGs have a quality');
	}
	const choices = choose(codec, board, settings);
	if (input.encoder === 'hardware') checkHardware(choices);
	const args = argumentsFor(input, choices, settings);
	return {
		description: `${label} with ${programOf(input)}`,
		program: input.tool.program,
		arguments: args,
		environment: ENVIRONMENT,
		output: 'stream',
		...frameTimeouts(choices.fps, slow),
	};
}

function argumentsFor(input: RpicamInput, choices: Choices, settings: CaptureSettings): string[] {
	return [
		...['-t', '0', '-n'],
		...cameraArguments(input),
		...encoderArguments(input, choices),
		...['--width', `${choices.width}`, '--height', `${choices.height}`, '--framerate', plain(choices.fps)],
		...optionArguments(input, settings),
		// On the way through libav it means nothing, and every picture is written at once anyway.
		...(input.encoder === 'libav' ? [] : ['--flush']),
		...['-o', '-'],
	];
}

function checkHardware({ width, bitrate }: Choices): void {
	if (width > MAX_HARDWARE_WIDTH) {
		throw refuse(`a width of ${width}`, `the hardware encoder of this Pi takes at most ${MAX_HARDWARE_WIDTH}`);
	}
	if (bitrate > MAX_HARDWARE_BITRATE) {
		const most = `the hardware encoder of this Pi takes at most ${MAX_HARDWARE_BITRATE}`;
		throw refuse(`${bitrate} bits a second`, most);
	}
}

/** Versions of 2021 know neither `--camera` nor a second camera. */
function cameraArguments(input: RpicamInput): string[] {
	const index = input.camera?.index ?? 0;
	if (knows(input, '--camera')) return ['--camera', `${index}`];
	if (index === 0) return [];
	throw refuse(
		`camera ${index}`,
		`${programOf(input)} is too old to know more than one; sudo apt full-upgrade fixes it`,
	);
}

function encoderArguments(input: RpicamInput, { width, height, fps, bitrate, quality, keyEvery }: Choices): string[] {
	const rate = ['--intra', `${keyEvery}`, '-b', `${bitrate}`];
	switch (input.encoder) {
		case 'jpeg':
			return ['--codec', 'mjpeg', '-q', `${quality}`];
		case 'hardware': {
			const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16) * fps;
			const level = macroblocks > LEVEL_4_1 ? '4.2' : '4.1';
			return ['--codec', 'h264', '--profile', 'main', '--level', level, '--inline', ...rate];
		}
		case 'libav':
			return ['--codec', 'h264', '--libav-format', 'h264', ...lowLatency(input), '--profile', 'baseline', ...rate];
	}
}

function lowLatency(input: RpicamInput): string[] {
	if (has(input, '--low-latency', [1, 6, 0])) return ['--low-latency'];
	const option = '--libav-video-codec-opts';
	return has(input, option, [1, 4, 1]) ? [option, LOW_LATENCY_OPTIONS] : [];
}

/** By the help text; by the version only where there was no help to read. */
function has({ tool }: RpicamInput, option: string, since: readonly [number, number, number]): boolean {
	return tool.options.size > 0 ? tool.options.has(option) : isAtLeast(tool.version, since);
}

function knows({ tool }: RpicamInput, option: string): boolean {
	return tool.options.size === 0 || tool.options.has(option);
}

function optionArguments(input: RpicamInput, settings: CaptureSettings): string[] {
	const { rotation = 0, flip, night, brightness, zoom } = settings;
	if (rotation === 90 || rotation === 270) {
		throw refuse(`a rotation of ${rotation}°`, `${programOf(input)} turns by 180° only; the page can turn the picture`);
	}
	return [
		...(rotation === 180 ? ['--rotation', '180'] : []),
		...(flip === 'horizontal' || flip === 'both' ? ['--hflip'] : []),
		...(flip === 'vertical' || flip === 'both' ? ['--vflip'] : []),
		...(night ? ['--gain', NIGHT_GAIN] : []),
		...(brightness ? ['--brightness', plain(brightness)] : []),
		...focus(input, settings),
		...(zoom ? ['--roi', [zoom.x, zoom.y, zoom.width, zoom.height].map(plain).join(',')] : []),
	];
}

function focus(input: RpicamInput, { autofocus, lensPosition }: CaptureSettings): string[] {
	const mode = autofocus ?? (lensPosition === undefined ? undefined : 'manual');
	if (mode === undefined) return [];
	if (mode !== 'manual' && lensPosition !== undefined) {
		throw refuse('a lens position', `autofocus "${mode}" moves the lens automatically; "manual" does not`);
	}
	const sensor = input.camera?.sensor ?? '';
	if (FIXED_FOCUS.test(sensor)) throw refuse('a focus', `the lens of the ${sensor} does not move`);
	if (!knows(input, '--autofocus-mode')) {
		throw refuse(
			'a focus',
			`${programOf(input)} ${input.tool.versionText} is too old for it; 1.0.2 or newer is required`,
		);
	}
	const position = lensPosition === undefined ? [] : ['--lens-position', plain(lensPosition)];
	return ['--autofocus-mode', mode, ...position];
}

/** The program's name without its folder. */
export function programOf({ tool }: RpicamInput): string {
	return tool.program.split('/').at(-1) ?? tool.program;
}
