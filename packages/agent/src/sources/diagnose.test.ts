import { sample } from '@oriel/testing/agent/samples';
import { describe, expect, it } from 'vitest';
import type { Diagnosis, Evidence, ExitStatus } from '../capture/command/command.ts';
import { diagnoseAvFoundation } from './avfoundation/diagnose.ts';
import { diagnoseDshow } from './dshow/diagnose.ts';
import { diagnoseFfmpegV4l2 } from './ffmpeg/diagnose.ts';
import { diagnoseRaspivid } from './raspivid/diagnose.ts';
import { diagnoseRpicam } from './rpicam/diagnose.ts';
import { diagnoseV4l2Ctl } from './v4l2/diagnose.ts';

const EXITED: ExitStatus = { how: 'exited', code: 255, signal: undefined };

function evidence(words: string, more: Partial<Evidence> = {}): Evidence {
	return { exit: EXITED, words: words.split('\n').filter((line) => line !== ''), pictures: 0, ...more };
}

const ARGS = ['-t', '0', '--codec', 'h264', '--libav-format', 'h264', '--low-latency'];
const rpicam = (seen: Evidence) => diagnoseRpicam(seen, true, 'rpicam-vid', ARGS);
const usb = (seen: Evidence) => diagnoseV4l2Ctl(seen, '/dev/video0', false);
const FFMPEG = {
	v4l2: diagnoseFfmpegV4l2,
	avfoundation: diagnoseAvFoundation,
	dshow: diagnoseDshow,
} as const;
const ffmpeg = (kind: keyof typeof FFMPEG) => (seen: Evidence) => FFMPEG[kind](seen, 'the camera');

describe('the words of rpicam-vid', () => {
	it.each([
		['err.no-camera.stderr.txt', 'no-camera', 'soon'],
		['err.busy.stderr.txt', 'busy', 'soon'],
		['err.cma.stderr.txt', 'no-memory', 'later'],
		['err.frontend-timeout.stderr.txt', 'sensor-timeout', 'soon'],
		['err.permission-dmaheap.stderr.txt', 'permission', 'later'],
	])('%s: %s', (name, fault, again) => {
		expect(rpicam(evidence(sample(name)))).toMatchObject({ fault, again });
	});

	it.each([
		['ERROR: *** no cameras available ***', 'no-camera'],
		['ERROR: *** selected camera is not available ***', 'bad-index'],
		['ERROR: *** failed to acquire camera /base/soc/i2c0mux/i2c@1/imx477@1a ***', 'busy'],
		["ERROR: *** unrecognised option '--libav-format' ***", 'old-version'],
		["ERROR: *** unrecognised option '--list-cameras' ***", 'old-version'],
		['ERROR: *** libav: cannot allocate output context, try setting with --libav-format ***', 'needs-libav-format'],
		['ERROR: *** Unable to find an appropriate H.264 codec ***', 'no-libav'],
		['ERROR: *** failed to open V4L2 H264 encoder ***', 'no-encoder'],
		['ERROR: *** failed to start output streaming ***', 'encoder-limits'],
		['ERROR: *** failed to allocate capture buffers ***', 'no-memory'],
		['ERROR: *** libav: unable to open video codec: -22 ***', 'no-libav'],
		['ERROR: the system appears to be configured for the legacy camera stack', 'legacy-stack'],
		['ERROR: rpicam-apps currently only supports the Raspberry Pi platforms.', 'unsupported-platform'],
		['ERROR: libcamera-apps currently only supports the Raspberry Pi platforms.', 'unsupported-platform'],
		['ERROR: Device timeout detected, attempting a restart!!!', 'sensor-timeout'],
		["terminate called after throwing an instance of 'std::runtime_error'", 'crashed'],
	])('%s: %s', (line, fault) => {
		expect(rpicam(evidence(line)).fault).toBe(fault);
	});

	it('every one-liner of the samples has a class of its own', () => {
		const lines = sample('err.one-liners.txt').split('\n');
		for (const line of lines.filter((text) => text.startsWith('ERROR'))) {
			expect(rpicam(evidence(line)).fault, line).not.toBe('ended');
		}
	});

	it.each([
		["ERROR: *** unrecognised option '--libav-format' ***", ['--libav-format', 'h264']],
		["ERROR: *** unrecognised option '--low-latency' ***", ['--low-latency']],
		["ERROR: *** unrecognised option '--list-cameras' ***", undefined],
	])('%s: try without %j', (line, without) => {
		expect(rpicam(evidence(line)).without).toEqual(without);
	});
});

describe('the words of raspivid', () => {
	it.each([
		['not-enabled', 'not-enabled'],
		['not-detected', 'no-camera'],
		['busy', 'busy'],
		['sensor-dead', 'sensor-timeout'],
		['on-libcamera-stack', 'wrong-stack'],
	])('%s: %s', (name, fault) => {
		expect(diagnoseRaspivid(evidence(sample(`raspivid.${name}.stderr.txt`))).fault).toBe(fault);
	});
});

