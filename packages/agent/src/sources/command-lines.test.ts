import { type BoardName, boardWith, nodeFiles, type Setting, usbCamera } from '@oriel/testing/agent/boards';
import { type CameraProgram, cameraProgram, ffmpegProgram, v4l2CtlProgram } from '@oriel/testing/agent/camera-programs';
import { candidatesFor } from '@oriel/testing/agent/detected';
import { type FakeComputerOptions, fakeComputer } from '@oriel/testing/agent/fake-computer';
import { sample } from '@oriel/testing/agent/samples';
import { describe, expect, it } from 'vitest';
import type { CaptureSettings } from '../capture/command/command.ts';
import { commandOf } from '../capture/method.ts';
import { previewOutput } from './ffmpeg/preview.ts';

/** The whole command lines of all ways to a camera, the best first. */
async function ways(
	options: FakeComputerOptions,
	settings: CaptureSettings = {},
	spec: string = 'auto',
): Promise<string[]> {
	return (await candidatesFor(fakeComputer(options), spec)).map((candidate) => {
		const { program, arguments: args } = commandOf(candidate, settings);
		return [program, ...args].join(' ');
	});
}

const IMX708 = 'list-cameras.imx708_wide-2023.txt';
const IMX500 = 'list-cameras.pi5-imx500.txt';

function tool(name: CameraProgram['name'], version: string, libav: boolean, cameras = IMX708) {
	return cameraProgram({ name, version, libav, cameras });
}

const HARDWARE =
	'-t 0 -n --camera 0 --codec h264 --profile main --level 4.1 --inline --intra 60 -b 2000000 --width 1280 --height 720 --framerate 30 --flush -o -';
const HARDWARE_SMALL =
	'-t 0 -n --camera 0 --codec h264 --profile main --level 4.1 --inline --intra 40 -b 1500000 --width 1280 --height 720 --framerate 20 --flush -o -';
const JPEG = '-t 0 -n --camera 0 --codec mjpeg -q 60 --width 1280 --height 720 --framerate 15 --flush -o -';
const JPEG_SMALL = '-t 0 -n --camera 0 --codec mjpeg -q 50 --width 640 --height 480 --framerate 10 --flush -o -';
const LIBAV =
	'-t 0 -n --camera 0 --codec h264 --libav-format h264 --low-latency --profile baseline --intra 60 -b 2000000 --width 1280 --height 720 --framerate 30 -o -';
const LIBAV_1_4 = LIBAV.replace(
	'--low-latency',
	'--libav-video-codec-opts preset=ultrafast;tune=zerolatency;thread_type=slice;slices=4;refs=1;bf=0',
);
const RASPIVID = 'raspivid -n -t 0 -cs 0 -w 1280 -h 720 -fps 30 -g 60 -b 2000000 -pf main -lev 4 -ih -stm -fl -o -';
const RASPIVID_SMALL = RASPIVID.replace('-fps 30 -g 60 -b 2000000', '-fps 20 -g 40 -b 1500000');
const RASPIVID_JPEG = 'raspivid -n -t 0 -cs 0 -cd MJPEG -w 1280 -h 720 -fps 15 -b 8000000 -fl -o -';
const RASPIVID_JPEG_SMALL = RASPIVID_JPEG.replace(
	'-w 1280 -h 720 -fps 15 -b 8000000',
	'-w 640 -h 480 -fps 10 -b 2000000',
);

const LEGACY = {
	'raspivid --help': { code: 64, stdout: '"raspivid" Camera App\n' },
	'vcgencmd get_camera': 'supported=1 detected=1\n',
};
const LEGACY_CONFIG = 'start_x=1\ngpu_mem=128\n';

