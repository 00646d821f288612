import { runCamera, say, writeOut } from './camera.ts';
import { type Given, numberOf, OptionError, readBoost } from './options.ts';
import { rpicamHelp, rpicamOptions } from './rpicam-options.ts';
import type { Scenario } from './scenario.ts';
import { sensorPath, startLog } from './start-log.ts';
import { StdioPipe } from './stdio-pipe.ts';

/** Sides and rates of the hardware encoder (cameras.md section 0). */
const MAX_HARDWARE_WIDTH = 2032;
const MAX_HARDWARE_BITRATE = 25_000_000;

/** rpicam-vid, or libcamera-vid as it was called before. */
export function rpicam(args: readonly string[], scenario: Scenario): void {
	try {
		act(readBoost(args, rpicamOptions(scenario.tools)), scenario);
	} catch (failure) {
		if (!(failure instanceof OptionError)) throw failure;
		fail(failure.message);
	}
}

function act(given: Given, scenario: Scenario): void {
	if (given.has('help')) {
		print(rpicamHelp(rpicamOptions(scenario.tools)));
		return;
	}
	if (given.has('version')) {
		print(versionText(scenario));
		return;
	}
	if (given.has('list-cameras')) {
		list(scenario);
		return;
	}
	check(given);
	const [width, height] = [numberOf(given, 'width', 640), numberOf(given, 'height', 480)];
	const fps = numberOf(given, 'framerate', 30);
	openCamera(given, scenario, width, height, fps);
	const encoder = encoderFor(given, scenario, width);
	const painted = Math.min(fps > 0 ? fps : 30, Number(process.env.FAKECAM_FPS ?? 30));
	const isLibav = encoder === 'x264';
	const pipe = new StdioPipe(writeOut, { isUnbuffered: isLibav || given.has('flush') });
	const shape = { width, height, fps: painted };
	const frames = async () => {
		const { H264Frames, JpegFrames } = await import('./frames.ts');
		if (!encoder) return new JpegFrames(scenario, shape, numberOf(given, 'quality', 50));
		return new H264Frames(scenario, shape, {
			encoder,
			intra: numberOf(given, 'intra', 60),
			inline: (isLibav || given.has('inline')) && !scenario.has('no-inline'),
			fillTo: scenario.has('fill') ? numberOf(given, 'bitrate', 0) : undefined,
			bFrames: scenario.has('bframes') || (isLibav && hasBFrames(given)),
		});
	};
	const timeout = numberOf(given, 'timeout', 5000);
	const end = (): never => {
		pipe.flush();
		process.exit(0);
	};
	runCamera({
		scenario,
		frames,
		fps: painted,
		timeout,
		write: (picture) => pipe.write(picture),
		comment: given.has('nopreview')
			? undefined
			: (turn) => `#${turn} (${fps.toFixed(2)} fps) exp 33251.00 ag 8.00 dg 1.00`,
		heeds: 'at-next-picture',
		interrupted: end,
		timedOut() {
			say(`Halting: reached timeout of ${timeout} milliseconds.`);
			return end();
		},
	});
}

/** What boost and the program itself refuse before they look for a camera. */
function check(given: Given): void {
	const codec = given.get('codec') ?? 'h264';
	if (!['h264', 'mjpeg', 'yuv420', 'libav'].includes(codec)) fail(`unrecognised codec ${codec}`);
	const profile = given.get('profile');
	if (profile !== undefined && !['baseline', 'main', 'high'].includes(profile)) fail(`no such profile ${profile}`);
	const level = given.get('level');
	if (level !== undefined && !['4', '4.1', '4.2'].includes(level)) fail(`no such level ${level}`);
	if (!['0', '180'].includes(given.get('rotation') ?? '0')) fail('transforms requiring transpose not supported');
	for (const name of ['bitrate', 'shutter', 'gain', 'ev', 'camera', 'buffer-count']) numberOf(given, name, 0);
	if (given.get('output') !== '-') fail('this fake writes to -o - and nowhere else');
}

