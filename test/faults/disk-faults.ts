import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SmallDisk } from '@oriel/testing/mount';
import { Program } from '@oriel/testing/program';

/** Something that happens to a file system while a relay keeps its data directory there, as `data`, and that ends again. */
export interface DiskFault {
	begin(disk: SmallDisk): void | Promise<void>;
	end(disk: SmallDisk): void | Promise<void>;
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

/**
 * Makes the kernel ask this program before any file of a folder is opened (fanotify_mark(2), as root), and never answers:
 * a program that opens one waits until this program ends.
 */
const UNANSWERED = `
import ctypes, os, sys
FAN_CLASS_CONTENT, FAN_MARK_ADD, FAN_OPEN_PERM, FAN_EVENT_ON_CHILD, AT_FDCWD = 4, 1, 0x10000, 0x08000000, -100
libc = ctypes.CDLL(None, use_errno=True)
asked = libc.fanotify_init(FAN_CLASS_CONTENT, os.O_RDONLY)
mask = ctypes.c_uint64(FAN_OPEN_PERM | FAN_EVENT_ON_CHILD)
if asked < 0 or libc.fanotify_mark(asked, FAN_MARK_ADD, mask, AT_FDCWD, os.fsencode(sys.argv[1])) < 0:
    sys.exit('fanotify: ' + os.strerror(ctypes.get_errno()))
print('nothing is answered', flush=True)
sys.stdin.read()
`;

/** The programs that keep a disk from answering. */
const unanswered = new WeakMap<SmallDisk, Program>();

/** No file of the data directory can be opened, nor is that refused. In the end all are opened, late. */
export const hanging: DiskFault = {
	async begin(disk) {
		const program = new Program('python3', ['-c', UNANSWERED, join(disk.path, 'data')]);
		await program.said(/nothing is answered/);
		unanswered.set(disk, program);
	},
	async end(disk) {
		await unanswered.get(disk)?.end();
	},
};
