import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@oriel/base';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepCamera } from '../../platform/joined-cameras.ts';
import { knownRelays } from './known-relays.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-relays-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const env = () => ({ STATE_DIRECTORY: join(folder, 'joined'), XDG_CONFIG_HOME: folder });
const pair = (camera: string, relay: string, pin?: string) =>
	keepCamera(join(folder, 'joined'), { camera, relays: [relay], pin, key: new Secret('k'.repeat(43)) });
const configure = (...lines: readonly string[]) => {
	mkdirSync(join(folder, 'oriel'));
	writeFileSync(join(folder, 'oriel', 'camera.yaml'), lines.join('\n'));
};

it('the relays of a machine are those of its cameras, each once', () => {
	expect(knownRelays(env())).toEqual({ relays: [], unread: [] });
	pair('porch', 'https://one.example.org', 'sha256/abc');
	pair('yard', 'https://one.example.org', 'sha256/abc');
	configure(
		'relay: https://two.example.org',
		'cameras:',
		'  door:',
		'    key-file: door.key',
		'  gate:',
		'    relay: https://three.example.org',
		'    relay-pin: sha256/def',
	);
	expect(knownRelays(env())).toEqual({
		relays: [
			{ url: 'https://two.example.org', pin: undefined },
			{ url: 'https://three.example.org', pin: 'sha256/def' },
			{ url: 'https://one.example.org', pin: 'sha256/abc' },
		],
		unread: [],
	});
});

it('a file that cannot be used is named, and the others count', () => {
	const path = pair('porch', 'https://one.example.org');
	chmodSync(path, 0o644);
	configure('relay: https://two.example.org', 'cameras:', '  door: {}');
	const { relays, unread } = knownRelays(env());
	expect(relays).toEqual([{ url: 'https://two.example.org', pin: undefined }]);
	expect(unread).toMatchObject([{ verdict: 'unknown', words: expect.stringContaining(path) }]);
});
