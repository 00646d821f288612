import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CAMERA_NAME } from '@oriel/wire';
import * as v from 'valibot';
import { closeDirectory, JsonFile } from './json-file.ts';

// What the data directory knows about who may do what. `format` is the version of each file's shape; times are ISO 8601.

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'SHA-256 in hexadecimal is wanted'));
const time = v.pipe(v.string(), v.isoTimestamp());
const camera = v.pipe(v.string(), v.regex(CAMERA_NAME));
const format = v.literal(1);

const ownerShape = v.object({ format, password: v.nullable(v.string()), setAt: v.nullable(time) });
const setupShape = v.object({ format, sha256: v.nullable(hash), expiresAt: v.nullable(time) });
const keysShape = v.object({ format, keys: v.array(v.object({ camera, sha256: hash, createdAt: time })) });
const tokensShape = v.object({
	format,
	tokens: v.array(
		v.object({
			id: v.string(),
			label: v.string(),
			sha256: hash,
			/** null: every camera */
			cameras: v.nullable(v.array(camera)),
			createdAt: time,
			/** null: until removed */
			expiresAt: v.nullable(time),
		}),
	),
});
const sessionsShape = v.object({
	format,
	sessions: v.array(v.object({ sha256: hash, createdAt: time, expiresAt: time })),
});

export type StoredKey = v.InferOutput<typeof keysShape>['keys'][number];
export type StoredToken = v.InferOutput<typeof tokensShape>['tokens'][number];
export type StoredSession = v.InferOutput<typeof sessionsShape>['sessions'][number];

/** The files about access in one data directory, which is made if it is not there. */
export interface AccessFiles {
	readonly owner: JsonFile<typeof ownerShape>;
	readonly setup: JsonFile<typeof setupShape>;
	readonly keys: JsonFile<typeof keysShape>;
	readonly tokens: JsonFile<typeof tokensShape>;
	readonly sessions: JsonFile<typeof sessionsShape>;
}

/** Opens the data directory. Throws with the file's name if one is damaged: nobody is let in or out by accident. */
export function openAccessFiles(directory: string): AccessFiles {
	mkdirSync(directory, { recursive: true, mode: 0o700 });
	closeDirectory(directory);
	const at = (name: string) => join(directory, name);
	return {
		owner: new JsonFile(at('owner.json'), ownerShape, { format: 1, password: null, setAt: null }),
		setup: new JsonFile(at('setup.json'), setupShape, { format: 1, sha256: null, expiresAt: null }),
		keys: new JsonFile(at('keys.json'), keysShape, { format: 1, keys: [] }),
		tokens: new JsonFile(at('tokens.json'), tokensShape, { format: 1, tokens: [] }),
		sessions: new JsonFile(at('sessions.json'), sessionsShape, { format: 1, sessions: [] }),
	};
}
