import { deferred } from '@oriel/base';
import { turn } from '@oriel/testing/fake-clock';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { WORDS, type Word, wordsTable, wordsText } from '@oriel/testing/relay/words-table';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Table } from './table.ts';

let disk: MemoryDisk;
let table: Table<Word>;
let confirm: () => Promise<void>;

beforeEach(async () => {
	disk = new MemoryDisk();
	confirm = async () => undefined;
	table = wordsTable(disk);
});

const word = (id: string): Word => ({ id, word: id, seen: 0 });
const write = (one: Table<Word> = table) => one.write({ disk, confirm: () => confirm() });
const inMemory = () => table.rows.map(({ id }) => id);
const onDisk = (): string[] => JSON.parse(disk.text(WORDS) ?? '{"words":[]}').words.map(({ id }: Word) => id);

describe('a table', () => {
	it('of a missing file has no rows, and is not made by looking', async () => {
		await table.load();
		await write();
		expect([inMemory(), disk.files.size]).toEqual([[], 0]);
	});

	it('counts a change at once and writes it whole, for people to read', async () => {
		table.put(word('one'));
		expect([inMemory(), table.isDirty, onDisk()]).toEqual([['one'], true, []]);
		await write();
		expect(table.isDirty).toBe(false);
		expect(disk.text(WORDS)).toBe(
			'{\n\t"format": 1,\n\t"words": [\n\t\t{\n\t\t\t"id": "one",\n\t\t\t"word": "one",\n\t\t\t"seen": 0\n\t\t}\n\t]\n}\n',
		);
		expect([...disk.files.keys()]).toEqual([WORDS]);
	});

	it.each([
		['is no JSON', '{"format":1'],
		['is of a later format', '{"format":2,"words":[]}'],
		['is something else', '[]'],
		['is empty', ''],
		['has one key twice', wordsText('one', 'two', 'one')],
	])('that %s is refused by name and kept as it is', async (_words, text) => {
		disk.write(WORDS, text);
		await expect(table.load()).rejects.toThrow(`Cannot read ${WORDS}`);
		expect(disk.text(WORDS)).toBe(text);
	});

	it('that cannot be read says so by name', async () => {
		disk.write(WORDS, wordsText());
		disk.trouble = 'EIO';
		await expect(table.load()).rejects.toThrow(`Cannot read ${WORDS}: EIO`);
	});
});

describe('another program’s changes', () => {
	beforeEach(async () => {
		disk.write(WORDS, wordsText('one', 'two'));
		await table.load();
	});

	it('are read once, and what waits stays on top of them', async () => {
		table.put(word('mine'));
		table.remove('two');
		disk.write(WORDS, wordsText('one', 'two', 'theirs'));
		expect([await table.refresh(), await table.refresh()]).toEqual([true, false]);
		expect(inMemory()).toEqual(['one', 'theirs', 'mine']);
		await write();
		expect(onDisk()).toEqual(['one', 'theirs', 'mine']);
		expect(await table.refresh()).toBe(false);
	});

	it('are kept by a write that has not heard of them before, which tells', async () => {
		const told: string[] = [];
		table = wordsTable(disk, { changedElsewhere: (name) => told.push(name) });
		await table.load();
		disk.write(WORDS, wordsText('two', 'theirs'));
		table.put(word('mine'));
		await write();
		expect([onDisk(), inMemory(), told]).toEqual([
			['two', 'theirs', 'mine'],
			['two', 'theirs', 'mine'],
			['words.json'],
		]);
	});

	it('are not undone by a patch: a row that is gone stays gone', async () => {
		table.patch('one', { seen: 7 });
		table.patch('two', { seen: 7 });
		disk.write(WORDS, wordsText('two'));
		await write();
		expect(onDisk()).toEqual(['two']);
		expect(table.rows).toEqual([{ id: 'two', word: 'two', seen: 7 }]);
		table.patch('one', { seen: 8 });
		expect(inMemory()).toEqual(['two']);
	});

	it('between a change and a later one of the same row do not bring it back either', async () => {
		table.put(word('three'));
		const first = table.write({
			disk,
			async confirm() {
				table.patch('three', { seen: 1 });
			},
		});
		await first;
		expect([onDisk(), table.isDirty]).toEqual([['one', 'two', 'three'], true]);
		disk.write(WORDS, wordsText('one', 'two'));
		await write();
		expect(onDisk()).toEqual(['one', 'two']);
	});

	it('that come while a write is under way make that one fail, and it is done again on top', async () => {
		table.put(word('mine'));
		confirm = async () => disk.write(WORDS, wordsText('theirs'));
		await expect(write()).rejects.toThrow('was changed while it was being replaced');
		expect([onDisk(), table.isDirty]).toEqual([['theirs'], true]);
		confirm = async () => undefined;
		await write();
		expect([onDisk(), [...disk.files.keys()]]).toEqual([['theirs', 'mine'], [WORDS]]);
	});

	it('read before a write and heard of after it do not count any more', async () => {
		disk.write(WORDS, wordsText('one', 'two', 'theirs'));
		const stale = await disk.read(WORDS);
		const read = disk.read.bind(disk);
		const slow = deferred<typeof stale>();
		disk.read = () => {
			disk.read = read;
			return slow.promise;
		};
		const looking = table.refresh();
		await turn();
		table.put(word('mine'));
		await write();
		slow.resolve(stale);
		expect(await looking).toBe(false);
		expect(inMemory()).toEqual(['one', 'two', 'theirs', 'mine']);
	});

	it('that only touch the file are none', async () => {
		disk.write(WORDS, wordsText('one', 'two'));
		expect(await table.refresh()).toBe(false);
	});

	it('that remove the whole file change nothing: a disk that is gone ends no session', async () => {
		disk.files.clear();
		expect(await table.refresh()).toBe(false);
		table.put(word('three'));
		await write();
		expect(onDisk()).toEqual(['one', 'two', 'three']);
	});
});