describe('the systems and their camera programs', () => {
	it.each<[name: string, setting: Setting, wanted: readonly string[]]>([
		[
			'Buster: raspivid',
			{ board: 'Pi 4', system: 'buster', config: LEGACY_CONFIG, answers: LEGACY },
			[RASPIVID, RASPIVID_JPEG],
		],
		[
			'Bullseye of November 2021: a program that knows neither --camera nor --list-cameras',
			{ board: 'Pi 4', system: 'bullseye', answers: tool('libcamera-vid', '2021', false) },
			[HARDWARE, JPEG].map((args) => `libcamera-vid ${args.replace('--camera 0 ', '')}`),
		],
		[
			'Bullseye of 2022: lists USB cameras too',
			{
				board: 'Pi 4',
				system: 'bullseye',
				answers: tool('libcamera-vid', '2022', false, 'list-cameras.early2022-with-usb.stderr.txt'),
			},
			[`libcamera-vid ${HARDWARE}`, `libcamera-vid ${JPEG}`],
		],
		[
			'Bullseye: libcamera-vid',
			{ board: 'Pi 4', system: 'bullseye', answers: tool('libcamera-vid', 'v1.2.1', false) },
			[`libcamera-vid ${HARDWARE}`, `libcamera-vid ${JPEG}`],
		],
		[
			'Bullseye with the legacy system: raspivid',
			{
				board: 'Pi 4',
				system: 'bullseye',
				config: LEGACY_CONFIG,
				answers: { ...tool('libcamera-vid', 'v1.2.1', false, 'list-cameras.none.stdout.txt'), ...LEGACY },
			},
			[RASPIVID, RASPIVID_JPEG],
		],
		[
			'Bullseye with the legacy system and no raspivid: the node of the old driver, through v4l2-ctl',
			{
				board: 'Pi 4',
				system: 'bullseye',
				config: LEGACY_CONFIG,
				files: nodeFiles('video0', 'mmal service 16.1'),
				answers: v4l2CtlProgram('/dev/video0', ''),
			},
			[
				'stdbuf -o0 v4l2-ctl -d /dev/video0 --set-ctrl=repeat_sequence_header=1,h264_i_frame_period=60,video_bitrate=2000000 ' +
					'--set-fmt-video=width=1280,height=720,pixelformat=H264 --set-parm=30 --stream-mmap=4 --stream-poll --stream-to-hdr=-',
				'stdbuf -o0 v4l2-ctl -d /dev/video0 --set-fmt-video=width=1280,height=720,pixelformat=MJPG --set-parm=15 ' +
					'--stream-mmap=4 --stream-poll --stream-to-hdr=-',
			],
		],
		[
			'Bookworm Desktop: rpicam-vid',
			{ board: 'Pi 4', system: 'bookworm', answers: tool('rpicam-vid', 'v1.6.0', true) },
			[`rpicam-vid ${HARDWARE}`, `rpicam-vid ${JPEG}`],
		],
		[
			'Bookworm Lite: rpicam-vid without libav',
			{ board: 'Pi 4', system: 'bookworm', answers: tool('rpicam-vid', 'v1.6.0', false) },
			[`rpicam-vid ${HARDWARE}`, `rpicam-vid ${JPEG}`],
		],
		[
			'Bookworm with both names: the new one',
			{
				board: 'Pi 4',
				system: 'bookworm',
				answers: { ...tool('libcamera-vid', 'v1.4.1', true), ...tool('rpicam-vid', 'v1.4.1', true) },
			},
			[`rpicam-vid ${HARDWARE}`, `rpicam-vid ${JPEG}`],
		],
		[
			'Trixie: rpicam-vid',
			{ board: 'Pi 4', system: 'trixie', answers: tool('rpicam-vid', 'v1.13.0', true) },
			[`rpicam-vid ${HARDWARE}`, `rpicam-vid ${JPEG}`],
		],
		[
			'Trixie Lite on a Pi 5: JPEG',
			{ board: 'Pi 5', system: 'trixie', answers: tool('rpicam-vid', 'v1.13.0', false, IMX500) },
			[`rpicam-vid ${JPEG}`],
		],
	])('%s', async (_, setting, wanted) => {
		expect(await ways(boardWith(setting))).toEqual(wanted);
	});

	it('packages come before self-built programs', async () => {
		const built = tool('rpicam-vid', 'v1.9.0', true);
		const packaged = Object.entries(tool('rpicam-vid', 'v1.6.0', true)).map(([key, value]) => [
			`/usr/bin/${key}`,
			value,
		]);
		const options = boardWith({ board: 'Pi 4', answers: { ...built, ...Object.fromEntries(packaged) } });
		expect(await ways(options)).toEqual([`/usr/bin/rpicam-vid ${HARDWARE}`, `/usr/bin/rpicam-vid ${JPEG}`]);
	});

	it('the firmware is never asked about libcamera’s cameras', async () => {
		const computer = fakeComputer(
			boardWith({
				board: 'Pi 4',
				answers: {
					...tool('rpicam-vid', 'v1.6.0', true),
					'vcgencmd get_camera': 'supported=0 detected=0, libcamera interfaces=0',
				},
			}),
		);
		expect(await candidatesFor(computer)).toHaveLength(2);
		expect(computer.asked).not.toContain('vcgencmd get_camera');
	});
});

