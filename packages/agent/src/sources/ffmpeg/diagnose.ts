import type { Diagnosis, Evidence } from '../../capture/command/command.ts';
import { type DiagnosisRule, diagnose } from '../../capture/command/diagnose.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';

const ANY: readonly DiagnosisRule[] = [
	{
		sign: /Unknown encoder|Error while opening encoder|Could not find a valid device/,
		fault: 'no-encoder',
		say: (line) => `ffmpeg has no working encoder here (${line.trim().slice(0, 100)}). Oriel takes another if it can.`,
		onlyAtStart: true,
	},
	{
		sign: /Unrecognized option|Option .* not found/,
		fault: 'old-version',
		say: (line) => `This ffmpeg does not fit (${line.trim().slice(0, 100)}). Version 4.3 or newer is required.`,
		again: 'later',
		onlyAtStart: true,
	},
];

const V4L2 = (what: string): DiagnosisRule[] => [
	{ sign: /No space left on device/, fault: 'usb-bandwidth', say: () => MESSAGES.usbBandwidth(), again: 'later' },
	{ sign: /Device or resource busy/, fault: 'busy', say: () => MESSAGES.busy([]) },
	{ sign: /Permission denied/, fault: 'permission', say: () => MESSAGES.noPermission([]), again: 'later' },
	{
		sign: /Cannot open video device|No such file or directory/,
		fault: 'no-camera',
		say: () => `${what} is not there. Plug it in.`,
	},
	{ sign: /No such device/, fault: 'unplugged', say: () => `${what} was unplugged. Plug it in again.` },
	{
		sign: /Not a video capture device/,
		fault: 'not-a-camera',
		say: () => `${what} is no camera. oriel doctor shows the cameras of this machine.`,
		again: 'later',
	},
	{
		sign: /Cannot find a proper format|The device does not support|Invalid argument/,
		fault: 'bad-format',
		say: () => `${what} does not take this size, rate or form. Choose another.`,
		again: 'later',
	},
];

/**
 * What the end of `ffmpeg` means. Its exit codes differ from version to version and tell nothing. `what`: whose words they
 * are, e.g. `HD Webcam`; `table`: what its input may say.
 */
export function diagnoseFfmpeg(evidence: Evidence, what: string, table: readonly DiagnosisRule[]): Diagnosis {
	const { how } = evidence.exit;
	const program = how === 'missing' || how === 'exited' || how === 'too-much-memory' ? 'ffmpeg' : what;
	return diagnose([...ANY, ...table], program, evidence);
}

/** What the end of an `ffmpeg` that reads a node of Video4Linux means. */
export function diagnoseFfmpegV4l2(evidence: Evidence, what: string): Diagnosis {
	return diagnoseFfmpeg(evidence, what, V4L2(what));
}
