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

	it.each(['auto', 'csi:0', '/dev/video0', 'rtsp://cam.lan/1', 'exec:rpicam-vid'])(
		'says that %s is not yet supported, and what is',
		(spec) => {
			expect(() => open(spec)).toThrow(expect.objectContaining({ code: 'unsupported-source' }));
			expect(() => open(spec)).toThrow(
				`the source ${spec} is not yet supported; test, test:h264, -, file:PATH, http://… and https://… are`,
			);
		},
	);

	it.each(['', 'tset', 'ftp://me:hush@cam.lan', 'file:', 'http://'])('refuses %j', (spec) => {
		expect(() => open(spec)).toThrow(expect.objectContaining({ code: 'bad-source' }));
		expect(() => open(spec)).not.toThrow(/hush/);
	});

	it('keeps the password of an RTSP address to itself', () => {
		expect(() => open('rtsp://me:hush@cam.lan/1')).toThrow('rtsp://***@cam.lan/1 is not yet supported');
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
