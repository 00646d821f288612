import { describe, expect, it } from 'vitest';
import { baseOf, controlUrls, requestUrl } from './control-url.ts';

const ASKED = 'rtsp://cam.lan:8554/live?channel=1';

describe('the address of a track', () => {
	it.each([
		['content-base', 'rtsp://10.0.0.9/live/', 'rtsp://10.0.0.9/live/'],
		['content-location', 'rtsp://10.0.0.9/live', 'rtsp://10.0.0.9/live'],
		['content-base', 'rtsp://rtsp://cam.lan:554/live/', 'rtsp://cam.lan:554/live/'],
		['content-base', '192.168.1.10:554/stream0/', 'rtsp://192.168.1.10:554/stream0/'],
		['content-base', '/stream0/', 'rtsp://cam.lan:8554/stream0/'],
		['content-base', 'rtsp://::ffff:192.168.1.123/onvif/', 'rtsp://::ffff:192.168.1.123/onvif/'],
		['content-base', 'nonsense', ASKED],
		['x', 'y', ASKED],
	])('is relative to %s: %s', (name, value, base) => {
		expect(baseOf(new Map([[name, value]]), ASKED)).toBe(base);
	});

	it.each([
		['rtsp://cam/live/', 'track1', ['rtsp://cam/live/track1']],
		['rtsp://cam/live', 'track1', ['rtsp://cam/live/track1', 'rtsp://cam/track1']],
		['rtsp://cam/live', '/live/track1', ['rtsp://cam/live/live/track1', 'rtsp://cam/live/track1']],
		['rtsp://cam/live?a=1&b=2', 'trackID=1', ['rtsp://cam/live?a=1&b=2/trackID=1', 'rtsp://cam/trackID=1']],
		['rtsp://cam/live', 'rtsp://10.0.0.9/x', ['rtsp://10.0.0.9/x']],
		['rtsp://cam/live', '*', ['rtsp://cam/live']],
		['rtsp://cam/live', undefined, ['rtsp://cam/live']],
		['rtsp://::ffff:1.2.3.4/x/', 'track1', ['rtsp://::ffff:1.2.3.4/x/track1']],
	])('%s and %s', (base, control, urls) => {
		expect(controlUrls(base, control)).toEqual(urls);
	});

	it('holds no password and no fragment', () => {
		expect(requestUrl(new URL('rtsp://me:hush@cam.lan/live?x=1#top'))).toBe('rtsp://cam.lan/live?x=1');
		expect(requestUrl(new URL('rtsp://cam.lan'))).toBe('rtsp://cam.lan');
	});
});
