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
const browser = {
	sha256: hash,
	/** What its `User-Agent` says, in words. */
	device: v.optional(v.string(), ''),
	address: v.optional(v.string(), ''),
	createdAt: time,
	lastSeenAt: v.optional(v.nullable(time), null),
	expiresAt: time,
};
const sessionsShape = v.object({
	format,
	/** `person` is an id of people.json, or `owner`. */
	sessions: v.array(v.object({ ...browser, person: v.optional(v.string(), 'owner') })),
});
const guestsShape = v.object({ format, guests: v.array(v.object({ ...browser, link: v.string() })) });
const peopleShape = v.object({
	format,
	people: v.array(
		v.object({
			id: v.string(),
			name: v.string(),
			role: v.picklist(['owner', 'viewer']),
			/** null: every camera */
			cameras: v.nullable(v.array(camera)),
			/** null: has not chosen one yet */
			password: v.nullable(v.string()),
			createdAt: time,
			invitation: v.nullable(v.object({ sha256: hash, expiresAt: time })),
		}),
	),
});
const linksShape = v.object({
	format,
	links: v.array(
		v.object({
			id: v.string(),
			label: v.string(),
			sha256: hash,
			cameras: v.array(camera),
			createdAt: time,
			expiresAt: time,
			/** null: as many as come */
			maxViewers: v.nullable(v.number()),
		}),
	),
});
const pairingsShape = v.object({
	format,
	pairings: v.array(
		v.object({
			id: v.string(),
			camera,
			sha256: hash,
			/** Whether joining removes the camera's earlier keys. */
			replace: v.boolean(),
			createdAt: time,
			expiresAt: time,
			joinedAt: v.nullable(time),
			/** What the camera's machine calls itself: hostile text. */
			machine: v.nullable(v.string()),
			address: v.nullable(v.string()),
		}),
	),
});

export type StoredKey = v.InferOutput<typeof keysShape>['keys'][number];
export type StoredToken = v.InferOutput<typeof tokensShape>['tokens'][number];
export type StoredSession = v.InferOutput<typeof sessionsShape>['sessions'][number];
export type StoredGuest = v.InferOutput<typeof guestsShape>['guests'][number];
export type StoredPerson = v.InferOutput<typeof peopleShape>['people'][number];
export type StoredLink = v.InferOutput<typeof linksShape>['links'][number];
export type StoredPairing = v.InferOutput<typeof pairingsShape>['pairings'][number];

/** The files about access in one data directory, which is made if it is not there. */
export interface AccessFiles {
	readonly owner: JsonFile<typeof ownerShape>;
	readonly setup: JsonFile<typeof setupShape>;
	readonly keys: JsonFile<typeof keysShape>;
	readonly tokens: JsonFile<typeof tokensShape>;
	readonly sessions: JsonFile<typeof sessionsShape>;
	readonly guests: JsonFile<typeof guestsShape>;
	readonly people: JsonFile<typeof peopleShape>;
	readonly links: JsonFile<typeof linksShape>;
	readonly pairings: JsonFile<typeof pairingsShape>;
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
		guests: new JsonFile(at('guests.json'), guestsShape, { format: 1, guests: [] }),
		people: new JsonFile(at('people.json'), peopleShape, { format: 1, people: [] }),
		links: new JsonFile(at('links.json'), linksShape, { format: 1, links: [] }),
		pairings: new JsonFile(at('pairings.json'), pairingsShape, { format: 1, pairings: [] }),
	};
}
