import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { WORDS, type Word, wordsTable, wordsText } from '@oriel/testing/relay/words-table';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Table } from './table.ts';
import { UpdateLock } from './update-lock.ts';
import { CLOSE_FLUSH_WAIT_MS, COALESCE_MS, KEPT_WAIT_MS, type Note, Writer } from './writer.ts';

let clock: FakeClock;
let disk: MemoryDisk;
let log: RecordingLog;
let reports: string[];
let writer: Writer;
let table: Table<Word>;

beforeEach(() => {
	clock = new FakeClock();
	disk = new MemoryDisk(() => clock.wall());
	log = new RecordingLog();
	reports = [];
	writer = new Writer({
		directory: '/data',
		disk,
		lock: new UpdateLock({ directory: '/data', disk, clock }),
		clock,
		log,
		report: (kind, thrown, fields) => reports.push(`${kind} ${fields?.file}: ${(thrown as Error).message}`),
	});
	table = wordsTable(disk, { changed: writer.noted });
});

const put = (id: string) => table.put({ id, word: id, seen: 0 });
const renames = () => disk.calls.filter((call) => call === 'rename words.json').length;

async function isDone(promise: Promise<void>): Promise<boolean> {
	let done = false;
	void promise.then(() => {
		done = true;
	});
	for (let count = 0; count < 5; count++) await turn();
	return done;
}

describe('the writer', () => {
	it('writes changes of a moment together, soon, and syncs the file and its directory', async () => {
		for (let count = 0; count < 100; count++) put(`${count}`);
		await clock.settle(COALESCE_MS - 1, 50);
		expect(disk.text(WORDS)).toBeUndefined();
		await clock.settle(1);
		expect(renames()).toBe(1);
		expect(disk.calls.lastIndexOf('sync data')).toBeGreaterThan(disk.calls.lastIndexOf('rename words.json'));
		expect(table.isDirty).toBe(false);
		expect(clock.pending).toBe(0);
	});

	it('writes at once for who waits, and once for all who wait', async () => {
		put('one');
		const waiting = [writer.kept(), writer.kept()];
		put('two');
		await Promise.all([...waiting, writer.kept()]);
		expect(JSON.parse(disk.text(WORDS) ?? '').words).toHaveLength(2);
		expect(renames()).toBeLessThanOrEqual(2);
		expect(clock.pending).toBe(0);
	});

	it('does one thing at a time', async () => {
		for (let count = 0; count < 20; count++) {
			put(`${count}`);
			void writer.kept();
			clock.advance(COALESCE_MS);
		}
		await writer.flush();
		expect(disk.mostAtOnce).toBe(1);
	});

	it('writes in the order of the changes', async () => {
		const written: string[] = [];
		const note = (name: string): Note => {
			let isDirty = true;
			const write = async () => {
				written.push(name);
				isDirty = false;
			};
			return {
				name,
				write,
				get isDirty() {
					return isDirty;
				},
			};
		};
		for (const name of ['pairings', 'keys', 'sessions']) writer.noted(note(name));
		await writer.flush();
		expect(written).toEqual(['pairings', 'keys', 'sessions']);
	});

	it('removes the drafts that a killed program left, and nothing else', async () => {
		disk.write('/data/.0123456789ab.tmp', 'half a file');
		disk.write('/data/.notes.tmp', 'the owner’s');
		await writer.tidy();
		expect([...disk.files.keys()]).toEqual(['/data/.notes.tmp']);
	});

	it('on a full disk removes old drafts also without the lock: they may have the room that it needs', async () => {
		disk.write('/data/.0123456789ab.tmp', 'half a file');
		disk.trouble = 'ENOSPC';
		put('one');
		await expect(writer.flush()).rejects.toThrow('ENOSPC');
		expect(disk.files.size).toBe(1);
		clock.advance(60_001);
		await expect(writer.flush()).rejects.toThrow('ENOSPC');
		expect(disk.files.size).toBe(0);
	});
});

