import { boardWith, nodeFiles, type Setting, usbCamera } from '@oriel/testing/agent/boards';
import { type CameraProgram, cameraProgram, ffmpegProgram, v4l2CtlProgram } from '@oriel/testing/agent/camera-programs';
import { detected } from '@oriel/testing/agent/detected';
import { type FakeComputerOptions, fakeComputer } from '@oriel/testing/agent/fake-computer';
import { sample } from '@oriel/testing/agent/samples';
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../capture/auto/findings.ts';
import { onOneLine } from '../detect/findings/finding.ts';
import { readHealth } from '../detect/health/health.ts';

/** What is said about that computer, each as `code: words fix`. */
async function said(options: FakeComputerOptions): Promise<string[]> {
	const computer = fakeComputer(options);
	const all = await detected(computer);
	const findings = findingsOf(all, all.candidates.length > 0, { health: await readHealth(computer) });
	return findings.map((finding) => `${finding.code}: ${onOneLine(finding)}`);
}

const none = (name: CameraProgram['name'] = 'rpicam-vid', version = 'v1.6.0') =>
	cameraProgram({ name, version, libav: true });
const found = cameraProgram({
	name: 'rpicam-vid',
	version: 'v1.6.0',
	libav: true,
	cameras: 'list-cameras.pi5-imx500.txt',
});
const lite = cameraProgram({
	name: 'rpicam-vid',
	version: 'v1.6.0',
	libav: false,
	cameras: 'list-cameras.pi5-imx500.txt',
});
const DMESG = '[    9.138221] imx519 10-001a: failed to read chip id 519, with error -5\n';
const raw = sample('v4l2-ctl.list-formats-ext.mjpg-yuyv.CONSTRUCTED.txt').replace(/\t\[0\][\s\S]*?(?=\t\[1\])/, '');

