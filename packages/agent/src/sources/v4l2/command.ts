import { type Choices, choose, plain } from '../../capture/command/choices.ts';
import type { CaptureSettings } from '../../capture/command/command.ts';
import { frameTimeouts } from '../../capture/command/frame-timeouts.ts';
import { offeredSize } from '../../capture/command/offered-size.ts';
import { refuse } from '../../capture/command/refuse.ts';
import type { Camera, CommandLine } from '../../capture/method.ts';
import type { V4l2CtlInput } from './detect.ts';
import { v4l2Controls } from './start-controls.ts';

/** Cameras on USB share one line with others; few are worth more. */
const USB_FPS = 15;
const USB_SIZE = { width: 1280, height: 720 };

/** `v4l2-ctl`: a camera's own JPEG or H.264, each buffer with its length, as `rdhV` tells. */
export function v4l2CtlCommand(
	{ input, board, slow, label }: Camera<V4l2CtlInput>,
	settings: CaptureSettings,
): CommandLine {
	const { node, pixelFormat } = input;
	if (settings.brightness) throw refuse('a brightness', 'the camera has its own; the page shows it');
	if (settings.zoom) throw refuse('a zoom', 'this camera has none that is given in parts of the picture');
	const choices = sized(input, choose(pixelFormat === 'H264' ? 'h264' : 'jpeg', board, settings), settings);
	const { width, height, fps } = choices;
	const controls = v4l2Controls(input, settings, choices);
	return {
		description: `${label} at ${node.path} with v4l2-ctl`,
		program: 'stdbuf',
		arguments: [
			// It does not flush its buffer after each frame.
			...['-o0', 'v4l2-ctl', '-d', node.path],
			...(controls.length > 0 ? [`--set-ctrl=${controls.join(',')}`] : []),
			`--set-fmt-video=width=${width},height=${height},pixelformat=${pixelFormat}`,
			`--set-parm=${plain(fps)}`,
			...['--stream-mmap=4', '--stream-poll', '--stream-to-hdr=-'],
		],
		output: 'rdhv',
		...frameTimeouts(fps, slow),
	};
}

/** The Pi's own camera takes any size; others have a list. */
function sized(input: V4l2CtlInput, choices: Choices, { size, fps, night }: CaptureSettings): Choices {
	if (input.isLegacyCsi) return choices;
	const format = input.node.formats.find(({ name }) => [input.pixelFormat, 'mjpeg', 'h264'].includes(name));
	const chosenFps = fps ?? (night ? choices.fps : USB_FPS);
	return { ...choices, ...offeredSize(format, size, USB_SIZE), fps: chosenFps };
}
