import { sample } from '@oriel/testing/agent/samples';
import { describe, expect, it } from 'vitest';
import { parseBoard } from '../detect/outputs/board.ts';
import { parseBootConfig } from '../detect/outputs/boot-config.ts';
import { parseKernelLog } from '../detect/outputs/kernel-log.ts';
import { parseOsRelease } from '../detect/outputs/os-release.ts';
import { parseTemperature, parseThrottled } from '../detect/outputs/vcgencmd.ts';
import { isAtLeast, parseVersion } from '../detect/outputs/version.ts';
import { parseAvCameras, parseAvModes } from './avfoundation/parse-list.ts';
import { parseDshowCameras, parseDshowFormats } from './dshow/parse-list.ts';
import { parseEncoders, parseFfmpegVersion, parseV4l2Formats } from './ffmpeg/parse-tool.ts';
import { parseGetCamera } from './raspivid/parse-get-camera.ts';
import { parseCameraList } from './rpicam/parse-list.ts';
import { parseHelp, parseToolVersion } from './rpicam/parse-tool.ts';
import { parseControlList } from './v4l2/parse-controls.ts';
import { parseDeviceList } from './v4l2/parse-devices.ts';
import { parseFormatList } from './v4l2/parse-formats.ts';

describe('what the camera program lists', () => {
	it.each([
		[
			'docs-two',
			[
				['imx219', '/base/soc/i2c0mux/i2c@1/imx219@10', 8],
				['imx477', '/base/soc/i2c0mux/i2c@1/imx477@1a', 4],
			],
		],
		['pi5-imx500', [['imx500', '/base/axi/pcie@120000/rp1/i2c@88000/imx500@1a', 2]]],
		['pi5-imx585', [['imx585', '/base/axi/pcie@120000/rp1/i2c@80000/imx585@1A', 4]]],
		['imx708_wide-2023', [['imx708_wide', '/base/soc/i2c0mux/i2c@1/imx708@1a', 3]]],
		['2021-12', [['imx477', '/base/soc/i2c0mux/i2c@1/imx477@1a', 4]]],
	])('%s', (name, cameras) => {
		const listed = parseCameraList(sample(`list-cameras.${name}.txt`));
		expect(listed.map(({ sensor, id, modes }) => [sensor, id, modes.length])).toEqual(cameras);
		expect(listed.map(({ index }) => index)).toEqual(listed.map((_, place) => place));
		expect(listed.some(({ isUsb }) => isUsb)).toBe(false);
	});

	it('tells rate and crop of a mode', () => {
		const [camera] = parseCameraList(sample('list-cameras.docs-two.txt'));
		expect(camera?.modes[0]).toEqual({
			format: 'SRGGB10_CSI2P',
			width: 640,
			height: 480,
			fps: 206.65,
			crop: { x: 1000, y: 752, width: 1280, height: 960 },
		});
		expect(camera?.modes[4]?.format).toBe('SRGGB8');
	});

	it('knows modes without a rate', () => {
		const [camera] = parseCameraList(sample('list-cameras.2021-12.txt'));
		expect(camera?.modes).toEqual([
			{ format: 'SRGGB10_CSI2P', width: 1332, height: 990, fps: undefined, crop: undefined },
			...[1080, 1520].map((height) => ({
				format: 'SRGGB12_CSI2P',
				width: 2028,
				height,
				fps: undefined,
				crop: undefined,
			})),
			{ format: 'SRGGB12_CSI2P', width: 4056, height: 3040, fps: undefined, crop: undefined },
		]);
	});

	it('tells USB cameras from those on the ribbon, and log lines from both', () => {
		const listed = parseCameraList(sample('list-cameras.early2022-with-usb.stderr.txt'));
		expect(listed.map(({ sensor, isUsb }) => [sensor, isUsb])).toEqual([
			['imx219', false],
			['H264 USB Camera: USB Camera', true],
		]);
	});

	it('may be nothing', () => {
		expect(parseCameraList(sample('list-cameras.none.stdout.txt'))).toEqual([]);
	});
});

