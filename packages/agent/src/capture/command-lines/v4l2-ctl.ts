import type { V4l2CtlWay, Way } from '../../detect/candidates/candidate.ts';
import type { CaptureSettings, Command } from '../program/command.ts';
import { type Choices, choose, plain } from './choices.ts';
import { offeredSize } from './offered-size.ts';
import { patience } from './patience.ts';
import { refuse } from './refuse.ts';
import { diagnoseV4l2Ctl } from './troubles/v4l2-ctl.ts';
import { v4l2Controls } from './v4l2-controls.ts';

/** Cameras on USB share one line with others; few are worth more. */
const USB_FPS = 15;
const USB_SIZE = { width: 1280, height: 720 };

/** `v4l2-ctl`: a camera's own JPEG or H.264, each buffer with its length, as `rdhV` tells. */
export function v4l2CtlCommand(way: V4l2CtlWay & Way, settings: CaptureSettings, label: string): Command {
	const { node, pixelFormat, isLegacyCsi } = way;
	if (settings.brightness) throw refuse('a brightness', 'the camera has its own; the page shows it');
	if (settings.zoom) throw refuse('a zoom', 'this camera has none that is given in parts of the picture');
	const choices = sized(way, choose(pixelFormat === 'H264' ? 'h264' : 'jpeg', way.board, settings), settings);
	const { width, height, fps } = choices;
	const controls = v4l2Controls(way, settings, choices);
	return {
		description: `${label} at ${node.path} with v4l2-ctl`,
		program: 'stdbuf',
		arguments: [
			// It does not empty its buffer after a picture by itself.
			...['-o0', 'v4l2-ctl', '-d', node.path],
			...(controls.length > 0 ? [`--set-ctrl=${controls.join(',')}`] : []),
			`--set-fmt-video=width=${width},height=${height},pixelformat=${pixelFormat}`,
			`--set-parm=${plain(fps)}`,
			...['--stream-mmap=4', '--stream-poll', '--stream-to-hdr=-'],
		],
		output: 'rdhv',
		...patience(fps, way.slow),
		diagnose: diagnoseV4l2Ctl(node.path, isLegacyCsi),
	};
}

/** The Pi's own camera takes any size; others have a list. */
function sized(way: V4l2CtlWay, choices: Choices, { size, fps, night }: CaptureSettings): Choices {
	if (way.isLegacyCsi) return choices;
	const format = way.node.formats.find(({ name }) => [way.pixelFormat, 'mjpeg', 'h264'].includes(name));
	const chosenFps = fps ?? (night ? choices.fps : USB_FPS);
	return { ...choices, ...offeredSize(format, size, USB_SIZE), fps: chosenFps };
}