describe('the boards and their encoders', () => {
	it.each<[board: BoardName, wanted: readonly string[]]>([
		['Pi 1', [HARDWARE_SMALL, JPEG_SMALL]],
		['Zero', [HARDWARE_SMALL, JPEG_SMALL]],
		['Zero W', [HARDWARE_SMALL, JPEG_SMALL]],
		['Pi 2', [HARDWARE_SMALL, JPEG_SMALL]],
		['Pi 3', [HARDWARE_SMALL, JPEG_SMALL]],
		['Zero 2 W', [HARDWARE_SMALL, JPEG_SMALL]],
		['CM3', [HARDWARE_SMALL, JPEG_SMALL]],
		['Pi 4', [HARDWARE, JPEG]],
		['Pi 400', [HARDWARE, JPEG]],
		['CM4', [HARDWARE, JPEG]],
		['Pi 5', [LIBAV, JPEG]],
		['Pi 500', [LIBAV, JPEG]],
		['CM5', [LIBAV, JPEG]],
	])('%s with rpicam-vid', async (board, wanted) => {
		const setting = { board, answers: tool('rpicam-vid', 'v1.6.0', true) };
		expect(await ways(boardWith(setting))).toEqual(wanted.map((args) => `rpicam-vid ${args}`));
	});

	it.each<[version: string, libav: boolean, wanted: readonly string[]]>([
		['v1.13.0', true, [LIBAV, JPEG]],
		['v1.8.1', false, [JPEG]],
		['v1.6.0', true, [LIBAV, JPEG]],
		['v1.5.2', true, [LIBAV_1_4, JPEG]],
		['v1.4.1', true, [LIBAV_1_4, JPEG]],
		['v1.3.0', true, [LIBAV.replace('--low-latency ', ''), JPEG]],
		['v1.6.0', false, [JPEG]],
		['v1.5.2', false, [JPEG]],
	])('a Pi 5 with rpicam-vid %s, libav %s', async (version, libav, wanted) => {
		const setting: Setting = { board: 'Pi 5', answers: tool('rpicam-vid', version, libav, IMX500) };
		expect(await ways(boardWith(setting))).toEqual(wanted.map((args) => `rpicam-vid ${args}`));
	});

	it.each<[board: BoardName, wanted: readonly string[]]>([
		['Zero', [RASPIVID_SMALL, RASPIVID_JPEG_SMALL]],
		['Pi 3', [RASPIVID_SMALL, RASPIVID_JPEG_SMALL]],
		['Pi 4', [RASPIVID, RASPIVID_JPEG]],
	])('%s with raspivid', async (board, wanted) => {
		const setting: Setting = { board, system: 'buster', config: LEGACY_CONFIG, answers: LEGACY };
		expect(await ways(boardWith(setting))).toEqual(wanted);
	});

	it.each<[board: BoardName, ms: number]>([
		['Zero', 25_000],
		['Zero 2 W', 25_000],
		['Pi 3', 12_000],
		['Pi 5', 12_000],
	])('%s may take its time to the first picture', async (board, ms) => {
		const answers = tool('rpicam-vid', 'v1.6.0', true);
		const [best] = await candidatesFor(fakeComputer(boardWith({ board, answers })));
		expect(best && commandOf(best, {}).firstPictureMs).toBe(ms);
	});
});

const WEBCAM = sample('v4l2-ctl.list-formats-ext.mjpg-yuyv.CONSTRUCTED.txt');
const H264_CAMERA = sample('v4l2-ctl.list-formats-ext.h264cam.txt');
const FFMPEG = 'ffmpeg -hide_banner -nostdin -loglevel level+warning';
const RAW_ONLY = WEBCAM.slice(0, WEBCAM.indexOf('\t[0]')) + WEBCAM.slice(WEBCAM.indexOf('\t[1]'));
const V4L2_CTL = 'stdbuf -o0 v4l2-ctl -d /dev/video0';
const STREAM = '--stream-mmap=4 --stream-poll --stream-to-hdr=-';
const X264 =
	'-c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline -pix_fmt yuv420p -g 60 -b:v 2000000 -maxrate 2000000 -bufsize 1000000 -f flv -flvflags no_duration_filesize pipe:1';

