import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@oriel/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultCameraDirectory, joinedCameras, keepCamera } from '../platform/joined-cameras.ts';
import { readPairing } from './camera-join.ts';

const CODE = '7ZK4MQW2TB8XN5RHJ3VDCE6YPA';
const PIN = `sha256/ab+/${'A'.repeat(39)}=`;

describe('the line from the page', () => {
	it('holds address, code and pin', () => {
		const inUrl = PIN.slice(7, -1).replaceAll('+', '-').replaceAll('/', '_');
		const read = readPairing(`https://203.0.113.7:8443/#pair=${CODE}.${inUrl}`, undefined);
		expect([read.relay, read.code.reveal(), read.pin]).toEqual(['https://203.0.113.7:8443', CODE, PIN]);
		const plain = readPairing(`http://relay.local/cams/#pair=${CODE.toLowerCase()}`, undefined);
		expect([plain.relay, plain.code.reveal(), plain.pin]).toEqual(['http://relay.local/cams', CODE, undefined]);
	});

	it('may be a bare code, with the relay beside it', () => {
		const read = readPairing('7ZK4M-QW2TB-8XN5R-HJ3VD-CE6YP-A', 'https://cam.example.org');
		expect([read.relay, read.code.reveal()]).toEqual(['https://cam.example.org', CODE]);
		expect(() => readPairing(CODE, undefined)).toThrow('--relay');
	});

	it.each(['https://cam.example.org/', 'https://cam.example.org/#pair=', 'https://x/#setup=abc', 'oriel_key_abc'])(
		'is not %s',
		(given) => expect(() => readPairing(given, 'https://r')).toThrow(/; expected /),
	);
});

describe('cameras of this machine', () => {
	let directory: string;
	const camera = {
		camera: 'porch',
		relays: ['https://cam.example.org'],
		pin: undefined,
		key: new Secret('oriel_key_x'),
	};

	beforeEach(() => {
		directory = join(mkdtempSync(join(tmpdir(), 'oriel-camera-')), 'state');
	});

	afterEach(() => rmSync(join(directory, '..'), { recursive: true }));

	it('are kept for their owner alone, and found again', () => {
		expect(joinedCameras(directory)).toEqual([]);
		const path = keepCamera(directory, camera);
		keepCamera(directory, { ...camera, camera: 'door', title: 'Back door', pin: PIN });
		expect([statSync(directory).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
		const found = joinedCameras(directory);
		expect(found.map(({ camera, title, pin, key }) => [camera, title, pin, key.reveal()])).toEqual([
			['door', 'Back door', PIN, 'oriel_key_x'],
			['porch', undefined, undefined, 'oriel_key_x'],
		]);
		expect(JSON.stringify(found)).not.toContain('oriel_key_x');
	});

	it('are refused when others may read them, or when they are damaged', () => {
		const path = keepCamera(directory, camera);
		chmodSync(path, 0o640);
		expect(() => joinedCameras(directory)).toThrow('others may read it: chmod 600');
		writeFileSync(path, '{"format":1}');
		chmodSync(path, 0o600);
		expect(() => joinedCameras(directory)).toThrow('Join again');
	});

	it.each([
		[{ STATE_DIRECTORY: '/var/lib/x' }, 'linux', true, '/var/lib/x'],
		[{}, 'linux', true, '/var/lib/oriel-camera'],
		[{ XDG_STATE_HOME: '/home/a/state' }, 'linux', false, '/home/a/state/oriel-camera'],
	] as const)('are kept by %j on %s in the place of the system', (env, platform, isRoot, wanted) => {
		expect(defaultCameraDirectory(env, platform, isRoot)).toBe(wanted);
	});
});
