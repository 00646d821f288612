import type { RpicamWay, Way } from '../../detect/candidates/candidate.ts';
import { isAtLeast } from '../../detect/outputs/version.ts';
import type { CaptureSettings, Command } from '../program/command.ts';
import { type Choices, choose, plain } from './choices.ts';
import { patience } from './patience.ts';
import { refuse } from './refuse.ts';
import { diagnoseRpicam } from './troubles/rpicam.ts';

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
export function rpicamCommand(way: RpicamWay & Way, settings: CaptureSettings, label: string): Command {
	const codec = way.encoder === 'jpeg' ? 'jpeg' : 'h264';
	if (codec === 'jpeg' && settings.codec === 'jpeg' && settings.bitrate !== undefined) {
		throw refuse('a bitrate', 'it is for H.264; JPEGs have a quality');
	}
	const choices = choose(codec, way.board, settings);
	if (way.encoder === 'hardware') checkHardware(choices);
	const args = argumentsFor(way, choices, settings);
	return {
		description: `${label} with ${programOf(way)}`,
		program: way.tool.program,
		arguments: args,
		environment: ENVIRONMENT,
		output: 'stream',
		...patience(choices.fps, way.slow),
		diagnose: diagnoseRpicam(way.board.chip !== undefined, programOf(way), args),
	};
}

function argumentsFor(way: RpicamWay, choices: Choices, settings: CaptureSettings): string[] {
	return [
		...['-t', '0', '-n'],
		...cameraArguments(way),
		...encoderArguments(way, choices),
		...['--width', `${choices.width}`, '--height', `${choices.height}`, '--framerate', plain(choices.fps)],
		...wishes(way, settings),
		// On the way through libav it means nothing, and every picture is written at once anyway.
		...(way.encoder === 'libav' ? [] : ['--flush']),
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
function cameraArguments(way: RpicamWay): string[] {
	const index = way.camera?.index ?? 0;
	if (knows(way, '--camera')) return ['--camera', `${index}`];
	if (index === 0) return [];
	throw refuse(`camera ${index}`, `${programOf(way)} is too old to know more than one; sudo apt full-upgrade mends it`);
}

function encoderArguments(way: RpicamWay, { width, height, fps, bitrate, quality, keyEvery }: Choices): string[] {
	const rate = ['--intra', `${keyEvery}`, '-b', `${bitrate}`];
	switch (way.encoder) {
		case 'jpeg':
			return ['--codec', 'mjpeg', '-q', `${quality}`];
		case 'hardware': {
			const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16) * fps;
			const level = macroblocks > LEVEL_4_1 ? '4.2' : '4.1';
			return ['--codec', 'h264', '--profile', 'main', '--level', level, '--inline', ...rate];
		}
		case 'libav':
			return ['--codec', 'h264', '--libav-format', 'h264', ...lowLatency(way), '--profile', 'baseline', ...rate];
	}
}

function lowLatency(way: RpicamWay): string[] {
	if (has(way, '--low-latency', [1, 6, 0])) return ['--low-latency'];
	const option = '--libav-video-codec-opts';
	return has(way, option, [1, 4, 1]) ? [option, LOW_LATENCY_OPTIONS] : [];
}

/** By the help text; by the version only where there was no help to read. */
function has({ tool }: RpicamWay, option: string, since: readonly [number, number, number]): boolean {
	return tool.options.size > 0 ? tool.options.has(option) : isAtLeast(tool.version, since);
}

function knows({ tool }: RpicamWay, option: string): boolean {
	return tool.options.size === 0 || tool.options.has(option);
}

function wishes(way: RpicamWay, settings: CaptureSettings): string[] {
	const { rotation = 0, flip, night, brightness, zoom } = settings;
	if (rotation === 90 || rotation === 270) {
		throw refuse(`a rotation of ${rotation}°`, `${programOf(way)} turns by 180° only; the page can turn the picture`);
	}
	return [
		...(rotation === 180 ? ['--rotation', '180'] : []),
		...(flip === 'horizontal' || flip === 'both' ? ['--hflip'] : []),
		...(flip === 'vertical' || flip === 'both' ? ['--vflip'] : []),
		...(night ? ['--gain', NIGHT_GAIN] : []),
		...(brightness ? ['--brightness', plain(brightness)] : []),
		...focus(way, settings),
		...(zoom ? ['--roi', [zoom.x, zoom.y, zoom.width, zoom.height].map(plain).join(',')] : []),
	];
}

function focus(way: RpicamWay, { autofocus, lensPosition }: CaptureSettings): string[] {
	const mode = autofocus ?? (lensPosition === undefined ? undefined : 'manual');
	if (mode === undefined) return [];
	if (mode !== 'manual' && lensPosition !== undefined) {
		throw refuse('a lens position', `autofocus "${mode}" moves the lens by itself; "manual" does not`);
	}
	const sensor = way.camera?.sensor ?? '';
	if (FIXED_FOCUS.test(sensor)) throw refuse('a focus', `the lens of the ${sensor} does not move`);
	if (!knows(way, '--autofocus-mode')) {
		throw refuse('a focus', `${programOf(way)} ${way.tool.versionText} is too old for it; 1.0.2 or newer is wanted`);
	}
	const position = lensPosition === undefined ? [] : ['--lens-position', plain(lensPosition)];
	return ['--autofocus-mode', mode, ...position];
}

function programOf({ tool }: RpicamWay): string {
	return tool.program.split('/').at(-1) ?? tool.program;
}
