import { chown, type FileHandle, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Root writes for the relay's user (`sudo oriel key add …`), who could not read root's file. */
export async function giveToOwnerOf(folder: string, file: FileHandle): Promise<void> {
	if (process.getuid?.() !== 0) return;
	const { uid, gid } = await stat(folder);
	if (uid !== 0) await file.chown(uid, gid);
}

/** The same for the folders below `folder` on the way to `path`, which root has just made. */
export async function giveFoldersToOwnerOf(folder: string, path: string): Promise<void> {
	if (process.getuid?.() !== 0) return;
	const { uid, gid } = await stat(folder);
	if (uid === 0) return;
	for (let made = resolve(path); made !== resolve(folder); made = dirname(made)) await chown(made, uid, gid);
}
