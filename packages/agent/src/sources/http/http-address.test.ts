import { describe, expect, it } from 'vitest';
import { readAddress } from './http-address.ts';

describe('the address of a camera', () => {
	it.each([
		['http://cam.lan/video?x=1', 'http://cam.lan/video?x=1', 'cam.lan'],
		['https://admin:pa%23ss@10.0.0.5:8443/', 'https://admin:pa%23ss@10.0.0.5:8443/', '10.0.0.5'],
		['http://[2001:db8::5]/', 'http://[2001:db8::5]/', '2001:db8::5'],
		['http://[fe80::1%eth0]:81/', 'http://[fe80::1]:81/', 'fe80::1%eth0'],
		['http://[fe80::1%25wlan0]/', 'http://[fe80::1]/', 'fe80::1%wlan0'],
		['rtsp://admin:p@[fe80::a:b%enp3s0]:554/live', 'rtsp://admin:p@[fe80::a:b]:554/live', 'fe80::a:b%enp3s0'],
		['http://cam.lan:8080/users/a@b', 'http://cam.lan:8080/users/a@b', 'cam.lan'],
		['http://admin:p@ss@cam.lan/', 'http://admin:p%40ss@cam.lan/', 'cam.lan'],
	])('%s', (spec, href, host) => {
		const { url, host: dialled } = readAddress(spec);
		expect([url.href, dialled]).toEqual([href, host]);
	});

	it.each([
		'http://anna:zq#xy@cam.lan/',
		'http://anna:zq?xy@cam.lan/',
		'http://anna:zq/xy@cam.lan/',
		'rtsp://anna:12#xy@cam.lan/x',
	])('with a password that ends it too early says how to write it, and not what it was: %s', (spec) => {
		expect(() => readAddress(spec)).toThrow(/# as %23, \? as %3F, \/ as %2F/);
		expect(() => readAddress(spec)).not.toThrow(/anna|zq|xy|cam/);
	});

	it.each([
		['http://', 'begins like a web address'],
		['https://a b', 'begins like a web address'],
		['rtsps://[fe80::1', 'begins like an RTSP address'],
	])('that is none is refused: %s', (spec, words) => {
		expect(() => readAddress(spec)).toThrow(words);
	});
});
