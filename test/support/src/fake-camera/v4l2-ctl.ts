import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCamera, say, writeOut } from './camera.ts';
import { controlList, readControls, setControls } from './driver-controls.ts';
import type { Scenario } from './scenario.ts';
import { StdioPipe } from './stdio-pipe.ts';

const FLAGS = new Set([
	'--stream-poll',
	'--list-devices',
	'--list-formats-ext',
	'--list-formats',
	'--list-ctrls-menus',
	'--all',
	'--silent',
	'--version',
	'-L',
]);
const VALUES = new Set([
	'--set-fmt-video',
	'--set-parm',
	'--stream-mmap',
	'--stream-to-hdr',
	'--stream-to',
	'--set-ctrl',
	'--device',
	'--stream-count',
	'--get-ctrl',
]);
/** stdbuf(1) hands its requests to the program in the environment. */
const REFUSED = 'VIDIOC_S_EXT_CTRLS: failed: Device or resource busy';
const STDBUF_UNBUFFERED = '0';
const SELECT_TIMEOUT_MS = 2000;

/** v4l2-ctl 1.22, as in Bookworm, with one USB camera. */
export function v4l2Ctl(args: readonly string[], scenario: Scenario): void {
	const given = read(args);
	if (given.has('--version')) {
		print('v4l2-ctl 1.22.1\n');
		return;
	}
	if (given.has('--list-devices')) {
		listDevices(scenario);
		return;
	}
	const device = given.get('--device') ?? '/dev/video0';
	if (isGone(scenario) || device !== devicePath()) {
		say(`Cannot open device ${device}, exiting.`);
		process.exit(1);
	}
	if (given.has('--list-formats-ext') || given.has('--list-formats')) {
		print(FORMATS);
		return;
	}
	if (given.has('--list-ctrls-menus') || given.has('-L')) {
		print(controlList());
		return;
	}
	const set = given.get('--set-ctrl');
	if (set !== undefined) {
		const problem = scenario.has('controls-refused') ? REFUSED : setControls(set);
		if (problem !== undefined) {
			say(problem);
			process.exit(255);
		}
	}
	const get = given.get('--get-ctrl');
	if (get !== undefined) print(readControls(get));
	if (!given.has('--stream-mmap') && (set !== undefined || get !== undefined)) return;
	if (scenario.has('busy')) {
		beBusy(given);
		return;
	}
	if (given.has('--stream-mmap')) stream(given, scenario);
}

/** Where the one camera is. */
export function devicePath(): string {
	return process.env.FAKECAM_DEVICE ?? '/dev/video0';
}

function read(args: readonly string[]): ReadonlyMap<string, string> {
	const given = new Map<string, string>();
	for (let at = 0; at < args.length; at++) {
		const argument = args[at] ?? '';
		const [name = '', value] = argument.startsWith('--') ? argument.split(/=(.*)/s) : [argument];
		if (name === '-d') given.set('--device', args[++at] ?? '');
		else if (FLAGS.has(name)) given.set(name, '');
		else if (VALUES.has(name) && name === '--stream-mmap') given.set(name, value ?? '4');
		else if (VALUES.has(name)) given.set(name, value ?? args[++at] ?? '');
		else {
			say(`v4l2-ctl: unrecognized option '${argument}'`);
			process.exit(1);
		}
	}
	return given;
}

function stream(given: ReadonlyMap<string, string>, scenario: Scenario): void {
	const format = new Map(
		(given.get('--set-fmt-video') ?? '').split(',').map((part) => part.split('=') as [string, string]),
	);
	const fps = Math.min(Number(given.get('--set-parm') ?? 30), Number(process.env.FAKECAM_FPS ?? 30));
	const shape = { width: Number(format.get('width') ?? 640), height: Number(format.get('height') ?? 480), fps };
	const frames = async () => {
		const { H264Frames, JpegFrames } = await import('./frames.ts');
		if (format.get('pixelformat') !== 'H264') return new JpegFrames(scenario, shape, 60);
		return new H264Frames(scenario, shape, {
			encoder: 'x264',
			intra: 30,
			inline: !scenario.has('no-inline'),
			bFrames: scenario.has('bframes'),
		});
	};
	const hasHeaders = given.get('--stream-to-hdr') === '-';
	if (!hasHeaders && given.get('--stream-to') !== '-') process.exit(0);
	const pipe = new StdioPipe(writeOut, { isUnbuffered: process.env._STDBUF_O === STDBUF_UNBUFFERED });
	// Versions before 1.26 say so on stdout, of all places.
	if (given.has('--set-parm'))
		pipe.write(Buffer.from(`Frame rate set to ${Number(given.get('--set-parm')).toFixed(3)} fps\n`));
	if (scenario.has('garbage-prefix')) pipe.write(Buffer.from('<VIDIOC_QBUF> rdh '));
	const stallsAt = scenario.at('stall');
	let pictures = 0;
	const end = (): never => {
		pipe.flush();
		process.exit(0);
	};
	const write = (picture: Buffer) => {
		if (isGone(scenario) || (pictures > 0 && pictures === scenario.at('unplug'))) {
			say('\t\tVIDIOC_DQBUF: failed: No such device');
			end();
		}
		if (hasHeaders) pipe.write(headerOf(picture));
		pipe.write(picture);
		if (++pictures === stallsAt && given.has('--stream-poll')) {
			setTimeout(() => {
				say('select timeout');
				end();
			}, SELECT_TIMEOUT_MS);
		}
	};
	// It has no handler: the signal ends it.
	const interrupted = (): never => {
		process.exit(130);
	};
	runCamera({ scenario, frames, fps, timeout: 0, write, heeds: 'at-once', interrupted, timedOut: end });
}

function headerOf(picture: Buffer): Buffer {
	const header = Buffer.from('rdhV\0\0\0\0', 'latin1');
	header.writeUInt32BE(picture.length, 4);
	return header;
}

/** While streaming it says nothing about it. */
function beBusy(given: ReadonlyMap<string, string>): void {
	if (!given.has('--stream-mmap')) print('VIDIOC_S_FMT: failed: Device or resource busy\n');
	process.exit(255);
}

/** Unplugged from the beginning, or while a file `unplugged` is in the folder. */
function isGone(scenario: Scenario): boolean {
	const folder = process.env.FAKECAM_FOLDER;
	return scenario.has('unplugged') || (folder !== undefined && existsSync(join(folder, 'unplugged')));
}

function listDevices(scenario: Scenario): void {
	if (isGone(scenario)) {
		say('Cannot open device /dev/video0, exiting.');
		process.exit(1);
	}
	print(`Webcam: Webcam (usb-0000:01:00.0-1.1):\n\t${devicePath()}\n\t/dev/media5\n\n`);
}

function print(text: string): void {
	writeOut(Buffer.from(text));
}

const FORMATS = `ioctl: VIDIOC_ENUM_FMT
	Type: Video Capture

	[0]: 'MJPG' (Motion-JPEG, compressed)
		Size: Discrete 1920x1080
			Interval: Discrete 0.033s (30.000 fps)
		Size: Discrete 1280x720
			Interval: Discrete 0.033s (30.000 fps)
		Size: Discrete 640x480
			Interval: Discrete 0.033s (30.000 fps)
	[1]: 'YUYV' (YUYV 4:2:2)
		Size: Discrete 640x480
			Interval: Discrete 0.033s (30.000 fps)
`;
