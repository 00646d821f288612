import { MESSAGES } from '../../../detect/findings/messages.ts';
import type { Diagnosis, Evidence } from '../../program/command.ts';
import { diagnose, type Trouble } from './trouble.ts';

/** Where ffmpeg gets its pictures from. */
export interface FfmpegInput {
	/** Whose words they are, e.g. `the camera at rtsp://cam.lan/1`. Holds no password. */
	readonly what: string;
	readonly kind: 'v4l2' | 'avfoundation' | 'dshow' | 'rtsp';
}

const V4L2 = (what: string): Trouble[] => [
	{ sign: /No space left on device/, trouble: 'usb-bandwidth', say: () => MESSAGES.usbBandwidth(), again: 'later' },
	{ sign: /Device or resource busy/, trouble: 'busy', say: () => MESSAGES.busy([]) },
	{ sign: /Permission denied/, trouble: 'permission', say: () => MESSAGES.noPermission([]), again: 'later' },
	{
		sign: /Cannot open video device|No such file or directory/,
		trouble: 'no-camera',
		say: () => `${what} is not there. Plug it in.`,
	},
	{ sign: /No such device/, trouble: 'unplugged', say: () => `${what} was unplugged. Plug it in again.` },
	{
		sign: /Not a video capture device/,
		trouble: 'not-a-camera',
		say: () => `${what} is no camera. oriel doctor shows the cameras of this machine.`,
		again: 'later',
	},
	{
		sign: /Cannot find a proper format|The device does not support|Invalid argument/,
		trouble: 'bad-format',
		say: () => `${what} does not take this size, rate or form. Choose another.`,
		again: 'later',
	},
];

const AVFOUNDATION = (what: string): Trouble[] => [
	{
		sign: /Failed to create AV capture input device|not authorized/i,
		trouble: 'permission',
		say: () => MESSAGES.macPermission(),
		again: 'later',
	},
	{
		sign: /Selected framerate .* is not supported|Selected video size .* is not supported/,
		trouble: 'bad-format',
		say: () => `${what} does not have this size and rate. oriel doctor shows those that it has.`,
		again: 'later',
	},
	{
		sign: /Video device not found|Invalid device index/,
		trouble: 'no-camera',
		say: () => `${what} is not there. Plug it in.`,
	},
];

const DSHOW = (what: string): Trouble[] => [
	{ sign: /Could not run graph/, trouble: 'busy', say: () => MESSAGES.windowsBusy() },
	{
		sign: /Could not set video options/,
		trouble: 'bad-format',
		say: () => `${what} does not have this size, rate or form. Choose another.`,
		again: 'later',
	},
	{
		sign: /Could not find video device|Could not enumerate video devices/,
		trouble: 'no-camera',
		say: () => `${what} is not there. Plug it in.`,
	},
];

const RTSP = (what: string): Trouble[] => [
	{
		sign: /401 Unauthorized|403 Forbidden/,
		trouble: 'wrong-password',
		say: () =>
			`${what} refuses the user name or password. Put the right ones into its address: rtsp://USER:PASSWORD@HOST/…`,
		// Cameras lock out those who keep trying.
		again: 'later',
	},
	{
		sign: /404 (Not Found|Stream Not Found)|454 Session/,
		trouble: 'not-found',
		say: () => `${what} has no stream under this path. Its manual tells the right one.`,
		again: 'later',
	},
	{
		sign: /Video codec \w+ not compatible with flv|codec not currently supported in container|Video: hevc/,
		trouble: 'not-h264',
		say: () => `${what} does not send H.264 there. Set it to H.264, or take the address of its second stream.`,
		again: 'later',
	},
	{
		sign: /matches no streams/,
		trouble: 'no-video',
		say: () => `${what} sends no video there. Its manual tells the right path.`,
		again: 'later',
	},
	{
		sign: /Connection refused/,
		trouble: 'refused',
		say: () => `Nothing listens where ${what} should be. Is it switched on, and are address and port right?`,
	},
	{
		sign: /Name or service not known|Failed to resolve hostname|nodename nor servname|No such host/,
		trouble: 'unknown-name',
		say: () => `The name of ${what} is not known here. Is it spelled right, and is there a network?`,
	},
	{
		sign: /No route to host|Network is unreachable|Host is down/,
		trouble: 'unreachable',
		say: () => `There is no way from here to ${what}. Is there a network?`,
	},
	{
		sign: /timed out|Operation timed out|ETIMEDOUT/i,
		trouble: 'timed-out',
		say: () => `${what} does not answer. Is it switched on?`,
	},
	{
		sign: /Protocol not found|Invalid data found when processing input/,
		trouble: 'not-rtsp',
		say: () => `What answers at ${what} does not speak RTSP. Is the port right? Most cameras use 554.`,
		again: 'later',
	},
];

const TABLES = { v4l2: V4L2, avfoundation: AVFOUNDATION, dshow: DSHOW, rtsp: RTSP } as const;

const ANY: readonly Trouble[] = [
	{
		sign: /Unknown encoder|Error while opening encoder|Could not find a valid device/,
		trouble: 'no-encoder',
		say: (line) => `ffmpeg has no working encoder here (${line.trim().slice(0, 100)}). Oriel takes another if it can.`,
		onlyAtStart: true,
	},
	{
		sign: /Unrecognized option|Option .* not found/,
		trouble: 'old-version',
		say: (line) => `This ffmpeg does not fit (${line.trim().slice(0, 100)}). Version 4.3 or newer is wanted.`,
		again: 'later',
		onlyAtStart: true,
	},
];

/** What the end of `ffmpeg` means. Its exit codes differ from version to version and tell nothing. */
export function diagnoseFfmpeg({ what, kind }: FfmpegInput): (evidence: Evidence) => Diagnosis {
	const table = [...ANY, ...TABLES[kind](what)];
	return (evidence) => {
		const { ending } = evidence;
		const program =
			ending.how === 'missing' || ending.how === 'exited' || ending.how === 'too-much-memory' ? 'ffmpeg' : what;
		const found = diagnose(table, program, evidence);
		// A Mac that has not allowed the camera lets ffmpeg wait for ever.
		if (kind !== 'avfoundation' || found.trouble !== 'no-picture') return found;
		const { words, fix } = MESSAGES.macPermission();
		return { trouble: 'permission', message: `${words} ${fix}`, again: 'soon' };
	};
}
