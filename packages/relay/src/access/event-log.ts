import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type Micros, micros } from '@oriel/base';
import * as v from 'valibot';

/** Size at which the file becomes the older one: about five thousand events. There is one older file. */
export const MAX_EVENT_FILE_BYTES = 1024 * 1024;
/** Failures and refusals kept a minute: somebody who guesses must not push out what the owner wants to see. */
export const MAX_FAILURE_EVENTS_A_MINUTE = 10;
/** Longest text in an event. */
export const MAX_EVENT_TEXT = 200;
/** Most events in one answer. */
export const MAX_EVENTS_READ = 500;

const MINUTE: Micros = micros(60_000);

export const EVENT_KINDS = [
	'set-up',
	'sign-in',
	'sign-in-failed',
	'sign-in-limited',
	'signed-out',
	'new-device',
	'password-changed',
	'session-revoked',
	'person-added',
	'person-changed',
	'person-removed',
	'person-invited',
	'invitation-accepted',
	'link-added',
	'link-opened',
	'link-revoked',
	'token-added',
	'token-revoked',
	'key-revoked',
	'camera-removed',
	'camera-taken-over',
	'camera-controlled',
	'pairing-started',
	'pairing-joined',
	'pairing-cancelled',
	'access-ended',
	'changed-on-machine',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What others than the owner can cause as often as they like. */
const FAILURES: ReadonlySet<EventKind> = new Set<EventKind>(['sign-in-failed', 'sign-in-limited', 'camera-taken-over']);

const word = v.nullable(v.string());
const eventShape = v.object({
	id: v.number(),
	at: v.string(),
	kind: v.picklist(EVENT_KINDS),
	/** The person's name, or the name that was tried. */
	who: word,
	address: word,
	device: word,
	/** What it was done to, in words. Never a secret. */
	about: word,
});
export type StoredEvent = v.InferOutput<typeof eventShape>;

/** What happened. Texts come from anywhere: they are cut, put on one line, and are hostile to whoever shows them. */
export interface EventFacts {
	readonly kind: EventKind;
	readonly who?: string | undefined;
	readonly address?: string | undefined;
	readonly device?: string | undefined;
	readonly about?: string | undefined;
}

/** What happened that concerns who may do what: a file of lines, one an event, that is only ever added to. */
export class EventLog {
	readonly #path: string;
	readonly #older: string;
	readonly #clock: Clock;
	#lastId: number;
	#minuteBegan: Micros;
	#failures = 0;

	/** In the data directory, which must be there. */
	constructor(directory: string, clock: Clock) {
		this.#path = join(directory, 'events.jsonl');
		this.#older = join(directory, 'events.1.jsonl');
		this.#clock = clock;
		this.#minuteBegan = clock.now();
		this.#lastId = this.#all().at(0)?.id ?? 0;
	}

	record({ kind, who, address, device, about }: EventFacts): void {
		if (FAILURES.has(kind) && !this.#hasRoomForFailure()) return;
		const event: StoredEvent = {
			id: ++this.#lastId,
			at: new Date(this.#clock.wall()).toISOString(),
			kind,
			who: tidy(who),
			address: tidy(address),
			device: tidy(device),
			about: tidy(about),
		};
		if (sizeOf(this.#path) >= MAX_EVENT_FILE_BYTES) renameSync(this.#path, this.#older);
		appendFileSync(this.#path, `${JSON.stringify(event)}\n`, { mode: 0o600 });
	}

	/** The newest `limit` events before the one with the id `before`, newest first, and whether there are older ones. */
	read(limit: number, before = Number.POSITIVE_INFINITY): { events: StoredEvent[]; more: boolean } {
		const found = this.#all().filter(({ id }) => id < before);
		return { events: found.slice(0, limit), more: found.length > limit };
	}

	#hasRoomForFailure(): boolean {
		const now = this.#clock.now();
		if (now - this.#minuteBegan >= MINUTE) {
			this.#minuteBegan = now;
			this.#failures = 0;
		}
		return ++this.#failures <= MAX_FAILURE_EVENTS_A_MINUTE;
	}

	/** Newest first. A line that was cut off by a crash is passed over. */
	#all(): StoredEvent[] {
		return [this.#older, this.#path].flatMap(linesOf).flatMap(eventIn).reverse();
	}
}

function linesOf(path: string): string[] {
	return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
}

function eventIn(line: string): StoredEvent[] {
	try {
		return [v.parse(eventShape, JSON.parse(line))];
	} catch {
		return [];
	}
}

function sizeOf(path: string): number {
	return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function tidy(text: string | undefined): string | null {
	return text === undefined ? null : text.replace(/\p{C}+/gu, ' ').slice(0, MAX_EVENT_TEXT);
}
