import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exposureOf, publishKey, readKeyFile } from './private-file.ts';

const KEY = `oriel_key_${'k'.repeat(32)}`;

let folder: string;
let path: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-private-'));
	path = join(folder, 'porch.key');
	writeFileSync(path, `${KEY}\n`);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a file with a secret', () => {
	it.each([0o600, 0o400])('is private with mode %o', (mode) => {
		chmodSync(path, mode);
		expect(exposureOf(path)).toBeUndefined();
	});

	it.each([0o644, 0o604, 0o602, 0o666])('is not with mode %o, and the cure is said', (mode) => {
		chmodSync(path, mode);
		expect(exposureOf(path)).toBe(
			`everybody on this machine can read or change ${path}: its mode is 0${mode.toString(8)}. Wanted: chmod 600 ${path}`,
		);
	});

	it('may be read by a group if it is root’s, and by none if it is a user’s', () => {
		expect(exposureOf(path, { mode: 0o100_640, uid: 0 })).toBeUndefined();
		expect(exposureOf(path, { mode: 0o100_640, uid: 1000 })).toContain('other users of its group can read');
	});

	it('says nothing where modes mean nothing, nor of a file that is not there', () => {
		chmodSync(path, 0o644);
		expect(exposureOf(path, undefined, 'win32')).toBeUndefined();
		expect(exposureOf(join(folder, 'gone'))).toBeUndefined();
	});
});

describe('a key file', () => {
	it('holds one key, which no text shows', () => {
		const key = readKeyFile(path);
		expect(key.reveal()).toBe(KEY);
		expect(`${key}`).toBe('***');
	});

	it('that is missing or holds something else is refused in words that do not show it', () => {
		expect(() => readKeyFile(join(folder, 'gone'))).toThrow(/Cannot read the key file .*gone: ENOENT/);
		writeFileSync(path, 'hush hush');
		expect(() => readKeyFile(path)).toThrow(`${path} does not hold a publish key`);
		expect(() => publishKey.read('hush hush', 'key')).not.toThrow(/hush/);
	});
});
