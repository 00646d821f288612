import { boardWith, type Setting, usbCamera } from '@oriel/testing/agent/boards';
import { cameraProgram, v4l2CtlProgram } from '@oriel/testing/agent/camera-programs';
import { candidatesFor } from '@oriel/testing/agent/detected';
import { fakeComputer } from '@oriel/testing/agent/fake-computer';
import { sample } from '@oriel/testing/agent/samples';
import { describe, expect, it } from 'vitest';
import { limitable } from '../capture/auto/limitable.ts';
import type { CaptureSettings } from '../capture/command/command.ts';

const CSI: Setting = {
	board: 'Zero 2 W',
	answers: cameraProgram({
		name: 'rpicam-vid',
		version: 'v1.6.0',
		libav: true,
		cameras: 'list-cameras.imx708_wide-2023.txt',
	}),
};
const RASPIVID: Setting = {
	board: 'Pi 4',
	system: 'buster',
	answers: { 'raspivid --help': { code: 64 }, 'vcgencmd get_camera': 'supported=1 detected=1\n' },
};
const usb = (formats: string): Setting => {
	return { board: 'Pi 4', answers: v4l2CtlProgram('/dev/video0', sample(formats)), ...usbCamera() };
};

async function made(setting: Setting, codec: 'jpeg' | 'h264', own: CaptureSettings = {}, spec: string = 'auto') {
	const candidates = await candidatesFor(fakeComputer(boardWith(setting)), spec);
	const candidate = candidates.find((found) => found.codec === codec);
	if (!candidate) throw new Error('no such way');
	return limitable(candidate, own);
}

describe('a slow link', () => {
	it.each<[string, Setting, 'jpeg' | 'h264', CaptureSettings, wanted: CaptureSettings, args: string]>([
		['H.264 of a Pi', CSI, 'h264', { bitrate: 1_500_000 }, { bitrate: 400_000 }, '-b 400000'],
		[
			'JPEG of a Pi',
			CSI,
			'jpeg',
			{ quality: 50 },
			{ fps: 5, quality: 30 },
			'-q 30 --width 640 --height 480 --framerate 5',
		],
		['H.264 of raspivid', RASPIVID, 'h264', { bitrate: 2_000_000 }, { bitrate: 400_000 }, '-b 400000'],
		['JPEG of raspivid, which knows no quality', RASPIVID, 'jpeg', {}, { fps: 5, quality: 30 }, '-fps 5 -b 8000000'],
		[
			'JPEG of a USB camera, which knows no quality',
			usb('v4l2-ctl.list-formats-ext.mjpg-yuyv.CONSTRUCTED.txt'),
			'jpeg',
			{},
			{ fps: 5, quality: 30 },
			'pixelformat=MJPG --set-parm=5 --stream-mmap',
		],
	])('%s is told what it can be told', async (_, setting, codec, settings, wanted, args) => {
		const found = await made(setting, codec);
		expect(found.settings).toEqual(settings);
		if (typeof found.command !== 'function') throw new Error('it cannot be told anything');
		expect(found.command({ ...found.settings, ...wanted }).arguments.join(' ')).toContain(args);
	});

	it.each<[string, Setting, string]>([['H.264 of a USB camera', usb('v4l2-ctl.list-formats-ext.h264cam.txt'), 'auto']])(
		'%s goes on as it is',
		async (_, setting, spec) => {
			const found = await made(setting, 'h264', {}, spec);
			expect([typeof found.command, found.settings]).toEqual(['object', {}]);
		},
	);

	it('never makes more of it than the owner chose', async () => {
		const found = await made(CSI, 'h264', { bitrate: 800_000, fps: 10 });
		expect(found.settings).toEqual({ bitrate: 800_000, fps: 10 });
		if (typeof found.command !== 'function') throw new Error('it cannot be told anything');
		expect(found.command(found.settings).arguments.join(' ')).toContain('--intra 20 -b 800000');
	});

	it('does not hide that the owner’s own settings cannot be', async () => {
		await expect(made(CSI, 'h264', { rotation: 90 })).rejects.toThrow('turns by 180° only');
	});
});