/** Says what libcamera says, and fails where it fails. */
function openCamera(given: Given, scenario: Scenario, width: number, height: number, fps: number): void {
	const [head = '', ...rest] = startLog(scenario.tools, width, height, fps);
	const path = sensorPath(scenario.tools.pipeline);
	if (!given.has('nopreview')) say('Preview window unavailable');
	say(head);
	if (scenario.has('permission')) {
		say('Could not open any dmaHeap device');
		say(
			'[2:40:33.934882193] [4982] ERROR DmaBufAllocator dma_buf_allocator.cpp:116 Could not open any dma-buf provider',
		);
		fail('no cameras available');
	}
	if (scenario.has('nocam') || scenario.board === 'usb' || scenario.board === 'legacy') fail('no cameras available');
	if (numberOf(given, 'camera', 0) > 0) fail('selected camera is not available');
	const isBusy = scenario.has('busy') || (scenario.has('busy-then-ok') && scenario.timesBefore('busy') === 0);
	if (isBusy) {
		say('[93:12:50.409301353] [47239]  INFO Camera camera.cpp:1008 Pipeline handler in use by another process');
		fail(`failed to acquire camera ${path}`);
	}
	for (const line of rest) say(line);
	if (scenario.has('cma')) {
		say(
			'[23:50:08.514187869] [4304] ERROR V4L2 v4l2_videodevice.cpp:1241 /dev/video0[12:cap]: Unable to request 1 buffers: Cannot allocate memory',
		);
		fail('failed to allocate capture buffers');
	}
	if (scenario.has('frontend-timeout')) timeOut();
}

/** Undefined: JPEGs. */
function encoderFor(given: Given, scenario: Scenario, width: number): 'pi-hardware' | 'x264' | undefined {
	const codec = given.get('codec') ?? 'h264';
	if (codec === 'mjpeg' || codec === 'yuv420') return undefined;
	const { libav, pipeline } = scenario.tools;
	if (codec === 'h264' && pipeline === 'vc4') {
		if (width > MAX_HARDWARE_WIDTH || numberOf(given, 'bitrate', 0) >= MAX_HARDWARE_BITRATE) {
			fail('failed to start output streaming');
		}
		return 'pi-hardware';
	}
	if (!libav) fail(codec === 'libav' ? 'Unrecognised codec libav' : 'Unable to find an appropriate H.264 codec');
	if (given.get('libav-format') === undefined) {
		fail('libav: cannot allocate output context, try setting with --libav-format');
	}
	if (given.has('save-pts')) fail('libav: Incompatible options selected.');
	return 'x264';
}

function hasBFrames(given: Given): boolean {
	return !given.has('low-latency') && !/(^|;)bf=0(;|$)/.test(given.get('libav-video-codec-opts') ?? '');
}

/** Goes on indefinitely, and brings nothing. */
function timeOut(): never {
	process.on('SIGINT', () => undefined);
	setInterval(() => {
		say(
			'[5:00:54.982057588] [2324]  WARN V4L2 v4l2_videodevice.cpp:2007 /dev/video0[14:cap]: Dequeue timer of 1000000.00us has expired!',
		);
		say('[5:00:54.982184292] [2324] ERROR RPI pipeline_base.cpp:1424 Camera frontend has timed out!');
		say('ERROR: Device timeout detected, attempting a restart!!!');
	}, 200);
	setTimeout(() => process.exit(99), 120_000);
	throw new Waiting();
}

/** There is nothing more to do here; timers and signals do the rest. */
export class Waiting extends Error {}

function list(scenario: Scenario): void {
	const isNone = scenario.has('nocam') || scenario.has('permission') || ['usb', 'legacy'].includes(scenario.board);
	if (isNone) {
		// Listing registers the cameras as starting does.
		if (scenario.has('permission')) say('Could not open any dmaHeap device');
		print('No cameras available!\n');
		return;
	}
	print(
		[
			'Available cameras',
			'-----------------',
			`0 : imx708 [4608x2592 10-bit RGGB] (${sensorPath(scenario.tools.pipeline)})`,
			"    Modes: 'SRGGB10_CSI2P' : 1536x864 [120.13 fps - (768, 432)/3072x1728 crop]",
			'                             2304x1296 [56.03 fps - (0, 0)/4608x2592 crop]',
			'                             4608x2592 [14.35 fps - (0, 0)/4608x2592 crop]',
			'',
			'',
		].join('\n'),
	);
}

function versionText({ tools: { version, build, libcamera, libav } }: Scenario): string {
	const [major = 0, minor = 0, patch = 0] = version ?? [];
	const name = major > 1 || minor >= 4 ? 'rpicam-apps' : 'libcamera-apps';
	const hasCapabilities = minor > 5 || (minor === 5 && patch >= 3);
	const capabilities = hasCapabilities ? `rpicam-apps capabilites: egl:1 qt:1 drm:1 libav:${libav ? 1 : 0}\n` : '';
	return `${name} build: ${build}\n${capabilities}libcamera build: ${libcamera}\n`;
}

function print(text: string): void {
	writeOut(Buffer.from(text));
}

function fail(words: string): never {
	say(`ERROR: *** ${words} ***`);
	process.exit(255);
}