describe('what the camera program says of itself', () => {
	it.each([
		['new', { version: [1, 6, 0], text: 'v1.6.0', libav: true }],
		['v1.5.2', { version: [1, 5, 2], text: 'v1.5.2', libav: undefined }],
		['2021', { version: undefined, text: '2a38ae93f143', libav: undefined }],
	])('%s', (name, told) => {
		expect(parseToolVersion(sample(`version.${name}.txt`))).toEqual(told);
	});

	it('says no libav as well', () => {
		const lite = sample('version.new.txt').replace('libav:1', 'libav:0');
		expect(parseToolVersion(lite)?.libav).toBe(false);
		expect(parseToolVersion('bash: rpicam-vid: command not found')).toBeUndefined();
	});

	it('names its options', () => {
		const help =
			'  -t [ --timeout ] arg (=5sec)   Time (see --frames)\n  --low-latency [=arg(=1)] (=0)\n  -n--not an option\n';
		expect([...parseHelp(help)]).toEqual(['--timeout', '--frames', '--low-latency']);
	});

	it.each([
		['v1.6.0', [1, 6, 0]],
		['5.1.9-0+deb12u1', [5, 1, 9]],
		['n7.0', [7, 0, 0]],
		['4.3.6-0+deb11u1+rpt5', [4, 3, 6]],
		['N-109542-gb4d0a4e9cc', undefined],
	])('reads the version %s', (text, version) => {
		expect(parseVersion(text)).toEqual(version);
	});

	it.each([
		[[1, 6, 0], [1, 6, 0], true],
		[[1, 10, 0], [1, 6, 0], true],
		[[1, 5, 9], [1, 6, 0], false],
		[[2, 0, 0], [1, 6, 1], true],
		[[1, 4, 0], [1, 4, 1], false],
	] as const)('%j is at least %j: %s', (version, wanted, expected) => {
		expect(isAtLeast(version, wanted)).toBe(expected);
	});
});

describe('what the firmware says', () => {
	it('of cameras', () => {
		const lines = sample('vcgencmd.get_camera.variants.txt').trim().split('\n');
		expect(lines.map(parseGetCamera).map((camera) => [camera?.isSupported, camera?.isDetected])).toEqual([
			[true, true],
			[true, false],
			[false, false],
			[true, true],
			[true, false],
			[false, false],
		]);
	});

	it('of power and heat', () => {
		const text = sample('vcgencmd.misc.txt');
		const low = { underVoltage: true, capped: false, throttled: true, hot: false };
		expect(parseThrottled(text)).toEqual({ now: low, ever: low });
		expect(parseTemperature(text)).toBe(39.2);
		const none = { underVoltage: false, capped: false, throttled: false, hot: false };
		expect(parseThrottled('throttled=0x0')).toEqual({ now: none, ever: none });
		expect(parseThrottled('throttled=0x80008')).toEqual({ now: { ...none, hot: true }, ever: { ...none, hot: true } });
		expect([parseThrottled('VCHI initialization failed'), parseTemperature('')]).toEqual([undefined, undefined]);
	});
});