describe('a file that was damaged', () => {
	it('is never written over; changes wait, and are applied when it was repaired', async () => {
		disk.write(WORDS, wordsText('one'));
		await table.load();
		disk.write(WORDS, '{"format":1,"words":[{"id":"by ha');
		await expect(table.refresh()).rejects.toThrow(`Cannot read ${WORDS}`);
		expect(await table.refresh()).toBe(false);
		table.put(word('mine'));
		table.remove('one');
		for (let attempt = 0; attempt < 3; attempt++) {
			await expect(write()).rejects.toThrow('Fix or move the file; nothing was changed');
		}
		expect(disk.text(WORDS)).toBe('{"format":1,"words":[{"id":"by ha');
		expect(inMemory()).toEqual(['mine']);
		disk.write(WORDS, wordsText('one', 'by hand'));
		await write();
		expect([onDisk(), inMemory()]).toEqual([
			['by hand', 'mine'],
			['by hand', 'mine'],
		]);
	});

	it('is not written over by a write that is the first to see it', async () => {
		await table.load();
		disk.write(WORDS, 'no longer JSON');
		table.put(word('mine'));
		await expect(write()).rejects.toThrow('Cannot read');
		expect(disk.text(WORDS)).toBe('no longer JSON');
	});
});

describe('a disk that fails', () => {
	it.each(['ENOSPC', 'EROFS', 'EIO'] as const)('(%s) costs no row and no draft', async (trouble) => {
		table.put(word('one'));
		await write();
		table.put(word('two'));
		table.patch('one', { seen: 1 });
		disk.trouble = trouble;
		await expect(write()).rejects.toThrow(trouble);
		expect(inMemory()).toEqual(['one', 'two']);
		disk.trouble = undefined;
		await write();
		expect(JSON.parse(disk.text(WORDS) ?? '').words).toEqual([{ ...word('one'), seen: 1 }, word('two')]);
		expect([...disk.files.keys()]).toEqual([WORDS]);
	});

	it('lets what waits grow with the rows, not with the changes', async () => {
		let noted = 0;
		table = wordsTable(disk, { changed: () => noted++ });
		disk.trouble = 'ENOSPC';
		for (let count = 0; count < 10_000; count++) {
			table.put(word(`guest ${count}`));
			if (count >= 10) table.remove(`guest ${count - 10}`);
		}
		await expect(write()).rejects.toThrow('ENOSPC');
		expect(table.waiting).toBe(10);
		expect([table.rows.length, noted]).toEqual([10, 19_990]);
	});

	it('a lost lock leaves the file alone', async () => {
		table.put(word('one'));
		confirm = () => Promise.reject(new Error('taken by another'));
		await expect(write()).rejects.toThrow('taken by another');
		expect([disk.files.size, table.isDirty]).toEqual([0, true]);
	});
});