describe('USB cameras', () => {
	it.each<[name: string, board: BoardName, answers: NonNullable<Setting['answers']>, wanted: readonly string[]]>([
		[
			'JPEG through v4l2-ctl',
			'Pi 4',
			v4l2CtlProgram('/dev/video0', WEBCAM),
			[`${V4L2_CTL} --set-fmt-video=width=1280,height=720,pixelformat=MJPG --set-parm=15 ${STREAM}`],
		],
		[
			'formats as in 2017, which tell no sizes: JPEG before H.264',
			'Pi 3',
			v4l2CtlProgram('/dev/video0', sample('v4l2-ctl.list-formats.old-2017.txt')),
			[
				`${V4L2_CTL} --set-fmt-video=width=1280,height=720,pixelformat=MJPG --set-parm=15 ${STREAM}`,
				`${V4L2_CTL} --set-fmt-video=width=1280,height=720,pixelformat=H264 --set-parm=15 ${STREAM}`,
			],
		],
		[
			'H.264 through v4l2-ctl',
			'Pi 5',
			v4l2CtlProgram('/dev/video0', H264_CAMERA),
			[`${V4L2_CTL} --set-fmt-video=width=1280,height=720,pixelformat=H264 --set-parm=15 ${STREAM}`],
		],
		[
			'raw pictures on a Pi 4: its hardware encodes',
			'Pi 4',
			{ ...v4l2CtlProgram('/dev/video0', RAW_ONLY), ...ffmpegProgram('5.1.9', ['h264_v4l2m2m', 'libx264', 'mjpeg']) },
			[
				`${FFMPEG} -f v4l2 -input_format yuyv422 -video_size 1280x720 -framerate 10 -i /dev/video0 -vf format=yuv420p -c:v h264_v4l2m2m -b:v 2000000 -g 20 -bf 0 -f h264 pipe:1`,
				`${FFMPEG} -f v4l2 -input_format yuyv422 -video_size 1280x720 -framerate 10 -i /dev/video0 ${X264.replace('-g 60', '-g 20')}`,
				`${FFMPEG} -f v4l2 -input_format yuyv422 -video_size 1280x720 -framerate 10 -i /dev/video0 -c:v mjpeg -q:v 6 -huffman default -pix_fmt yuvj420p -f mjpeg pipe:1`,
			],
		],
		[
			'raw pictures on a Pi 5: the processor encodes, whatever ffmpeg was built with',
			'Pi 5',
			{ ...v4l2CtlProgram('/dev/video0', RAW_ONLY), ...ffmpegProgram('5.1.9', ['h264_v4l2m2m', 'libx264']) },
			[
				`${FFMPEG} -f v4l2 -input_format yuyv422 -video_size 1280x720 -framerate 10 -i /dev/video0 ${X264.replace('-g 60', '-g 20')}`,
			],
		],
		[
			'a PC with ffmpeg and no v4l2-ctl: JPEG and H.264 as they come, raw pictures last',
			'PC',
			{
				...ffmpegProgram('6.1', ['libx264']),
				'ffmpeg -hide_banner -f v4l2 -list_formats all -i /dev/video0': {
					stderr: sample('ffmpeg.v4l2.list_formats.stderr.txt'),
				},
			},
			[
				`${FFMPEG} -f v4l2 -input_format mjpeg -video_size 1280x720 -framerate 15 -i /dev/video0 -c copy -f mjpeg pipe:1`,
				`${FFMPEG} -f v4l2 -input_format h264 -video_size 1280x720 -framerate 15 -i /dev/video0 -c copy -f h264 pipe:1`,
				`${FFMPEG} -f v4l2 -input_format yuyv422 -video_size 1280x720 -framerate 15 -i /dev/video0 ${X264.replace('-g 60', '-g 30')}`,
			],
		],
	])('%s', async (_, board, answers, wanted) => {
		expect(await ways(boardWith({ board, answers, ...usbCamera() }))).toEqual(wanted);
	});

	it('come after the camera on the ribbon connector', async () => {
		const answers = { ...tool('rpicam-vid', 'v1.6.0', true), ...v4l2CtlProgram('/dev/video0', WEBCAM) };
		const all = await ways(boardWith({ board: 'Pi 4', answers, ...usbCamera() }));
		expect(all.map((line) => line.split(' ')[0])).toEqual(['rpicam-vid', 'rpicam-vid', 'stdbuf']);
	});

	it.each([
		'unicam-image',
		'bcm2835-isp-output0',
		'bcm2835-codec-decode',
		'rpivid',
		'rpi-hevc-dec',
		'pispbe-input',
		'rp1-cfe-csi2_ch0',
	])('%s is none', async (name) => {
		const answers = v4l2CtlProgram('/dev/video0', WEBCAM);
		expect(await ways(boardWith({ board: 'Pi 4', answers, files: nodeFiles('video0', name) }))).toEqual([]);
	});
});