describe('what v4l2-ctl lists', () => {
	it('devices of a Pi 4', () => {
		const devices = parseDeviceList(sample('v4l2-ctl.list-devices.pi4.txt'));
		expect(devices.map(({ name, nodes }) => [name, nodes[0]])).toEqual([
			['bcm2835-codec-decode', '/dev/video10'],
			['bcm2835-isp', '/dev/video13'],
			['unicam', '/dev/video0'],
			['rpivid', '/dev/video19'],
			['Webcam: Webcam', '/dev/video2'],
		]);
		expect(devices.at(-1)).toMatchObject({
			bus: 'usb-0000:01:00.0-1.1',
			nodes: ['/dev/video2', '/dev/video3', '/dev/media5'],
		});
	});

	it('devices of the legacy stack', () => {
		const devices = parseDeviceList(sample('v4l2-ctl.list-devices.legacy-stack.txt'));
		expect(devices.at(-1)).toEqual({
			name: 'mmal service 16.1',
			bus: 'platform:bcm2835-v4l2',
			nodes: ['/dev/video0'],
		});
	});

	it('formats of an H.264 camera', () => {
		const rates = [30, 15, 10];
		expect(parseFormatList(sample('v4l2-ctl.list-formats-ext.h264cam.txt'))).toEqual([
			{
				name: 'H264',
				sizes: [
					{ width: 640, height: 480, rates },
					{ width: 1280, height: 720, rates },
					{ width: 1920, height: 1080, rates },
				],
			},
		]);
	});

	it('formats of a webcam', () => {
		const formats = parseFormatList(sample('v4l2-ctl.list-formats-ext.mjpg-yuyv.CONSTRUCTED.txt'));
		expect(formats.map(({ name, sizes }) => [name, sizes.length])).toEqual([
			['MJPG', 3],
			['YUYV', 2],
		]);
		expect(formats[1]?.sizes[0]).toEqual({ width: 1280, height: 720, rates: [10] });
	});

	it('formats as in 2017', () => {
		const formats = parseFormatList(sample('v4l2-ctl.list-formats.old-2017.txt'));
		expect(formats).toEqual(['H264', 'YUYV', 'MJPG'].map((name) => ({ name, sizes: [] })));
	});

	it('controls', () => {
		const text = [
			'',
			'User Controls',
			'',
			'                     brightness 0x00980900 (int)    : min=-64 max=64 step=1 default=0 value=-3',
			'        white_balance_automatic 0x0098090c (bool)   : default=1 value=1',
			'           power_line_frequency 0x00980918 (menu)   : min=0 max=2 default=1 value=1 (50 Hz)',
			'				0: Disabled',
			'				1: 50 Hz',
			'				2: 60 Hz',
			'      white_balance_temperature 0x0098091a (int)    : min=2800 max=6500 step=1 default=4600 value=4600 flags=inactive, has-min-max',
			'                   focus_absolute (int)    : min=0 max=255 step=5 default=0 value=0',
		].join('\n');
		const controls = parseControlList(text);
		expect(controls.map(({ name, kind, value }) => [name, kind, value])).toEqual([
			['brightness', 'int', -3],
			['white_balance_automatic', 'bool', 1],
			['power_line_frequency', 'menu', 1],
			['white_balance_temperature', 'int', 4600],
			['focus_absolute', 'int', 0],
		]);
		expect(controls[0]).toMatchObject({ min: -64, max: 64, step: 1, fallback: 0, flags: [] });
		expect(controls[2]?.choices).toEqual([
			{ value: 0, label: 'Disabled' },
			{ value: 1, label: '50 Hz' },
			{ value: 2, label: '60 Hz' },
		]);
		expect(controls[3]?.flags).toEqual(['inactive', 'has-min-max']);
	});
});

