import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemDisk } from './disk.ts';

let directory: string;
const at = (name: string) => join(directory, name);

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'oriel-disk-'));
	mkdirSync(at('directory'));
	if (process.platform !== 'win32') {
		execFileSync('mkfifo', [at('pipe')]);
		symlinkSync('/dev/zero', at('device'));
	}
});

afterEach(() => rmSync(directory, { recursive: true }));

describe.skipIf(process.platform === 'win32')('what is no file', () => {
	it.each(['directory', 'pipe', 'device'])('(a %s) is not read, and not waited for', async (name) => {
		await expect(systemDisk.read(at(name))).rejects.toThrow(`'${at(name)}' is a directory, pipe or device`);
	});

	it.each(['directory', 'pipe', 'device'])('(a %s) is not added to, and not waited for', async (name) => {
		await expect(systemDisk.append(at(name), 'line\n')).rejects.toThrow(at(name));
	});
});

describe('a file', () => {
	it('is made by adding to it, and read with its stamp', async () => {
		expect(await systemDisk.read(at('new'))).toBeUndefined();
		await systemDisk.append(at('new'), 'one\n');
		await systemDisk.append(at('new'), 'two\n');
		const facts = await systemDisk.stat(at('new'));
		expect(await systemDisk.read(at('new'))).toEqual({ text: 'one\ntwo\n', stamp: facts?.stamp });
	});

	it('may be a link to one', async () => {
		writeFileSync(at('real'), 'text');
		symlinkSync(at('real'), at('link'));
		expect((await systemDisk.read(at('link')))?.text).toBe('text');
		await systemDisk.append(at('link'), ' and more');
		expect(readFileSync(at('real'), 'utf8')).toBe('text and more');
	});
});