const SCALE = 'scale=320:320:force_original_aspect_ratio=decrease:force_divisible_by=2';
const SMALL_X264 =
	'-c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline -pix_fmt yuv420p -g 10 -b:v 200000 -maxrate 200000 -bufsize 200000 -f flv -flvflags no_duration_filesize pipe:3';

describe('a second output of ffmpeg for the preview', () => {
	const RAW = v4l2CtlProgram('/dev/video0', RAW_ONLY);
	const raw = async (board: BoardName, encoders: readonly string[], settings: CaptureSettings) => {
		const answers = { ...RAW, ...ffmpegProgram('5.1.9', encoders) };
		return ways(boardWith({ board, answers, ...usbCamera() }), { preview: true, ...settings });
	};
	/** What stands behind the video's output. */
	const behind = (lines: readonly string[]) => lines.map((line) => line.split(' pipe:1')[1]?.trim());

	it('is made of raw pictures, whatever encodes the video, by the processor', async () => {
		const preview = `-vf ${SCALE} ${SMALL_X264}`;
		const lines = await raw('Pi 4', ['h264_v4l2m2m', 'libx264', 'mjpeg'], {});
		expect(lines.map((line) => /-c:v (\w+)/.exec(line)?.[1])).toEqual(['h264_v4l2m2m', 'libx264', 'mjpeg']);
		expect(behind(lines)).toEqual([preview, preview, preview]);
	});

	it.each<[name: string, settings: CaptureSettings, filters: string]>([
		['turned and cut as the video', { rotation: 90, flip: 'both' }, `transpose=clock,hflip,vflip,${SCALE}`],
		['of its own rate where that is low', { fps: 10 }, SCALE],
	])('is %s', async (_name, settings, filters) => {
		expect(behind(await raw('PC', ['libx264'], settings))).toEqual([`-vf ${filters} ${SMALL_X264}`]);
	});

	it('is of JPEGs where ffmpeg has no H.264', async () => {
		const small = '-c:v mjpeg -q:v 8 -huffman default -pix_fmt yuvj420p -f mjpeg pipe:3';
		expect(behind(await raw('PC', ['mjpeg'], {}))).toEqual([`-vf ${SCALE} ${small}`]);
	});

	it.each<[name: string, board: BoardName, settings: CaptureSettings]>([
		['is off', 'PC', { preview: false }],
		['would cost a small board too much', 'Zero W', {}],
	])('is not made where it %s', async (_name, board, settings) => {
		expect(behind(await raw(board, ['libx264'], settings))).toEqual(['']);
	});

	it.each([
		[480, false],
		[482, true],
	])('of a video that is %i wide: %s', (width, isMade) => {
		const board = { model: '', chip: undefined, strength: 'large' } as const;
		const camera = { label: 'USB camera', board, slow: false, input: { previewEncoder: 'libx264' } } as const;
		const choices = { width, height: 270, fps: 15, bitrate: 1e6, quality: 60, keyEvery: 30 };
		expect(previewOutput(camera, choices, { preview: true }) !== undefined).toBe(isMade);
	});

	it('is not made of what the camera encodes itself, which nothing here decodes', async () => {
		const answers = { ...v4l2CtlProgram('/dev/video0', WEBCAM), ...ffmpegProgram('6.1', ['libx264']) };
		const lines = await ways(boardWith({ board: 'PC', answers, ...usbCamera() }), { preview: true });
		expect(lines.filter((line) => line.includes('pipe:3'))).toEqual(lines.filter((line) => line.includes('yuyv422')));
		const network = await ways({ answers: ffmpegProgram('6.1', ['libx264']) }, { preview: true }, 'rtsp://cam.lan/1');
		expect(network.join('\n')).not.toContain('pipe:3');
	});

	it('is not made by rpicam-vid, which has one encoder', async () => {
		const answers = tool('rpicam-vid', 'v1.6.0', true);
		const board = boardWith({ board: 'Pi 4', answers });
		expect(await ways(board, { preview: true })).toEqual(await ways(board));
	});
});