describe('what ffmpeg lists', () => {
	it('formats of Video4Linux', () => {
		const formats = parseV4l2Formats(sample('ffmpeg.v4l2.list_formats.stderr.txt'));
		expect(formats.map(({ name, sizes }) => [name, sizes.map(({ height }) => height)])).toEqual([
			['mjpeg', [360, 720, 1080]],
			['yuyv422', [360, 720, 1080]],
			['h264', [360, 720, 1080]],
		]);
		expect(parseV4l2Formats(sample('ffmpeg.v4l2.no-device.stderr.txt'))).toEqual([]);
	});

	it('cameras and modes of a Mac', () => {
		const cameras = parseAvCameras(sample('ffmpeg.avfoundation.list.stderr.txt'));
		expect(cameras).toEqual([{ index: 0, name: 'FaceTime HD Camera' }]);
		const modes = parseAvModes(sample('ffmpeg.avfoundation.bad-framerate.stderr.txt'));
		expect(modes).toEqual(
			[
				[1920, 1080],
				[1280, 720],
				[640, 480],
			].map(([width, height]) => ({ width, height, minRate: 1, maxRate: 30 })),
		);
	});

	it('cameras of Windows, since ffmpeg 5', () => {
		expect(parseDshowCameras(sample('ffmpeg.dshow.list.new.stderr.txt'))).toEqual([
			{ name: 'USB Capture HDMI', alternative: expect.stringMatching(/^@device_pnp_.*global$/) },
		]);
	});

	it('cameras of Windows, before', () => {
		expect(parseDshowCameras(sample('ffmpeg.dshow.list.old.stderr.txt'))).toEqual([
			{ name: 'USB 2861 Device', alternative: expect.stringMatching(/^@device_pnp_/) },
		]);
	});

	it('formats of a camera of Windows', () => {
		expect(parseDshowFormats(sample('ffmpeg.dshow.list_options.stderr.txt'))).toEqual([
			{ name: 'yuyv422', sizes: [{ width: 640, height: 480, rates: [30] }] },
			{ name: 'mjpeg', sizes: [{ width: 640, height: 480, rates: [30] }] },
		]);
	});

	it('version and encoders', () => {
		const version = 'ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026';
		expect(parseFfmpegVersion(version)).toEqual({ version: [5, 1, 9], text: '5.1.9-0+deb12u1' });
		expect(parseFfmpegVersion('ffmpeg version N-1-gabc Copyright')).toEqual({ version: undefined, text: 'N-1-gabc' });
		expect(parseFfmpegVersion('')).toBeUndefined();
		const encoders =
			' V..... = Video\n ------\n V....D libx264   libx264 H.264\n V..... h264_v4l2m2m  V4L2\n A....D aac  AAC\n';
		expect([...parseEncoders(encoders)]).toEqual(['libx264', 'h264_v4l2m2m']);
	});
});

describe('what the system’s files say', () => {
	it('the kernel’s log, of sensors and memory', () => {
		expect(parseKernelLog(sample('dmesg.sensor.txt'))).toEqual({
			silentSensors: ['imx519', 'imx477'],
			usedSensors: ['imx708_wide'],
			isOutOfMemory: true,
		});
	});

	it('config.txt, of cameras', () => {
		const text =
			'# camera_auto_detect=0\ncamera_auto_detect=1\n[pi3]\nstart_x=1\n[all]\ndtoverlay=imx519,cam0\ndtoverlay=vc4-kms-v3d\ngpu_mem=128\n';
		const common = { autoDetect: true, cameraOverlays: ['imx519,cam0'], gpuMemory: 128 };
		expect(parseBootConfig(text, 'Raspberry Pi 4 Model B')).toEqual({ ...common, isLegacy: false });
		expect(parseBootConfig(text, 'Raspberry Pi 3 Model B')).toEqual({ ...common, isLegacy: true });
		expect(parseBootConfig('', '')).toEqual({
			autoDetect: undefined,
			isLegacy: false,
			cameraOverlays: [],
			gpuMemory: undefined,
		});
	});

	it('the name of the system', () => {
		const text = 'PRETTY_NAME="Raspbian GNU/Linux 11 (bullseye)"\nID=raspbian\nVERSION_CODENAME=bullseye\n';
		const name = 'Raspbian GNU/Linux 11 (bullseye)';
		expect(parseOsRelease(text)).toEqual({ id: 'raspbian', codename: 'bullseye', name });
		expect(parseOsRelease('')).toEqual({ id: '', codename: '', name: '' });
	});

	it('the board', () => {
		const compatible = 'raspberrypi,5-model-b\0brcm,bcm2712\0';
		const model = 'Raspberry Pi 5 Model B Rev 1.0';
		expect(parseBoard(`${model}\0`, compatible)).toEqual({ model, chip: 'bcm2712', strength: 'large' });
		expect(parseBoard('', '')).toEqual({ model: '', chip: undefined, strength: 'large' });
	});
});
