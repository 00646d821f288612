import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from './find.ts';

describe('findProgram', () => {
	let root: string;

	beforeAll(() => {
		root = mkdtempSync(join(tmpdir(), 'oriel-find-'));
		for (const folder of ['first', 'second']) mkdirSync(join(root, folder));
		mkdirSync(join(root, 'first', 'camera'));
		writeFileSync(join(root, 'second', 'camera'), '');
		chmodSync(join(root, 'second', 'camera'), 0o755);
		writeFileSync(join(root, 'second', 'notes'), '', { mode: 0o644 });
	});

	afterAll(() => rmSync(root, { recursive: true }));

	it('takes the first file on the path that can be run, and no folder', () => {
		const path = ['', join(root, 'nowhere'), join(root, 'first'), join(root, 'second')].join(delimiter);
		expect(findProgram('camera', path)).toBe(join(root, 'second', 'camera'));
		expect(findProgram('notes', path)).toBeUndefined();
		expect(findProgram('camera', undefined)).toBeUndefined();
	});

	it('takes a path as it is', () => {
		const path = join(root, 'second', 'camera');
		expect(findProgram(path, undefined)).toBe(path);
		expect(findProgram(join(root, 'first', 'camera'), undefined)).toBeUndefined();
	});
});
