import { PassThrough } from 'node:stream';
import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { type OpenOptions, openSource } from './open.ts';

function open(spec: string, options: Partial<OpenOptions> = {}) {
	const base = { name: 'cam', input: new PassThrough(), clock: new FakeClock(), random: () => 0.5 };
	return openSource(spec, { ...base, ...options });
}

describe('openSource', () => {
	it.each([
		['test', 'test pattern, 640x480 at 10 fps'],
		['-', 'standard input'],
		['file:/var/a b.jpg', 'file /var/a b.jpg'],
		['http://admin:hush@10.0.0.9:81/video?pwd=hush', 'camera at http://10.0.0.9:81/video'],
		['HTTPS://cam.lan', 'camera at https://cam.lan/'],
		['rtsp://me:hush@cam.lan/1?token=hush', 'camera at rtsp://cam.lan/1'],
		['rtsps://cam.lan:322/1', 'camera at rtsps://cam.lan:322/1'],
		['exec:/opt/cam/run --key hush', 'program run'],
	])('knows %s', (spec, description) => {
		expect(open(spec)).toMatchObject({ description, capabilities: [] });
	});

	it('knows test:h264', () => {
		const description = 'test pattern in H.264, 640x480 at 10 fps';
		expect(open('test:h264')).toMatchObject({ description, capabilities: ['key-frame'] });
	});

	it('takes size and rate', () => {
		const source = open('test', { settings: { size: { width: 320, height: 240 }, fps: 2.5 } });
		expect(source.description).toBe('test pattern, 320x240 at 2.5 fps');
	});

	it.each([
		['auto', 'the camera of this machine'],
		['csi:1', 'the camera on ribbon connector 1'],
		['/dev/video0', 'the camera at /dev/video0'],
		['/dev/v4l/by-id/usb-046d-video-index0', 'the camera at /dev/v4l/by-id/usb-046d-video-index0'],
	])('knows %s', (spec, description) => {
		expect(open(spec)).toMatchObject({ description, capabilities: ['bitrate'] });
	});

	it('says what is accepted', () => {
		expect(() => open('tset')).toThrow(
			'the source tset is not known; expected auto, csi:N, /dev/videoN, rtsp://…, rtsps://…, test, test:h264, -, file:PATH, exec:COMMAND, http://… or https://…',
		);
	});

	it.each([
		'',
		'exec:',
		'exec:a | b',
		'tset',
		'ftp://me:hush@cam.lan',
		'file:',
		'http://',
		'csi:',
		'csi:x',
		'rtsp:',
		'rtsp://',
		'/dev/null',
	])('refuses %j', (spec) => {
		expect(() => open(spec)).toThrow(expect.objectContaining({ code: 'bad-source' }));
		expect(() => open(spec)).not.toThrow(/hush/);
	});

	it.each([
		{ size: { width: 20, height: 20 } },
		{ size: { width: 641, height: 480 } },
		{ size: { width: Number.NaN, height: 480 } },
		{ fps: 0 },
		{ fps: Number.NaN },
		{ fps: 1000 },
	])('refuses %j', (settings) => {
		for (const spec of ['test', 'test:h264'])
			expect(() => open(spec, { settings })).toThrow(expect.objectContaining({ code: 'bad-option' }));
	});
});
