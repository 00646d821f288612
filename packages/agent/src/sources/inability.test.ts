import { PassThrough } from 'node:stream';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import type { CaptureSettings } from '../capture/command/command.ts';
import { inability } from '../capture/inability.ts';
import { openSource } from './open.ts';

const EVERYTHING: Required<CaptureSettings> = {
	codec: 'h264',
	size: { width: 320, height: 240 },
	fps: 5,
	bitrate: 1_000_000,
	quality: 50,
	rotation: 90,
	flip: 'both',
	night: true,
	brightness: 0.2,
	autofocus: 'manual',
	lensPosition: 0,
	zoom: { x: 0.25, y: 0.25, width: 0.5, height: 0.5 },
	// An offer: a source that makes none does not complain.
	preview: true,
};

function adviceOf(spec: string, settings: CaptureSettings): string[] {
	const watching = new Watching(
		openSource(spec, { name: 'cam', input: new PassThrough(), clock: new FakeClock(), random: () => 0.5, settings }),
	);
	watching.stop();
	return watching.advice;
}

describe('what a source cannot do', () => {
	it('is said in words, with what was asked', () => {
		expect(adviceOf('test', EVERYTHING)).toEqual([
			'test pattern, 320x240 at 5 fps does not support these settings: codec h264, bitrate 1000000, quality 50, rotation 90, ' +
				'flip both, night true, brightness 0.2, autofocus manual, lens position 0, zoom 0.25,0.25,0.5,0.5; they are ignored',
		]);
	});

	it.each([
		['test', { size: { width: 320, height: 240 }, fps: 5, codec: 'jpeg' }],
		['test:h264', { size: { width: 320, height: 240 }, fps: 5, codec: 'h264' }],
		['-', { fps: 5, rotation: 0, night: false, flip: undefined }],
		['-', {}],
	] as const)('is not said of %s with %j, which it can', (spec, settings) => {
		expect(adviceOf(spec, settings)).toEqual([]);
	});

	it.each(['-', 'file:/a', 'http://cam.lan/'])('is the size and the codec of %s', (spec) => {
		const [words] = adviceOf(spec, { size: { width: 640, height: 480 }, codec: 'jpeg', fps: 2 });
		expect(words).toMatch(/does not support these settings: size 640x480, codec jpeg; /);
	});

	it('keeps what the source can do on request', () => {
		const options = { name: 'cam', input: new PassThrough(), clock: new FakeClock(), random: () => 0.5 };
		const source = openSource('test:h264', { ...options, settings: { quality: 5 } });
		expect(source.capabilities).toEqual(['key-frame']);
		expect(() => source.requestKey?.()).not.toThrow();
		expect(source.requestKey).toBeDefined();
		expect(source.pause).toBeDefined();
		expect(source.preview).toBeUndefined();
		expect(openSource('test:h264', { ...options, settings: { quality: 5, preview: true } }).preview).toBeDefined();
	});

	it('is nothing where nothing was asked', () => {
		expect(inability('x', {}, { does: [], codec: undefined })).toBeUndefined();
	});
});
