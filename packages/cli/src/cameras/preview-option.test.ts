import { Secret, silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { previewOf, sourceOf } from './keep-cameras.ts';

const PLATFORM = { clock: new FakeClock(), log: silentLog, random: () => 0.5 };

function sourcesFor(source: string, preview: string | undefined) {
	const camera = {
		...{ name: 'porch', title: undefined, relay: 'r:1', pin: undefined, key: new Secret('k') },
		...{ source, preview, settings: {}, cameraPin: undefined },
	};
	return { source: sourceOf(camera, PLATFORM), preview: previewOf(camera, PLATFORM) };
}

describe('--preview', () => {
	it.each([[undefined], ['auto']])('%s has the camera’s own source make it, if it can', (preview) => {
		for (const spec of ['test', 'test:h264', 'auto']) {
			const { source, preview: other } = sourcesFor(spec, preview);
			expect([source.preview !== undefined, other]).toEqual([true, undefined]);
		}
		expect(sourcesFor('file:/clip.h264', preview).source.preview).toBeUndefined();
	});

	it('off has none made', () => {
		const { source, preview } = sourcesFor('test', 'off');
		expect([source.preview, preview]).toEqual([undefined, undefined]);
	});

	it('SPEC has another source make it, and not the camera’s own', () => {
		const { source, preview } = sourcesFor('test', 'rtsp://u:p@cam.lan/sub');
		expect(source.preview).toBeUndefined();
		expect(preview?.description).toBe('camera at rtsp://cam.lan/sub');
	});

	it('refuses what is no source', () => {
		expect(() => sourcesFor('test', 'on')).toThrow(
			/^preview: the source on is not known; expected auto, .*; "off" makes none$/,
		);
	});
});