describe('the words of v4l2-ctl', () => {
	it.each<[words: string, more: Partial<Evidence>, fault: string]>([
		['Cannot open device /dev/video0, exiting.', {}, 'no-camera'],
		[
			'VIDIOC_DQBUF: failed: No such device',
			{ exit: { how: 'exited', code: 0, signal: undefined }, pictures: 9 },
			'unplugged',
		],
		['VIDIOC_STREAMON returned -1 (No space left on device)', {}, 'usb-bandwidth'],
		['VIDIOC_S_FMT: failed: Device or resource busy', {}, 'busy'],
		['', {}, 'busy'],
		['', { exit: { how: 'exited', code: 0, signal: undefined }, pictures: 9 }, 'sensor-timeout'],
		['select timeout', { exit: { how: 'exited', code: 0, signal: undefined } }, 'sensor-timeout'],
		['VIDIOC_STREAMON returned -1 (Invalid argument)', {}, 'bad-format'],
		["stdbuf: failed to run command 'v4l2-ctl': No such file or directory", {}, 'program-missing'],
	])('%s: %j means %s', (words, more, fault) => {
		expect(usb(evidence(words, more)).fault).toBe(fault);
	});

	it('names the package of a program that is not there', () => {
		const line = "stdbuf: failed to run command 'v4l2-ctl': No such file or directory";
		expect(usb(evidence(line)).message).toBe('The program v4l2-ctl is not installed. Run: sudo apt install v4l-utils');
	});
});

describe('the words of ffmpeg', () => {
	it.each([
		['v4l2', sample('ffmpeg.v4l2.no-device.stderr.txt'), 'no-camera'],
		['v4l2', '[video4linux2,v4l2 @ 0x1] Cannot open video device /dev/video0: Permission denied', 'permission'],
		['v4l2', '[video4linux2,v4l2 @ 0x1] Not a video capture device.', 'not-a-camera'],
		['v4l2', "[video4linux2,v4l2 @ 0x1] Cannot find a proper format for codec 'mjpeg'", 'bad-format'],
		['v4l2', '[video4linux2,v4l2 @ 0x1] ioctl(VIDIOC_STREAMON): No space left on device', 'usb-bandwidth'],
		['v4l2', '[video4linux2,v4l2 @ 0x1] ioctl(VIDIOC_STREAMON): Device or resource busy', 'busy'],
		['v4l2', '[video4linux2,v4l2 @ 0x1] ioctl(VIDIOC_DQBUF): No such device', 'unplugged'],
		['avfoundation', sample('ffmpeg.avfoundation.bad-framerate.stderr.txt'), 'bad-format'],
		[
			'avfoundation',
			'[AVFoundation indev @ 0x1] Failed to create AV capture input device: Cannot use FaceTime',
			'permission',
		],
		['dshow', sample('ffmpeg.dshow.busy.stderr.txt'), 'busy'],
		['dshow', '[dshow @ 1] Could not find video device with name [x] among source devices of type video.', 'no-camera'],
		['v4l2', "[error] Unknown encoder 'h264_v4l2m2m'", 'no-encoder'],
		['dshow', "[error] Unrecognized option 'stimeout'.", 'old-version'],
	] as const)('%s: %s means %s', (kind, words, fault) => {
		expect(ffmpeg(kind)(evidence(words)).fault).toBe(fault);
	});

	it('a Mac that gives no pictures has not allowed the camera', () => {
		const { fault, message } = ffmpeg('avfoundation')(
			evidence('', { exit: { how: 'no-first-picture', afterMs: 12_000 } }),
		);
		expect(fault).toBe('permission');
		expect(message).toContain('System Settings → Privacy & Security → Camera');
	});

	it('keeps passwords to itself', () => {
		const words = 'rtsp://me:hush@cam.lan/1?pwd=hush: Something unheard of, an error';
		const { message } = ffmpeg('dshow')(evidence(words));
		expect(message).toContain('rtsp://***@cam.lan/1?***: Something unheard of');
	});
});