describe('what is said', () => {
	it.each<[finding: string, setting: Setting, words: string]>([
		[
			'detection is switched off',
			{ board: 'Pi 4', config: 'camera_auto_detect=0\n', answers: none() },
			'detection-off: Camera detection is switched off in /boot/firmware/config.txt. Put camera_auto_detect=1 there (or run: sudo raspi-config nonint do_camera 0) and reboot.',
		],
		[
			'detection is not switched on',
			{ board: 'Pi 4', system: 'bullseye', config: '# nothing\n', answers: none('libcamera-vid', 'v1.2.1') },
			'detection-off: Camera detection is switched off in /boot/config.txt. Put camera_auto_detect=1 there (or run: sudo raspi-config nonint do_camera 0) and reboot.',
		],
		[
			'the legacy system is on, on Bullseye',
			{ board: 'Pi 4', system: 'bullseye', config: 'start_x=1\n', answers: none('libcamera-vid', 'v1.2.1') },
			'legacy-stack: The old ("legacy") camera system is on. To change to the new one, run: sudo raspi-config nonint do_legacy 1, and reboot.',
		],
		[
			'the sensor does not answer',
			{ board: 'Pi 4', answers: { ...none(), dmesg: DMESG } },
			"sensor-silent: The Pi is set up for a camera (imx519) but cannot talk to it. Reseat both ends of the ribbon cable (mind the contacts' side), or try another cable.",
		],
		[
			'the sensor does not answer, and only the journal may be read',
			{
				board: 'Pi 4',
				answers: {
					...none(),
					dmesg: { stderr: 'dmesg: read kernel buffer failed: Operation not permitted' },
					'journalctl -k -b -o cat --no-pager -n 4000': 'imx477 6-001a: failed to read chip id 477, with error -5\n',
				},
			},
			"sensor-silent: The Pi is set up for a camera (imx477) but cannot talk to it. Reseat both ends of the ribbon cable (mind the contacts' side), or try another cable.",
		],
		[
			'nothing is on the connector',
			{ board: 'Pi 4', answers: { ...none(), dmesg: '[ 1.0] nothing of interest\n' } },
			'no-camera: No camera was found on the connector. Check: the ribbon is in CSI/CAM, not in DSI/DISP; a Pi 5 or Zero needs the narrow 22-pin cable; switch the power off before plugging; sensors of other makers (imx290, imx327, imx519, 64MP …) need camera_auto_detect=0 and dtoverlay=<sensor> in /boot/firmware/config.txt, with ,cam0 behind it for connector 0 of a Pi 5 or Compute Module.',
		],
		[
			'the kernel sees a sensor that libcamera does not',
			{ board: 'Pi 4', answers: none(), files: nodeFiles('v4l-subdev0', 'imx708 10-001a') },
			'kernel-only: The kernel sees imx708, but the camera software does not: it is too old, or mixed from several sources. Run: sudo apt update && sudo apt full-upgrade, and remove self-built copies from /usr/local.',
		],
		[
			'the devices are closed to this user',
			{
				board: 'Pi 4',
				answers: none(),
				files: { '/dev/media0': '', '/dev/video0': '' },
				closed: ['/dev/media0', '/dev/video0'],
			},
			'permission: This user may not open the camera (/dev/media0, /dev/video0). Run: sudo usermod -aG video,render $USER, and log in again (for a service: SupplementaryGroups=video render).',
		],
		[
			'the memory for pictures is closed to this user',
			{ board: 'Pi 4', answers: none(), files: { '/dev/dma_heap/linux,cma': '' }, closed: ['/dev/dma_heap/linux,cma'] },
			'permission: This user may not open the camera (/dev/dma_heap). Run: sudo usermod -aG video,render $USER, and log in again (for a service: SupplementaryGroups=video render).',
		],
		[
			'libcamera says that the memory for pictures is closed',
			{
				board: 'Pi 4',
				answers: { ...none(), 'rpicam-vid --list-cameras': { stderr: sample('err.permission-dmaheap.stderr.txt') } },
			},
			'permission: This user may not open the camera (/dev/dma_heap). Run: sudo usermod -aG video,render $USER, and log in again (for a service: SupplementaryGroups=video render).',
		],
		[
			'no program on Bullseye',
			{ board: 'Pi 4', system: 'bullseye' },
			'program-missing: The program that reads the camera is not installed. Run: sudo apt install libcamera-apps-lite',
		],
		[
			'no program since Bookworm',
			{ board: 'Pi 4' },
			'program-missing: The program that reads the camera is not installed. Run: sudo apt install rpicam-apps',
		],
		[
			'no program for a USB camera',
			{ board: 'PC', ...usbCamera() },
			'program-missing: There is a camera at /dev/video0, and no program that reads it. Run: sudo apt install v4l-utils',
		],
		[
			'no encoder for raw pictures',
			{ board: 'PC', ...usbCamera(), answers: v4l2CtlProgram('/dev/video0', raw) },
			'program-missing: HD Webcam: HD Webcam gives raw pictures only, and no program that makes JPEG or H.264 of them was found. Run: sudo apt install ffmpeg',
		],
		[
			'a Pi that libcamera does not take for one',
			{
				board: 'Pi 4',
				answers: {
					...none(),
					'rpicam-vid --list-cameras': {
						code: 255,
						stderr: 'ERROR: rpicam-apps currently only supports the Raspberry Pi platforms.\n',
					},
				},
			},
			'unsupported-platform: The camera software does not recognise this Pi: a part of the kernel is not loaded. Run: sudo modprobe bcm2835-isp; if that fails, the kernel is not the one of Raspberry Pi OS.',
		],
		[
			'a container',
			{ board: 'Pi 4', files: { '/.dockerenv': '' }, answers: none() },
			'container: Oriel runs in a container that does not see the camera. Run the container with: --privileged -v /run/udev:/run/udev:ro',
		],
		[
			'the camera is switched off on Buster',
			{
				board: 'Pi 3',
				system: 'buster',
				answers: { 'raspivid --help': { code: 64 }, 'vcgencmd get_camera': 'supported=0 detected=0\n' },
			},
			'detection-off: The camera is switched off in the settings of this Pi. Run: sudo raspi-config nonint do_camera 0, and reboot.',
		],
		[
			'nothing at all',
			{ board: 'PC' },
			"no-source: No camera was found on this machine. Plug one in, give a network camera's address (--source rtsp://… or http://…), or try the test pattern (--source test).",
		],
	])('%s', async (_, setting, words) => {
		expect((await said(boardWith(setting)))[0]).toBe(words);
	});

	it.each<[finding: string, setting: Setting, words: string]>([
		[
			'a Pi 5 without libav',
			{ board: 'Pi 5', answers: lite },
			'no-libav: This system has the "lite" camera tools, without H.264. Oriel sends JPEGs. For less data run: sudo apt install rpicam-apps',
		],
		[
			'too little power now',
			{ board: 'Pi 4', answers: { ...found, 'vcgencmd get_throttled': 'throttled=0x50005\n' } },
			'under-voltage: The Pi gets too little power. Use the power supply made for it, with a short cable.',
		],
		[
			'too little power once',
			{ board: 'Pi 4', answers: { ...found, 'vcgencmd get_throttled': 'throttled=0x10000\n' } },
			'under-voltage: The Pi has had too little power since it started. Use the power supply made for it, with a short cable.',
		],
		[
			'too hot',
			{ board: 'Pi 4', answers: { ...found, 'vcgencmd get_throttled': 'throttled=0x80008\n' } },
			'hot: The Pi is too hot and slows down. Give it air or a heat sink, or choose a smaller size or rate.',
		],
		[
			'too hot once',
			{ board: 'Pi 4', answers: { ...found, 'vcgencmd get_throttled': 'throttled=0x40000\n' } },
			'hot: The Pi was too hot and slowed down. Give it air or a heat sink, or choose a smaller size or rate.',
		],
		[
			'the legacy system that works',
			{
				board: 'Pi 4',
				system: 'bullseye',
				config: 'start_x=1\n',
				answers: { 'raspivid --help': { code: 64 }, 'vcgencmd get_camera': 'supported=1 detected=1\n' },
			},
			'legacy-stack: The old ("legacy") camera system is on. Oriel uses it, through raspivid. To change to the new one, run: sudo raspi-config nonint do_legacy 1, and reboot.',
		],
	])('though pictures come: %s', async (_, setting, words) => {
		expect(await said(boardWith(setting))).toEqual([words]);
	});

	it.each([
		['darwin', 'brew install ffmpeg'],
		['win32', 'winget install ffmpeg'],
	])('on %s without ffmpeg: %s', async (platform, fix) => {
		expect(await said({ platform })).toContainEqual(
			`program-missing: ffmpeg, which reads the camera, was not found. Run: ${fix}`,
		);
	});

	it('nothing is wrong', async () => {
		const answers = { ...found, ...ffmpegProgram('7.1'), 'vcgencmd get_throttled': 'throttled=0x0\n' };
		expect(await said(boardWith({ board: 'Pi 5', answers }))).toEqual([]);
	});
});
