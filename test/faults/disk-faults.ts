import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SmallDisk } from '@oriel/testing/mount';

/** Something that happens to a file system while a relay keeps its data directory there, as `data`, and that ends again. */
export interface DiskFault {
	begin(disk: SmallDisk): void;
	end(disk: SmallDisk): void;
}

export const full: DiskFault = {
	begin(disk) {
		// Until not even one more page fits.
		const filler = join(disk.path, 'filler');
		const { status } = spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4096'], { stdio: 'ignore' });
		if (status === 0) throw new Error(`dd ended with 0; it was expected to fill ${disk.path} until it fails`);
	},
	end: (disk) => rmSync(join(disk.path, 'filler')),
};

export const readOnly: DiskFault = {
	begin: (disk) => disk.remount('ro'),
	end: (disk) => disk.remount('rw'),
};

/** One file for the looks at the files, one for the writer: each keeps a thread. */
const HANGING = ['keys.json', 'people.json'];

/** Two files do not answer: opening a pipe that has no writer does not return. In the end they answer, late, with what they hold. */
export const hanging: DiskFault = {
	begin({ path }) {
		for (const file of filesIn(path)) {
			const pipe = `${file}.pipe`;
			const { status } = spawnSync('mkfifo', ['-m', '600', pipe]);
			if (status !== 0) throw new Error(`mkfifo ${pipe} ended with ${status}`);
			if (existsSync(file)) renameSync(file, `${file}.answer`);
			renameSync(pipe, file);
		}
	},
	end({ path }) {
		for (const file of filesIn(path)) {
			const answer = `${file}.answer`;
			// Reading and writing, for else this would wait for a reader.
			const pipe = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
			if (existsSync(answer)) {
				writeSync(pipe, readFileSync(answer));
				renameSync(answer, file);
			} else rmSync(file);
			closeSync(pipe);
		}
	},
};

function filesIn(path: string): string[] {
	return HANGING.map((name) => join(path, 'data', name));
}
