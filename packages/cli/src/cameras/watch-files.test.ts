import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileWatcher, LOOK_EVERY_MS, SETTLE_MS, systemFileWatcher, watchFiles } from './watch-files.ts';

/** Files that exist in the test's hands only. */
class FakeFileWatcher implements FileWatcher {
	readonly stamps = new Map<string, string>();
	readonly folders = new Map<string, () => void>();

	stamp(path: string): string {
		return this.stamps.get(path) ?? '';
	}

	hints(folder: string, hint: () => void) {
		this.folders.set(folder, hint);
		return () => this.folders.delete(folder);
	}
}

function setUp(files = ['/etc/oriel/camera.yaml']) {
	const clock = new FakeClock();
	const fileWatcher = new FakeFileWatcher();
	const book = { changes: 0, files };
	const changed = () => void book.changes++;
	const stop = watchFiles({ files: () => book.files, changed, clock, fileWatcher });
	const hint = (folder = '/etc/oriel') => fileWatcher.folders.get(folder)?.();
	return { clock, fileWatcher, book, stop, hint };
}

describe('watched files', () => {
	it('are read once when the system tells of a change and they are left alone', () => {
		const { clock, fileWatcher, book, hint } = setUp();
		fileWatcher.stamps.set('/etc/oriel/camera.yaml', '1');
		hint();
		hint();
		clock.advance(SETTLE_MS - 1);
		expect(book.changes).toBe(0);
		clock.advance(1);
		expect(book.changes).toBe(1);
		clock.advance(60_000);
		expect(book.changes).toBe(1);
	});

	it('are not read while they are still written', () => {
		const { clock, fileWatcher, book, hint } = setUp();
		for (let part = 1; part <= 5; part++) {
			fileWatcher.stamps.set('/etc/oriel/camera.yaml', String(part));
			hint();
			clock.advance(SETTLE_MS - 50);
		}
		expect(book.changes).toBe(0);
		clock.advance(50);
		expect(book.changes).toBe(1);
	});

	it('are looked at where the system tells nothing', () => {
		const { clock, fileWatcher, book } = setUp();
		fileWatcher.stamps.set('/etc/oriel/camera.yaml', '1');
		clock.advance(LOOK_EVERY_MS + SETTLE_MS);
		expect(book.changes).toBe(1);
	});

	it('cause nothing by other files in the folder, nor by a change that was taken back', () => {
		const { clock, fileWatcher, book, hint } = setUp();
		hint();
		clock.advance(10_000);
		fileWatcher.stamps.set('/etc/oriel/camera.yaml', '1');
		hint();
		fileWatcher.stamps.delete('/etc/oriel/camera.yaml');
		clock.advance(10_000);
		expect(book.changes).toBe(0);
	});

	it('may become others: their folders are followed and the old ones let go', () => {
		const { clock, fileWatcher, book, hint } = setUp(['/etc/oriel/camera.yaml', '/keys/porch.key']);
		expect([...fileWatcher.folders.keys()]).toEqual(['/etc/oriel', '/keys']);
		book.files = ['/etc/oriel/camera.yaml', '/home/pi/porch.key'];
		fileWatcher.stamps.set('/etc/oriel/camera.yaml', '1');
		hint();
		clock.advance(SETTLE_MS);
		expect([...fileWatcher.folders.keys()]).toEqual(['/etc/oriel', '/home/pi']);
		fileWatcher.stamps.set('/home/pi/porch.key', '1');
		hint('/home/pi');
		clock.advance(SETTLE_MS);
		expect(book.changes).toBe(2);
	});

	it('are let alone when it is over', () => {
		const { clock, fileWatcher, stop, hint } = setUp();
		fileWatcher.stamps.set('/etc/oriel/camera.yaml', '1');
		hint();
		stop();
		expect(clock.pending).toBe(0);
		expect(fileWatcher.folders.size).toBe(0);
	});
});

describe('real files', () => {
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'oriel-watch-'));
	});

	afterEach(() => rmSync(folder, { recursive: true }));

	it.each(['told by the system', 'looked at by the clock'])('are seen written and replaced, %s', async (how) => {
		const path = join(folder, 'camera.yaml');
		writeFileSync(path, 'one');
		const clock = new FakeClock();
		const fileWatcher: FileWatcher = how.includes('clock')
			? { ...systemFileWatcher, hints: () => () => undefined }
			: systemFileWatcher;
		let changes = 0;
		const stop = watchFiles({ files: () => [path], changed: () => void changes++, clock, fileWatcher });
		const step = how.includes('clock') ? LOOK_EVERY_MS : SETTLE_MS / 10;
		const seen = (count: number) =>
			until(`change ${count}`, () => {
				if (clock.pending > 1 || how.includes('clock')) clock.advance(step);
				return changes === count;
			});
		writeFileSync(path, 'two, longer');
		await seen(1);
		writeFileSync(join(folder, 'draft'), 'three');
		renameSync(join(folder, 'draft'), path);
		await seen(2);
		rmSync(path);
		await seen(3);
		stop();
		expect(clock.pending).toBe(0);
	});

	it('in a folder that is not there are only looked at', () => {
		expect(() => systemFileWatcher.hints(join(folder, 'gone'), () => undefined)()).not.toThrow();
		expect(systemFileWatcher.stamp(join(folder, 'gone', 'file'))).toBe('');
	});
});