describe('the message table: what is said of faults while capturing', () => {
	const silent = (afterMs: number): Partial<Evidence> => ({ exit: { how: 'no-first-picture', afterMs } });
	it.each<[name: string, diagnosis: Diagnosis, message: string]>([
		[
			'busy, by an unknown program',
			rpicam(evidence(sample('err.busy.stderr.txt'))),
			'Another program is using the camera. Find it with: sudo fuser -v /dev/media* /dev/video*, and end it.',
		],
		[
			'the sensor times out',
			rpicam(evidence(sample('err.frontend-timeout.stderr.txt'))),
			'The camera stopped sending pictures. The cause is a loose, long or noisy ribbon cable, a failing module, or weak power: reseat or shorten the cable first.',
		],
		[
			'the sensor is dead, with raspivid, which then hangs',
			diagnoseRaspivid(evidence(sample('raspivid.sensor-dead.stderr.txt'), silent(12_000))),
			'The camera stopped sending pictures. The cause is a loose, long or noisy ribbon cable, a failing module, or weak power: reseat or shorten the cable first.',
		],
		[
			'no right',
			rpicam(evidence(sample('err.permission-dmaheap.stderr.txt'))),
			'This user may not open the camera. Run: sudo usermod -aG video,render $USER, and log in again (for a service: SupplementaryGroups=video render).',
		],
		[
			'no right to the old system’s device',
			diagnoseRaspivid(evidence('* failed to open vchiq instance')),
			'This user may not open the camera (/dev/vchiq). Run: sudo usermod -aG video,render $USER, and log in again (for a service: SupplementaryGroups=video render).',
		],
		[
			'a Pi that is not taken for one',
			rpicam(evidence('ERROR: rpicam-apps currently only supports the Raspberry Pi platforms.')),
			'The camera software does not recognise this Pi: a part of the kernel is not loaded. Run: sudo modprobe bcm2835-isp; if that fails, the kernel is not the one of Raspberry Pi OS.',
		],
		[
			'another board',
			diagnoseRpicam(
				evidence('ERROR: rpicam-apps currently only supports the Raspberry Pi platforms.'),
				false,
				'rpicam-vid',
				[],
			),
			'The camera software supports the Raspberry Pi only, with its own kernel. Use a USB or network camera, or Raspberry Pi OS on a Pi.',
		],
		[
			'no room on USB',
			usb(evidence('VIDIOC_STREAMON returned -1 (No space left on device)')),
			'The USB connection has not enough bandwidth for this camera. Choose a smaller size or rate, or JPEG; or plug it into another port; for raw pictures: uvcvideo quirks=128.',
		],
		[
			'a Mac that gives no pictures',
			ffmpeg('avfoundation')(evidence('', silent(12_000))),
			'The camera gives no pictures: macOS has not allowed it. Allow the terminal (or what starts Oriel) in System Settings → Privacy & Security → Camera.',
		],
		[
			'Windows, where another program has it',
			ffmpeg('dshow')(evidence(sample('ffmpeg.dshow.busy.stderr.txt'))),
			'Windows does not hand out the camera. Close Teams, Zoom, the Camera app and whatever else may use it, and allow it in Settings → Privacy → Camera.',
		],
		[
			'no memory',
			rpicam(evidence(sample('err.cma.stderr.txt'))),
			'There is no memory left for pictures. Choose a smaller size, or set dtoverlay=vc4-kms-v3d,cma-256 in config.txt, take a large gpu_mem out of it, and reboot.',
		],
		[
			'not enabled, with raspivid',
			diagnoseRaspivid(evidence(sample('raspivid.not-enabled.stderr.txt'))),
			'The camera is switched off in the settings of this Pi. Run: sudo raspi-config nonint do_camera 0, and reboot.',
		],
	])('%s', (_, diagnosis, message) => {
		expect(diagnosis.message).toBe(message);
	});
});

describe('ends without words that are known', () => {
	it.each<[ExitStatus, number, fault: string, message: string]>([
		[
			{ how: 'missing' },
			0,
			'program-missing',
			'The program rpicam-vid is not installed. Run: sudo apt install rpicam-apps',
		],
		[
			{ how: 'no-first-picture', afterMs: 12_000 },
			0,
			'no-picture',
			'rpicam-vid runs, but brought no picture in 12 s: it said this',
		],
		[{ how: 'stalled', afterMs: 3000 }, 7, 'stalled', 'rpicam-vid has brought no picture for 3 s: it said this'],
		[{ how: 'too-much-memory', bytes: 512_000_000 }, 7, 'too-much-memory', 'rpicam-vid grew to 512 MB and was ended'],
		[
			{ how: 'exited', code: 3, signal: undefined },
			7,
			'ended',
			'rpicam-vid ended (code 3) after 7 pictures: it said this',
		],
		[
			{ how: 'exited', code: undefined, signal: 'SIGKILL' },
			0,
			'ended',
			'rpicam-vid ended (signal SIGKILL) without a picture: it said this',
		],
		[
			{ how: 'exited', code: 134, signal: undefined },
			0,
			'crashed',
			'rpicam-vid ended (code 134) without a picture: it said this',
		],
	])('%j after %i pictures', (exit, pictures, fault, message) => {
		const diagnosis: Diagnosis = rpicam({ exit, words: ['it said this'], pictures });
		expect([diagnosis.fault, diagnosis.message]).toEqual([fault, message]);
	});
});
