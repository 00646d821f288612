import { randomBytes } from 'node:crypto';
import type { AccessFiles } from './files.ts';

/**
 * A camera as files name it: `porch#3f9a1c07`. A camera that was removed and one that is added later under the same name are
 * two, and what was granted for the first must not open the second. A plain name is a camera from before there were ids, or
 * one that is granted before it is there, or before this program has read that it is: it opens the camera that has the name
 * until that one is removed.
 */
export const CAMERA_ID = /^[a-z0-9][a-z0-9-]{0,62}(#[0-9a-f]{8})?$/;

const MARK = '#';

/** The name in an id. */
export function nameOfCamera(id: string): string {
	return id.split(MARK, 1)[0] ?? id;
}

/** The id of the camera that has this name now; undefined if there is none. */
export function cameraIdOf(files: AccessFiles, name: string): string | undefined {
	const key = files.keys.rows.find(({ camera }) => camera === name);
	return key && (key.id ?? name);
}

/** What is stored for a grant to these names. */
export function idsOf(files: AccessFiles, names: readonly string[]): string[] {
	return [...new Set(names.map((name) => cameraIdOf(files, name) ?? name))];
}

/** Names of the cameras that stored ids open now: those of removed cameras are left out. */
export function namesIn(files: AccessFiles, ids: readonly string[]): Set<string> {
	const isNow = (id: string) => id === nameOfCamera(id) || id === cameraIdOf(files, nameOfCamera(id));
	return new Set(ids.filter(isNow).map(nameOfCamera));
}

/** The id for a key of this name: that of the camera that is there, or a new one that takes over what waits for it. */
export function cameraIdFor(files: AccessFiles, name: string): string {
	const known = cameraIdOf(files, name);
	if (known !== undefined) return known;
	const id = `${name}${MARK}${randomBytes(4).toString('hex')}`;
	replaceInGrants(files, (one) => (one === name ? id : one));
	return id;
}

/** A camera is no more: nothing that was granted for it, and no code that waits for it, opens what comes after it. */
export function forgetCamera(files: AccessFiles, id: string): void {
	replaceInGrants(files, (one) => (one === id || one === nameOfCamera(id) ? undefined : one));
	for (const pairing of files.pairings.rows) {
		if (pairing.camera === nameOfCamera(id) && pairing.joinedAt === null) files.pairings.remove(pairing.id);
	}
}

function replaceInGrants({ people, links, tokens }: AccessFiles, replace: (id: string) => string | undefined): void {
	const changed = (ids: readonly string[] | null): string[] | undefined => {
		const after = ids?.flatMap((id) => replace(id) ?? []);
		return after && ids?.join() !== after.join() ? after : undefined;
	};
	for (const table of [people, links, tokens]) {
		for (const { id, cameras: before } of table.rows) {
			const cameras = changed(before);
			if (cameras) table.patch(id, { cameras });
		}
	}
}
