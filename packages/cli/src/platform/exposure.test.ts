import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exposureOf } from './exposure.ts';

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
			`every user of this machine can read or change ${path}: its mode is 0${mode.toString(8)}. Run: chmod 600 ${path}`,
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
