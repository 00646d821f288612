import { parseCameraFile } from '../cameras/camera-file.ts';
import type { JoinedCamera } from '../platform/joined-cameras.ts';
import { type Draft, type DraftOptions, draftCameras } from './draft-cameras.ts';

export interface JoinedDraftOptions extends DraftOptions {
	/** What `oriel camera join` left on this machine. */
	readonly joined: readonly JoinedCamera[];
}

/**
 * The configuration of a service: what options say, and the cameras that this machine was paired as and that the file does
 * not have yet. One that is named gets its key again: it may have joined again. With a relay or a key in the options, or with
 * none of those cameras meant, only what the options say.
 */
export function draftService({ joined, ...options }: JoinedDraftOptions): Draft {
	const cameras = joinedToAdd(joined, options);
	const keys = new Map<string, JoinedCamera['key']>();
	const readKey = (file: string) => keys.get(file) ?? options.readKey(file);
	let draft: Draft | undefined;
	for (const { camera, title, relays, pin, key } of cameras) {
		const said = { title, ...definedOf(options.said), name: camera, relay: relays[0], pin, key };
		draft = draftCameras({ ...options, text: draft?.text ?? options.text, said, readKey });
		keys.set(`${camera}.key`, key);
	}
	return draft ?? draftCameras(options);
}

function joinedToAdd(joined: readonly JoinedCamera[], { text, path, said }: DraftOptions): readonly JoinedCamera[] {
	if (said.key !== undefined || said.relay !== undefined) return [];
	const present = text.trim() === '' ? new Map() : parseCameraFile(text, path).cameras;
	const meant = joined.filter(({ camera }) => said.name === undefined || camera === said.name);
	return meant.filter(({ camera }) => camera === said.name || !present.has(camera));
}

/** Options that were left out must not hide what is known from joining. */
function definedOf<T extends object>(said: T): T {
	return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as T;
}
