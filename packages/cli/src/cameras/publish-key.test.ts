import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishKey, readKeyFile } from './publish-key.ts';

const KEY = `oriel_key_${'k'.repeat(32)}`;

let folder: string;
let path: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-private-'));
	path = join(folder, 'porch.key');
	writeFileSync(path, `${KEY}\n`);
});

afterEach(() => rmSync(folder, { recursive: true }));

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