describe('other places', () => {
	const MAC = {
		...ffmpegProgram('7.1', ['libx264', 'h264_videotoolbox', 'mjpeg']),
		'ffmpeg -hide_banner -nostdin -f avfoundation -list_devices true -i ': {
			stderr: sample('ffmpeg.avfoundation.list.stderr.txt'),
		},
		'ffmpeg -hide_banner -nostdin -f avfoundation -framerate 1000 -i 0:none -frames:v 1 -f null -': {
			stderr: sample('ffmpeg.avfoundation.bad-framerate.stderr.txt'),
		},
	};
	const AV = `${FFMPEG} -f avfoundation -framerate 30 -video_size 1280x720 -pixel_format uyvy422 -i 0:none`;

	it('a Mac: its hardware encodes', async () => {
		const [best, second] = await ways({ platform: 'darwin', answers: MAC });
		expect(best).toBe(
			`${AV} -c:v h264_videotoolbox -realtime 1 -bf 0 -profile:v baseline -g 60 -b:v 2000000 -f flv -flvflags no_duration_filesize pipe:1`,
		);
		expect(second).toBe(`${AV} ${X264}`);
		const [withPreview] = await ways({ platform: 'darwin', answers: MAC }, { preview: true });
		expect(withPreview).toBe(`${best} -vf framestep=3,${SCALE} ${SMALL_X264}`);
	});

	it('a Mac: only at rates that the camera has', async () => {
		const [best] = await ways({ platform: 'darwin', answers: MAC }, { fps: 60 });
		expect(best).toContain('-framerate 30 ');
		expect((await ways({ platform: 'darwin', answers: MAC }, { fps: 24 }))[0]).toContain('-framerate 24 ');
	});

	const windows = (list: string, input: string) => ({
		...ffmpegProgram('7.1'),
		'ffmpeg -hide_banner -nostdin -f dshow -list_devices true -i dummy': { stderr: sample(list) },
		[`ffmpeg -hide_banner -nostdin -f dshow -list_options true -i video=${input}`]: {
			stderr: sample('ffmpeg.dshow.list_options.stderr.txt'),
		},
	});
	it.each([
		['ffmpeg.dshow.list.new.stderr.txt', 'USB Capture HDMI'],
		['ffmpeg.dshow.list.old.stderr.txt', 'USB 2861 Device'],
	])('Windows, as in %s: the camera’s own JPEG first', async (list, name) => {
		const [best, second] = await ways({ platform: 'win32', answers: windows(list, name) });
		expect(best).toBe(
			`${FFMPEG} -f dshow -rtbufsize 64M -vcodec mjpeg -video_size 640x480 -framerate 30 -i video=${name} -c copy -f mjpeg pipe:1`,
		);
		expect(second).toBe(`${FFMPEG} -f dshow -rtbufsize 64M -video_size 640x480 -framerate 30 -i video=${name} ${X264}`);
	});

	it('Windows: cameras of the same name are told apart', async () => {
		const twins = sample('ffmpeg.dshow.list.new.stderr.txt').replace(
			'"OBS Virtual Camera" (none)',
			'"USB Capture HDMI" (video)',
		);
		const answers = { ...windows('ffmpeg.dshow.list.new.stderr.txt', 'x') };
		const options = { stderr: sample('ffmpeg.dshow.list_options.stderr.txt') };
		const list = 'ffmpeg -hide_banner -nostdin -f dshow -list_devices true -i dummy';
		const [, alternative = ''] = /Alternative name "(@device_pnp[^"]+)"/.exec(twins) ?? [];
		const ask = `ffmpeg -hide_banner -nostdin -f dshow -list_options true -i video=${alternative}`;
		const [best] = await ways({
			platform: 'win32',
			answers: { ...answers, [list]: { stderr: twins }, [ask]: options },
		});
		expect(best).toContain(`-i video=${alternative} -c copy`);
	});
});

describe('a camera that was named', () => {
	const two = tool('rpicam-vid', 'v1.6.0', true, 'list-cameras.docs-two.txt');

	it('csi:1', async () => {
		const lines = await ways(boardWith({ board: 'Pi 4', answers: two }), {}, 'csi:1');
		expect(lines.map((line) => /--camera \d --codec \w+/.exec(line)?.[0])).toEqual([
			'--camera 1 --codec h264',
			'--camera 1 --codec mjpeg',
		]);
	});

	it.each(['/dev/video0', '/dev/v4l/by-id/usb-046d_0825-video-index0'])('%s', async (path) => {
		const answers = { ...two, ...v4l2CtlProgram('/dev/video0', WEBCAM) };
		const lines = await ways(boardWith({ board: 'Pi 4', answers, ...usbCamera() }), {}, path);
		expect(lines).toHaveLength(1);
		expect(lines[0]).toContain('-d /dev/video0');
	});
});
