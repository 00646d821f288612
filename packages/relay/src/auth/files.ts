import { join } from 'node:path';
import { CAMERA_NAME } from '@oriel/base';
import * as v from 'valibot';
import { CAMERA_ID } from './camera-identity.ts';
import type { Disk } from './store/disk.ts';
import { type ContentSchema, listIn, oneRow } from './store/shapes.ts';
import { type Rows, Table } from './store/table.ts';
import type { Note } from './store/writer.ts';

// What the data directory knows about who may do what. Each file says its `format`, see data-format.ts; times are ISO 8601.

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'SHA-256 in hexadecimal is expected'));
/** ISO 8601 allows more than Date reads, e.g. `+00`. A time that cannot be compared would never be over. */
const time = v.pipe(
	v.string(),
	v.isoTimestamp(),
	v.check((text) => !Number.isNaN(Date.parse(text)), 'a time like 2026-11-22T14:02:31Z is expected'),
);
const camera = v.pipe(v.string(), v.regex(CAMERA_NAME));
/** See camera-identity.ts. */
const cameraId = v.pipe(v.string(), v.regex(CAMERA_ID));
const owner = v.object({ password: v.nullable(v.string()), setAt: v.nullable(time) });
const setup = v.object({ sha256: v.nullable(hash), expiresAt: v.nullable(time) });
/** Keys of one camera share its id; without one, it is from before there were ids. */
const key = v.object({ camera, id: v.optional(cameraId), sha256: hash, createdAt: time });
const token = v.object({
	id: v.string(),
	label: v.string(),
	sha256: hash,
	/** null: every camera */
	cameras: v.nullable(v.array(cameraId)),
	createdAt: time,
	/** null: until removed */
	expiresAt: v.nullable(time),
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
/** `person` is an id of people.json, or `owner`. */
const session = v.object({ ...browser, person: v.optional(v.string(), 'owner') });
const guest = v.object({ ...browser, link: v.string() });
const person = v.object({
	id: v.string(),
	name: v.string(),
	role: v.picklist(['owner', 'viewer']),
	/** null: every camera */
	cameras: v.nullable(v.array(cameraId)),
	/** null: has not chosen one yet */
	password: v.nullable(v.string()),
	createdAt: time,
	invitation: v.nullable(v.object({ sha256: hash, expiresAt: time })),
});
const link = v.object({
	id: v.string(),
	label: v.string(),
	sha256: hash,
	cameras: v.array(cameraId),
	createdAt: time,
	expiresAt: time,
	/** null: as many as come */
	maxViewers: v.nullable(v.number()),
});
const pairing = v.object({
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
});

export type StoredOwner = v.InferOutput<typeof owner>;
export type StoredSetup = v.InferOutput<typeof setup>;
export type StoredKey = v.InferOutput<typeof key>;
export type StoredToken = v.InferOutput<typeof token>;
export type StoredSession = v.InferOutput<typeof session>;
export type StoredGuest = v.InferOutput<typeof guest>;
export type StoredPerson = v.InferOutput<typeof person>;
export type StoredLink = v.InferOutput<typeof link>;
export type StoredPairing = v.InferOutput<typeof pairing>;

/** Every file about access and the rows in it. In `owner` and `setup` there is one at most. */
interface RowTypes {
	readonly owner: StoredOwner;
	readonly setup: StoredSetup;
	readonly keys: StoredKey;
	readonly tokens: StoredToken;
	readonly sessions: StoredSession;
	readonly guests: StoredGuest;
	readonly people: StoredPerson;
	readonly links: StoredLink;
	readonly pairings: StoredPairing;
}

/** What one data directory knows. The rows here are the truth; see Table. */
export type AccessFiles = { readonly [Name in keyof RowTypes]: Rows<RowTypes[Name]> };

/** The same as tables that are read and written. */
export type AccessTables = { readonly [Name in keyof RowTypes]: Table<RowTypes[Name]> };

/** The key of the one row in owner.json and in setup.json. */
export const ONLY_ROW = '';

const bySha256 = ({ sha256 }: { readonly sha256: string }) => sha256;
const byId = ({ id }: { readonly id: string }) => id;

export interface FilesOptions {
	readonly disk: Disk;
	readonly changed: (note: Note) => void;
	readonly changedElsewhere?: (name: string) => void;
	/** What the files say in `format`. */
	readonly format: number;
}

/** The files about access, not read yet. */
export function accessTables(directory: string, { format, ...options }: FilesOptions): AccessTables {
	const at = (name: string) => ({ path: join(directory, `${name}.json`), ...options });
	const list = <Row extends object>(name: string, row: ContentSchema<Row>, keyOf: (row: Row) => string) =>
		new Table({ ...at(name), shape: listIn(format, name, row, keyOf) });
	return {
		owner: new Table({ ...at('owner'), shape: oneRow(format, owner, { password: null, setAt: null }, ONLY_ROW) }),
		setup: new Table({ ...at('setup'), shape: oneRow(format, setup, { sha256: null, expiresAt: null }, ONLY_ROW) }),
		keys: list('keys', key, bySha256),
		tokens: list('tokens', token, byId),
		sessions: list('sessions', session, bySha256),
		guests: list('guests', guest, bySha256),
		people: list('people', person, byId),
		links: list('links', link, byId),
		pairings: list('pairings', pairing, byId),
	};
}

/** All of them, e.g. to be read. */
export function tablesOf(tables: AccessTables) {
	const { owner, setup, keys, tokens, sessions, guests, people, links, pairings } = tables;
	return [owner, setup, keys, tokens, sessions, guests, people, links, pairings] as const;
}
