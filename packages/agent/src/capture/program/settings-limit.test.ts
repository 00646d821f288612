import { describe, expect, it } from 'vitest';
import { type Seen, settingsWithin } from './settings-limit.ts';

const H264: Seen = { codec: 'h264', bitsPerSecond: 2e6, fps: 30 };
/** 30 pictures a second of 50 kB. */
const JPEG: Seen = { codec: 'jpeg', bitsPerSecond: 12e6, fps: 30 };

describe('settingsWithin', () => {
	it('tells the encoder of H.264, in steps, and never beyond what the owner has set', () => {
		expect(settingsWithin(777_777, { bitrate: 2e6 }, {}, H264)).toEqual({ bitrate: 750_000 });
		expect(settingsWithin(9e6, { bitrate: 2e6 }, {}, H264)).toEqual({ bitrate: 2e6 });
		expect(settingsWithin(10, {}, {}, H264)).toEqual({ bitrate: 150_000 });
		expect(settingsWithin(1e6, { codec: 'h264' }, {}, undefined)).toEqual({ codec: 'h264', bitrate: 1e6 });
	});

	it('takes JPEGs less often, then coarser', () => {
		const own = { fps: 30, quality: 60 };
		expect(settingsWithin(6e6, own, own, JPEG)).toEqual({ fps: 15, quality: 60 });
		expect(settingsWithin(1e6, own, own, JPEG)).toEqual({ fps: 5, quality: 30 });
		expect(settingsWithin(1, own, own, JPEG)).toEqual({ fps: 5, quality: 20 });
	});

	it('judges by what the present settings bring, so that the way back is the way there', () => {
		const own = { fps: 30, quality: 60 };
		const present = { fps: 15, quality: 60 };
		const seen: Seen = { codec: 'jpeg', bitsPerSecond: 6e6, fps: 15 };
		expect(settingsWithin(6e6, own, present, seen)).toEqual(present);
		expect(settingsWithin(9e6, own, present, seen)).toEqual({ fps: 22, quality: 60 });
		expect(settingsWithin(20e6, own, present, seen)).toEqual(own);
		expect(settingsWithin(undefined, own, present, seen)).toBe(own);
	});

	it('leaves things as they are while nothing has been seen', () => {
		expect(settingsWithin(1e6, {}, { fps: 7 }, undefined)).toEqual({ fps: 7 });
	});
});
