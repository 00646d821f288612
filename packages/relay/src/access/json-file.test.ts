import {
	chmodSync,
	chownSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@oriel/testing/fake-clock';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAccessFiles } from './files.ts';
import { JsonFile, watchFiles } from './json-file.ts';
import { addKey } from './keys.ts';

const shape = v.object({ format: v.literal(1), words: v.string() });
const EMPTY = { format: 1, words: '' } as const;

let directory: string;
let path: string;

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'oriel-json-'));
	path = join(directory, 'words.json');
});

afterEach(() => rmSync(directory, { recursive: true }));

function open(): JsonFile<typeof shape> {
	return new JsonFile(path, shape, EMPTY);
}

describe('a file of the data directory', () => {
	it('that is missing has the empty value, and is not made by looking', () => {
		expect(open().value).toEqual(EMPTY);
		expect(readdirSync(directory)).toEqual([]);
	});

	it('belongs to whom its folder belongs, also when root has written it', () => {
		if (process.getuid?.() === 0) chownSync(directory, 12_345, 12_346);
		open().write({ format: 1, words: 'one' });
		const { uid, gid } = statSync(directory);
		expect(statSync(path)).toMatchObject({ uid, gid });
	});

	it('is for its owner only, readable by people, and replaced as a whole', () => {
		const file = open();
		file.write({ format: 1, words: 'one' });
		const { ino } = statSync(path);
		file.write({ format: 1, words: 'two' });
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(statSync(path).ino).not.toBe(ino);
		expect(readFileSync(path, 'utf8')).toBe('{\n\t"format": 1,\n\t"words": "two"\n}\n');
		expect(readdirSync(directory)).toEqual(['words.json']);
	});

	it.each([
		['is no JSON', '{"format":1'],
		['is of a later format', '{"format":2,"words":""}'],
		['is something else', '[]'],
		['is empty', ''],
	])('that %s is refused by name and kept as it is', (_words, text) => {
		writeFileSync(path, text);
		expect(open).toThrow(`Cannot read ${path}`);
		expect(readFileSync(path, 'utf8')).toBe(text);
	});

	it('leaves nothing behind when it cannot be written, and keeps its value', () => {
		const file = open();
		mkdirSync(join(path, 'a folder in its place'), { recursive: true });
		expect(() => file.write({ format: 1, words: 'lost' })).toThrow();
		expect(file.value).toEqual(EMPTY);
		expect(readdirSync(directory)).toEqual(['words.json']);
	});

	it('follows what others write, within half a second, and keeps its value when that is damaged', () => {
		const clock = new FakeClock();
		const file = open();
		let changes = 0;
		const failures: string[] = [];
		const watch = watchFiles(
			[file],
			clock,
			() => changes++,
			(reason) => failures.push(reason),
		);
		open().write({ format: 1, words: 'by another' });
		clock.advance(500);
		expect([file.value.words, changes]).toEqual(['by another', 1]);
		clock.advance(5000);
		file.write({ format: 1, words: 'my own' });
		clock.advance(500);
		expect(changes).toBe(1);
		writeFileSync(path, 'no longer JSON');
		clock.advance(5000);
		expect([file.value.words, changes, failures.length]).toEqual(['my own', 1, 1]);
		watch.stop();
		expect(clock.pending).toBe(0);
	});
});

describe('the data directory', () => {
	it('is closed to others, even if it was open', () => {
		const data = join(directory, 'data');
		openAccessFiles(data);
		expect(statSync(data).mode & 0o777).toBe(0o700);
		chmodSync(data, 0o755);
		openAccessFiles(data);
		expect(statSync(data).mode & 0o777).toBe(0o700);
	});

	it('holds keys only as SHA-256', () => {
		const data = join(directory, 'data');
		const key = addKey(openAccessFiles(data), new FakeClock(), 'door');
		const text = readFileSync(join(data, 'keys.json'), 'utf8');
		expect(text).not.toContain(key);
		expect(text).not.toContain(key.slice(10));
		expect(text).toMatch(/"sha256": "[0-9a-f]{64}"/);
	});
});
