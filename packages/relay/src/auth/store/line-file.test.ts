import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { beforeEach, describe, expect, it } from 'vitest';
import { LineFile } from './line-file.ts';

const PATH = '/data/lines';
const OLDER = '/data/lines.1';
const MAX_BYTES = 20;

let disk: MemoryDisk;
let file: LineFile;

beforeEach(() => {
	disk = new MemoryDisk();
	file = new LineFile({ path: PATH, olderPath: OLDER, maxBytes: MAX_BYTES, disk, changed: () => {} });
});

async function write(...lines: readonly string[]): Promise<void> {
	for (const line of lines) file.add(line);
	await file.write({ disk, confirm: async () => undefined });
}

describe('a file of lines that another program', () => {
	it('removed when it was full is begun again', async () => {
		await write('0123456789', '9876543210');
		disk.files.delete(PATH);
		await write('next');
		expect([disk.text(PATH), disk.text(OLDER), file.isDirty]).toEqual(['next\n', undefined, false]);
	});

	it('shortened is not made longer when the disk is full', async () => {
		await write('0123456789');
		disk.write(PATH, 'kept\n');
		file.add('next');
		const append = disk.append.bind(disk);
		disk.append = async (path, text) => {
			await append(path, text.slice(0, 2));
			throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
		};
		await expect(file.write({ disk, confirm: async () => undefined })).rejects.toThrow('ENOSPC');
		expect(disk.text(PATH)).toBe('kept\n');
		disk.append = append;
		await write();
		expect(disk.text(PATH)).toBe('kept\nnext\n');
	});

	it('added to is not cut off when the disk is full', async () => {
		await write('one');
		disk.write(PATH, 'one\ntheirs\n');
		file.add('next');
		disk.trouble = 'ENOSPC';
		await expect(file.write({ disk, confirm: async () => undefined })).rejects.toThrow('ENOSPC');
		expect(disk.text(PATH)).toBe('one\ntheirs\n');
	});
});
