import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Disk } from './disk.ts';

const DRAFT = /^\.[0-9a-f]{12}\.tmp$/;

/**
 * Replaces a file as a whole or not at all. `confirm` is asked when the new content is on disk, before it takes the place of
 * the old one, with the stamp that the file will have. The rename is durable after a sync of the directory.
 */
export async function replaceFile(
	disk: Disk,
	path: string,
	text: string,
	confirm: (stamp: string) => Promise<void>,
): Promise<void> {
	const draft = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
	const stamp = await disk.create(draft, text, true);
	try {
		await confirm(stamp);
		await disk.rename(draft, path);
	} catch (failure) {
		await disk.remove(draft).catch(() => undefined);
		throw failure;
	}
}

/**
 * Removes the drafts that a killed program left: all of them for the holder of the directory's update lock, for no other
 * program writes drafts then; without it only those that were last changed before `before` (milliseconds since 1970).
 */
export async function removeDrafts(disk: Disk, directory: string, before = Number.POSITIVE_INFINITY): Promise<void> {
	for (const name of await disk.list(directory)) {
		if (!DRAFT.test(name)) continue;
		const path = join(directory, name);
		const facts = await disk.stat(path);
		if (facts && facts.changedAt < before) await disk.remove(path);
	}
}