describe('a disk that cannot be written', () => {
	it.each(['ENOSPC', 'EROFS', 'EIO', 'ENOENT'] as const)(
		'(%s) is said rarely, tried again, and said to work again',
		async (trouble) => {
			disk.trouble = trouble;
			put('one');
			await clock.settle(300_000, 100);
			expect(reports).toHaveLength(1);
			expect(reports[0]).toContain(`disk words.json: ${trouble}`);
			const tries = disk.calls.filter((call) => call === 'create update.lock').length;
			expect(tries).toBeGreaterThan(25);
			expect(tries).toBeLessThan(40);
			await clock.settle(400_000, 100);
			expect(reports).toHaveLength(2);
			disk.trouble = undefined;
			await clock.settle(10_000, 100);
			expect([JSON.parse(disk.text(WORDS) ?? '').words.length, log.infos]).toEqual([
				1,
				['the data directory can be written again; nothing was lost'],
			]);
			await clock.settle(60_000, 100);
			expect([reports.length, clock.pending]).toEqual([2, 0]);
		},
	);

	it('keeps no caller waiting', async () => {
		disk.trouble = 'ENOSPC';
		put('one');
		expect(await isDone(writer.kept())).toBe(true);
		put('two');
		const { length } = disk.calls;
		expect(await isDone(writer.kept())).toBe(true);
		expect(disk.calls.length).toBe(length);
	});

	it('keeps the other files from nothing if only one file is damaged', async () => {
		await table.load();
		disk.write(WORDS, 'damaged');
		const other = wordsTable(disk, { changed: writer.noted });
		put('one');
		await clock.settle(COALESCE_MS, 50);
		expect(reports).toEqual([expect.stringContaining('disk words.json: Cannot read /data/words.json')]);
		disk.write(WORDS, wordsText());
		other.put({ id: 'two', word: 'two', seen: 0 });
		await writer.kept();
		expect(disk.text(WORDS)).toContain('two');
	});

	it('whose directory cannot be synced has not kept anything yet', async () => {
		const sync = disk.sync;
		disk.sync = () => Promise.reject(Object.assign(new Error('EIO: sync'), { code: 'EIO' }));
		put('one');
		await expect(writer.flush()).rejects.toThrow('EIO: sync');
		await clock.settle(60_000, 100);
		expect(reports).toHaveLength(1);
		expect(log.infos).toEqual([]);
		disk.sync = sync;
		await writer.flush();
		expect(disk.calls.at(-1)).toBe('sync data');
	});
});

describe('a disk that does not answer', () => {
	it.each(['create', 'rename', 'sync', 'stat'])(
		'(%s hangs) keeps callers for a second, then none; it is logged once',
		async (call) => {
			disk.hang(call);
			put('one');
			const first = writer.kept();
			expect(await isDone(first)).toBe(false);
			await clock.settle(KEPT_WAIT_MS);
			expect(await isDone(first)).toBe(true);
			put('two');
			expect(await isDone(writer.kept())).toBe(true);
			await clock.settle(600_000, 1000);
			expect(reports).toEqual([expect.stringContaining('one write has taken 5 s')]);
			expect(disk.mostAtOnce).toBe(1);
			disk.goOn();
			await writer.flush();
			expect(JSON.parse(disk.text(WORDS) ?? '').words).toHaveLength(2);
		},
	);

	it('does not keep the relay from ending', async () => {
		disk.hang('create');
		put('one');
		const closed = writer.close();
		expect(await isDone(closed)).toBe(false);
		await clock.settle(CLOSE_FLUSH_WAIT_MS, 100);
		expect(await isDone(closed)).toBe(true);
		expect(log.problems.at(-1)).toBe('error: the last changes of the data directory are lost');
	});

	it('and works again before the end loses nothing', async () => {
		disk.trouble = 'ENOSPC';
		put('one');
		await clock.settle(30_000, 100);
		disk.trouble = undefined;
		await writer.close();
		expect(disk.text(WORDS)).toContain('one');
		expect(clock.pending).toBe(0);
		put('after the end');
		expect(clock.pending).toBe(0);
	});
});
