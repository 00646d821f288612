import { boardWith, nodeFiles, type Setting, usbCamera } from '@oriel/testing/agent/boards';
import { cameraProgram, ffmpegProgram, v4l2CtlProgram } from '@oriel/testing/agent/camera-programs';
import { candidatesFor } from '@oriel/testing/agent/detected';
import { fakeComputer } from '@oriel/testing/agent/fake-computer';
import { sample } from '@oriel/testing/agent/samples';
import { describe, expect, it } from 'vitest';
import type { CaptureSettings } from '../capture/command/command.ts';
import { commandOf } from '../capture/method.ts';
import { AgentError } from '../errors/agent-error.ts';
import { rpicamCommand } from './rpicam/command.ts';
import type { RpicamInput } from './rpicam/detect.ts';

const WEBCAM = sample('v4l2-ctl.list-formats-ext.mjpg-yuyv.CONSTRUCTED.txt');
const CONTROLS = [
	'horizontal_flip 0x00980914 (bool) : default=0 value=0',
	'vertical_flip 0x00980915 (bool) : default=0 value=0',
	'focus_absolute 0x009a090a (int) : min=0 max=255 step=5 default=0 value=0',
	'focus_automatic_continuous 0x009a090c (bool) : default=1 value=1',
	'exposure_dynamic_framerate 0x009a0903 (bool) : default=0 value=0',
	'compression_quality 0x009d0903 (int) : min=1 max=100 step=1 default=50 value=50',
].join('\n');
const RASPIVID = {
	'raspivid --help': { code: 64 },
	'vcgencmd get_camera': 'supported=1 detected=1\n',
};
const raw = WEBCAM.replace(/\t\[0\][\s\S]*?(?=\t\[1\])/, '');
const csi = (version: string, cameras: string) => cameraProgram({ name: 'rpicam-vid', version, libav: true, cameras });

/** Cameras under short names, each with one program. */
const CAMERAS = {
	'imx708 on a Pi 4': { board: 'Pi 4', answers: csi('v1.6.0', 'list-cameras.imx708_wide-2023.txt') },
	'imx708 on a Pi 5': { board: 'Pi 5', answers: csi('v1.6.0', 'list-cameras.imx708_wide-2023.txt') },
	'imx708 with version 1.0.0': { board: 'Pi 4', answers: csi('v1.0.0', 'list-cameras.imx708_wide-2023.txt') },
	'imx477 with a build of 2021': { board: 'Pi 4', answers: csi('2021', 'list-cameras.2021-12.txt') },
	'imx219 on a Pi 4': { board: 'Pi 4', answers: csi('v1.6.0', 'list-cameras.docs-two.txt') },
	raspivid: { board: 'Pi 4', system: 'buster', answers: RASPIVID },
	webcam: { board: 'Pi 4', answers: v4l2CtlProgram('/dev/video0', WEBCAM, CONTROLS), ...usbCamera() },
	'webcam without controls': { board: 'Pi 4', answers: v4l2CtlProgram('/dev/video0', WEBCAM), ...usbCamera() },
	'raw webcam': {
		board: 'PC',
		answers: { ...v4l2CtlProgram('/dev/video0', raw), ...ffmpegProgram('6.1') },
		...usbCamera(),
	},
	'legacy node': {
		board: 'Pi 4',
		system: 'bullseye',
		answers: v4l2CtlProgram('/dev/video0', ''),
		files: nodeFiles('video0', 'mmal service 16.1'),
	},
} as const satisfies Record<string, Setting>;
type CameraName = keyof typeof CAMERAS;

/** The arguments of the best way of `codec` to that camera. */
async function argumentsOf(camera: CameraName, settings: CaptureSettings, codec: 'jpeg' | 'h264'): Promise<string> {
	const candidates = await candidatesFor(fakeComputer(boardWith(CAMERAS[camera])));
	const candidate = candidates.find((found) => found.codec === codec);
	if (!candidate) throw new Error(`${camera} does not give ${codec}`);
	return commandOf(candidate, settings).arguments.join(' ');
}

const ZOOM = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };

describe('options that a program follows', () => {
	it.each<[CameraName, 'jpeg' | 'h264', CaptureSettings, string]>([
		['imx708 on a Pi 4', 'h264', { size: { width: 1920, height: 1080 } }, '--width 1920 --height 1080'],
		['imx708 on a Pi 4', 'h264', { size: { width: 1920, height: 1080 }, fps: 50 }, '--level 4.2 --inline --intra 100'],
		['imx708 on a Pi 4', 'h264', { fps: 12.5 }, '--intra 25 -b 2000000 --width 1280 --height 720 --framerate 12.5'],
		['imx708 on a Pi 4', 'h264', { bitrate: 5_000_000 }, '-b 5000000'],
		['imx708 on a Pi 4', 'jpeg', { quality: 80 }, '--codec mjpeg -q 80'],
		['imx708 on a Pi 4', 'h264', { rotation: 180 }, '--rotation 180 --flush'],
		['imx708 on a Pi 4', 'h264', { rotation: 0 }, '--framerate 30 --flush'],
		['imx708 on a Pi 4', 'h264', { flip: 'horizontal' }, '--framerate 30 --hflip --flush'],
		['imx708 on a Pi 4', 'h264', { flip: 'vertical' }, '--framerate 30 --vflip --flush'],
		['imx708 on a Pi 5', 'h264', { flip: 'both' }, '--framerate 30 --hflip --vflip -o -'],
		[
			'imx708 on a Pi 4',
			'h264',
			{ night: true },
			'--intra 10 -b 2000000 --width 1280 --height 720 --framerate 5 --gain 8',
		],
		['imx708 on a Pi 4', 'jpeg', { night: true, fps: 2 }, '--framerate 2 --gain 8'],
		['imx708 on a Pi 4', 'h264', { autofocus: 'continuous' }, '--autofocus-mode continuous --flush'],
		['imx708 on a Pi 4', 'h264', { autofocus: 'auto' }, '--autofocus-mode auto --flush'],
		['imx708 on a Pi 4', 'h264', { autofocus: 'manual', lensPosition: 0 }, '--autofocus-mode manual --lens-position 0'],
		['imx708 on a Pi 4', 'h264', { lensPosition: 2.5 }, '--autofocus-mode manual --lens-position 2.5'],
		['imx708 on a Pi 4', 'h264', { zoom: ZOOM }, '--roi 0.25,0.25,0.5,0.5'],
		['raspivid', 'h264', { size: { width: 640, height: 480 }, fps: 15 }, '-w 640 -h 480 -fps 15 -g 30'],
		['raspivid', 'jpeg', { bitrate: 5_000_000 }, '-b 5000000 -fl -o -'],
		['raspivid', 'h264', { rotation: 90 }, '-stm -rot 90 -fl'],
		['raspivid', 'h264', { flip: 'both' }, '-stm -hf -vf -fl'],
		['raspivid', 'h264', { night: true }, '-fps 5 -g 10 -b 2000000 -pf main -lev 4 -ih -stm -ex night'],
		['raspivid', 'h264', { zoom: ZOOM }, '-roi 0.25,0.25,0.5,0.5'],
		[
			'webcam',
			'jpeg',
			{ size: { width: 640, height: 480 }, fps: 30 },
			'width=640,height=480,pixelformat=MJPG --set-parm=30',
		],
		['webcam', 'jpeg', { quality: 70 }, '--set-ctrl=compression_quality=70 --set-fmt-video'],
		['webcam', 'jpeg', { rotation: 180 }, '--set-ctrl=horizontal_flip=1,vertical_flip=1 '],
		['webcam', 'jpeg', { flip: 'vertical' }, '--set-ctrl=vertical_flip=1 '],
		['webcam', 'jpeg', { night: true }, '--set-ctrl=exposure_dynamic_framerate=1 '],
		['webcam', 'jpeg', { autofocus: 'continuous' }, '--set-ctrl=focus_automatic_continuous=1 '],
		['webcam', 'jpeg', { autofocus: 'manual' }, '--set-ctrl=focus_automatic_continuous=0 '],
		[
			'legacy node',
			'h264',
			{ rotation: 90, bitrate: 3_000_000 },
			'h264_i_frame_period=60,video_bitrate=3000000,rotate=90 ',
		],
		['legacy node', 'jpeg', { quality: 30 }, '--set-ctrl=compression_quality=30 '],
		['raw webcam', 'h264', { rotation: 90 }, '-vf transpose=clock -c:v libx264'],
		['raw webcam', 'h264', { rotation: 180, flip: 'vertical' }, '-vf hflip,vflip,vflip -c:v'],
		['raw webcam', 'h264', { zoom: ZOOM }, '-vf crop=iw*0.5:ih*0.5:iw*0.25:ih*0.25 -c:v'],
		['raw webcam', 'h264', { size: { width: 640, height: 480 }, fps: 25 }, '-video_size 640x480 -framerate 25'],
		['raw webcam', 'h264', { bitrate: 900_000 }, '-b:v 900000 -maxrate 900000 -bufsize 450000'],
		['raw webcam', 'jpeg', { quality: 90 }, '-q:v 2 '],
		['raw webcam', 'jpeg', { quality: 10 }, '-q:v 14 '],
	])('%s, %s, %j: %s', async (camera, codec, settings, wanted) => {
		expect(await argumentsOf(camera, settings, codec)).toContain(wanted);
	});

	it.each<[CameraName, 'jpeg' | 'h264', CaptureSettings]>([
		['imx708 on a Pi 5', 'jpeg', { bitrate: 2_000_000 }],
		['imx708 on a Pi 4', 'h264', { quality: 80 }],
	])('%s, %s, does not mind %j, which is for the other codec', async (camera, codec, settings) => {
		expect(await argumentsOf(camera, settings, codec)).toBe(await argumentsOf(camera, {}, codec));
	});
});

