import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { settingsFile } from './settings-store.ts';

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-kept-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('keeps choices in a file that no other user can read, and removes it with the last of them', () => {
	const path = join(folder, 'controls', 'porch.json');
	const warnings: string[] = [];
	const settingsStore = settingsFile(path, (words) => warnings.push(words));
	expect(settingsStore.load().size).toBe(0);
	settingsStore.save(new Map([['brightness', { value: 3, before: 0 }]]));
	expect([statSync(path).mode & 0o777, statSync(join(folder, 'controls')).mode & 0o777]).toEqual([0o600, 0o700]);
	expect([...settingsFile(path, () => undefined).load()]).toEqual([['brightness', { value: 3, before: 0 }]]);
	settingsStore.save(new Map());
	expect([readdirSync(join(folder, 'controls')), warnings]).toEqual([[], []]);
});

it.each([
	'',
	'null',
	'{"format":2,"choices":{}}',
	'{"format":1,"choices":7',
	`{"format":1,"choices":{}}${' '.repeat(70_000)}`,
])('passes over a file that is none, and says so: %.30j', (text) => {
	const path = join(folder, 'porch.json');
	writeFileSync(path, text);
	const warnings: string[] = [];
	expect(settingsFile(path, (words) => warnings.push(words)).load().size).toBe(0);
	expect(warnings).toEqual([expect.stringContaining(`cannot read ${path}`)]);
});

it('takes only names and numbers from it', () => {
	const path = join(folder, 'porch.json');
	const choices = {
		good: { value: 1, before: 0 },
		'../x': { value: 1, before: 0 },
		text: { value: '1', before: 0 },
		none: null,
	};
	writeFileSync(path, JSON.stringify({ format: 1, choices }));
	expect([
		...settingsFile(path, () => undefined)
			.load()
			.keys(),
	]).toEqual(['good']);
});
