import { describe, expect, it } from 'vitest';
import { match } from './route.ts';

const table = [
	{ path: '/' },
	{ path: '/cameras/:camera/stream.mjpg' },
	{ path: '/cameras/front/:file' },
	{ path: '/:one/:__proto__' },
];

describe('a path', () => {
	it.each([
		['/', '/', {}],
		['/cameras/door/stream.mjpg', '/cameras/:camera/stream.mjpg', { camera: 'door' }],
		['/cameras/front/stream.mjpg', '/cameras/:camera/stream.mjpg', { camera: 'front' }],
		['/cameras/front/x', '/cameras/front/:file', { file: 'x' }],
	])('%s is found as %s', (pathname, path, params) => {
		const found = match(table, pathname);
		expect(found?.route.path).toBe(path);
		expect({ ...found?.params }).toEqual(params);
	});

	it.each([
		'',
		'//',
		'/cameras',
		'/cameras//stream.mjpg',
		'/cameras/door/stream.mjpg/',
		'/CAMERAS/door/stream.mjpg',
		'/a/b/c',
	])('%j is found nowhere', (pathname) => {
		expect(match(table, pathname)).toBeUndefined();
	});

	it('may have names that only objects have', () => {
		const found = match(table, '/constructor/x');
		expect(found?.params.one).toBe('constructor');
		expect(Object.getPrototypeOf(found?.params)).toBeNull();
		expect(Object.keys(found?.params ?? {})).toEqual(['one', '__proto__']);
	});
});