describe('options that are refused, with the reason', () => {
	it.each<[CameraName, 'jpeg' | 'h264', CaptureSettings, string]>([
		[
			'imx708 on a Pi 4',
			'h264',
			{ rotation: 90 },
			'a rotation of 90° is not available: rpicam-vid turns by 180° only; the page can turn the picture',
		],
		[
			'imx708 on a Pi 4',
			'h264',
			{ size: { width: 2304, height: 1296 } },
			'a width of 2304 is not available: the hardware encoder of this Pi takes at most 2032',
		],
		['imx708 on a Pi 4', 'h264', { bitrate: 25_000_000 }, 'the hardware encoder of this Pi takes at most 20000000'],
		['imx708 on a Pi 4', 'h264', { size: { width: 641, height: 480 } }, 'width and height must be even'],
		['imx708 on a Pi 4', 'h264', { size: { width: 0, height: 0 } }, 'a size of 0x0 is not available'],
		['imx708 on a Pi 4', 'h264', { fps: 0 }, '0 pictures a second is not available: expected more than 0, at most 240'],
		['imx708 on a Pi 4', 'h264', { bitrate: 10 }, '10 bits a second is not available'],
		['imx708 on a Pi 4', 'jpeg', { quality: 0 }, 'a quality of 0 is not available: expected 1 to 100'],
		['imx708 on a Pi 4', 'h264', { zoom: { ...ZOOM, x: 0.75 } }, 'this zoom is not available'],
		[
			'imx708 on a Pi 4',
			'h264',
			{ codec: 'h264', quality: 50 },
			'a quality is not available: it is for JPEGs; H.264 has a bitrate',
		],
		[
			'imx708 on a Pi 4',
			'jpeg',
			{ codec: 'jpeg', bitrate: 500_000 },
			'a bitrate is not available: it is for H.264; JPEGs have a quality',
		],
		[
			'imx708 on a Pi 4',
			'h264',
			{ autofocus: 'auto', lensPosition: 1 },
			'autofocus "auto" moves the lens automatically',
		],
		[
			'imx219 on a Pi 4',
			'h264',
			{ autofocus: 'auto' },
			'a focus is not available: the lens of the imx219 does not move',
		],
		[
			'imx708 with version 1.0.0',
			'h264',
			{ lensPosition: 1 },
			'rpicam-vid v1.0.0 is too old for it; 1.0.2 or newer is required',
		],
		['raspivid', 'h264', { autofocus: 'auto' }, 'the old camera system cannot move a lens'],
		['raspivid', 'jpeg', { quality: 50 }, 'raspivid has none for JPEGs; it takes a bitrate instead'],
		['raspivid', 'h264', { size: { width: 2592, height: 1944 } }, 'raspivid takes at most 1920'],
		['raspivid', 'h264', { bitrate: 30_000_000 }, 'raspivid takes at most 25000000'],
		['webcam', 'jpeg', { size: { width: 800, height: 600 } }, 'this camera has 1920x1080, 1280x720, 640x480'],
		['webcam', 'jpeg', { zoom: ZOOM }, 'this camera has none that is given in parts of the picture'],
		['webcam', 'jpeg', { rotation: 90 }, 'this camera has no control for it; the page can turn and flip the picture'],
		['webcam', 'jpeg', { lensPosition: 1 }, 'USB cameras do not tell what their focus means in dioptres'],
		['webcam', 'jpeg', { autofocus: 'auto' }, 'USB cameras focus all the time, or never'],
		[
			'webcam without controls',
			'jpeg',
			{ quality: 50 },
			'a quality is not available: this camera has no control for it',
		],
		['webcam without controls', 'jpeg', { night: true }, 'a night mode is not available'],
		['webcam without controls', 'jpeg', { flip: 'both' }, 'a flip is not available'],
		['raw webcam', 'h264', { autofocus: 'auto' }, 'it cannot be told to this camera through ffmpeg'],
		['raw webcam', 'h264', { night: true }, 'it cannot be told to this camera through ffmpeg'],
	])('%s, %s, %j: %s', async (camera, codec, settings, words) => {
		await expect(argumentsOf(camera, settings, codec)).rejects.toThrow(AgentError);
		await expect(argumentsOf(camera, settings, codec)).rejects.toThrow(words);
	});
});

describe('a camera that is not the first', () => {
	it('is refused by a build of 2021', async () => {
		const [second] = await candidatesFor(fakeComputer(boardWith(CAMERAS['imx219 on a Pi 4'])), 'csi:1');
		if (second?.method.name !== 'rpicam') throw new Error('no second camera');
		const input = second.input as RpicamInput;
		const options = new Set([...input.tool.options].filter((option) => option !== '--camera'));
		const old = { ...second, input: { ...input, tool: { ...input.tool, options } } };
		expect(() => rpicamCommand(old, {})).toThrow('rpicam-vid is too old to know more than one');
	});
});
