import { runCamera, say, writeOut } from './camera.ts';
import type { Scenario } from './scenario.ts';
import { StdioPipe } from './stdio-pipe.ts';

/** Short names with a value, and without (RaspiVid.c, RaspiCamControl.c, RaspiCommonSettings.c). */
const VALUES = new Set(
	'-t -cs -cd -w -h -fps -b -o -g -pf -lev -ex -awb -rot -roi -ss -ISO -ev -br -co -sa -sh -md -a -sl -pts -ih -drc -ifx -mm -cfx -qp'
		.split(' ')
		.filter((name) => name !== '-ih'),
);
const FLAGS = new Set('-n -fl -ih -stm -hf -vf -s -k -v -td'.split(' '));
const LONG: Readonly<Record<string, string>> = {
	'--timeout': '-t',
	'--width': '-w',
	'--height': '-h',
	'--framerate': '-fps',
	'--bitrate': '-b',
	'--output': '-o',
	'--nopreview': '-n',
	'--inline': '-ih',
	'--flush': '-fl',
	'--intra': '-g',
	'--codec': '-cd',
	'--profile': '-pf',
	'--level': '-lev',
};
const MAX_MACROBLOCKS_A_SECOND = 522_240;

/** The camera program of the old stack. */
export function raspivid(args: readonly string[], scenario: Scenario): void {
	const given = read(args);
	if (scenario.board !== 'legacy') {
		say('ERROR: the system should be configured for the legacy camera stack');
		process.exit(255);
	}
	open(scenario);
	const number = (name: string, fallback: number) => Number(given.get(name) ?? fallback);
	const [width, height, fps] = [number('-w', 1920), number('-h', 1080), number('-fps', 30)];
	if (given.get('-o') !== '-') refuse('-o');
	if ((width * height * fps) / 256 > MAX_MACROBLOCKS_A_SECOND) {
		say('Too many macroblocks/s requested');
		process.exit(64);
	}
	const painted = Math.min(fps > 0 ? fps : 30, Number(process.env.FAKECAM_FPS ?? 30));
	const shape = { width, height, fps: painted };
	const isJpeg = given.get('-cd') === 'MJPEG';
	const pipe = new StdioPipe(writeOut, { isUnbuffered: given.has('-fl') });
	const frames = async () => {
		const { H264Frames, JpegFrames } = await import('./frames.ts');
		if (isJpeg) return new JpegFrames(scenario, shape, 60);
		return new H264Frames(scenario, shape, {
			encoder: 'pi-hardware',
			intra: number('-g', 60),
			inline: given.has('-ih') && !scenario.has('no-inline'),
			bFrames: false,
		});
	};
	runCamera({
		scenario,
		frames,
		fps: painted,
		timeout: number('-t', 5000),
		write: (picture) => writeInPieces(picture, pipe),
		heeds: 'at-once',
		interrupted() {
			say('Aborting program');
			process.exit(130);
		},
		timedOut: () => process.exit(0),
	});
}

function read(args: readonly string[]): ReadonlyMap<string, string> {
	const given = new Map<string, string>();
	for (let at = 0; at < args.length; at++) {
		const name = LONG[args[at] ?? ''] ?? args[at] ?? '';
		if (FLAGS.has(name)) given.set(name, '');
		else if (VALUES.has(name) && args[at + 1] !== undefined) given.set(name, args[++at] ?? '');
		else refuse(name);
	}
	return given;
}

function refuse(name: string): never {
	say(`Invalid command line option (${name})`);
	process.exit(64);
}

function open(scenario: Scenario): void {
	if (scenario.has('nocam')) {
		say("mmal: mmal_vc_component_create: failed to create component 'vc.ril.camera' (1:ENOMEM)");
		say("mmal: mmal_component_create_core: could not create component 'vc.ril.camera' (1)");
		say('mmal: Failed to create camera component');
		say('mmal: main: Failed to create camera component');
		say('mmal: Camera is not detected. Please check carefully the camera module is installed correctly');
		process.exit(70);
	}
	if (scenario.has('busy') || (scenario.has('busy-then-ok') && scenario.timesBefore('busy') === 0)) {
		say('mmal: mmal_vc_component_enable: failed to enable component: ENOSPC');
		say("mmal: camera component couldn't be enabled");
		say('mmal: main: Failed to create camera component');
		say('mmal: Failed to run camera app. Please check for firmware updates');
		process.exit(70);
	}
	if (scenario.has('sensor-dead')) {
		say(
			'Camera control callback  cmd=0x4f525245mmal: No data received from sensor. Check all connections, including the Sunny one on the camera board',
		);
	}
}

/** A buffer of the encoder is not a picture: large ones come in several writes. */
function writeInPieces(picture: Buffer, pipe: StdioPipe): void {
	const half = Math.ceil(picture.length / 2);
	pipe.write(picture.subarray(0, half));
	pipe.write(picture.subarray(half));
}
