import type { Clock } from '@oriel/base';
import { networkOf } from '../http/network.ts';
import type { Access } from './access.ts';
import { hashCredential, idOf, newCredential } from './credential.ts';
import type { EventLog } from './event-log.ts';
import type { AccessFiles, StoredGuest, StoredSession } from './files.ts';

/** A session ends this long after it was last used. */
export const SESSION_DAYS = 30;
/** Browsers in which one person is signed in; the one that signed in longest ago is signed out when one more comes. */
export const MAX_SESSIONS_PER_PERSON = 50;
/** Browsers in which one share link is open; the oldest must open it again when one more comes. */
export const MAX_GUESTS_PER_LINK = 500;
/** How often what was learnt of sessions in use is written down. */
const KEEP_MS = 60_000;

const DAY_MS = 86_400_000;

/** The browser of somebody who signs in. */
export interface Visitor {
	readonly address: string;
	/** As `deviceWords` gives it. */
	readonly device: string;
}

/** One browser, in lists. */
export interface ListedSession extends Visitor {
	readonly id: string;
	/** null for guests. */
	readonly person: string | null;
	/** The link's id, for guests. */
	readonly guestOf: string | null;
	readonly createdAt: string;
	readonly lastSeenAt: string;
	readonly expiresAt: string;
}

/** Browsers that are signed in, and those that opened a share link. Their cookies' secrets are kept as hashes only. */
export class Sessions {
	readonly #access: Access;
	readonly #files: AccessFiles;
	readonly #clock: Clock;
	readonly #events: EventLog;
	/** Cookies shown since the files were last written. */
	readonly #seen = new Map<string, string>();
	readonly #stop: () => void;

	constructor(access: Access, clock: Clock, events: EventLog) {
		this.#access = access;
		this.#files = access.files;
		this.#clock = clock;
		this.#events = events;
		access.onSeen((credential) => this.#seen.set(credential, this.#now()));
		this.#stop = clock.every(KEEP_MS, () => this.#keepSeen());
	}

	/** Signs `person` in; gives the cookie's secret. */
	open(person: string, name: string, visitor: Visitor): string {
		const mine = this.#files.sessions.value.sessions.filter((session) => session.person === person);
		const known = mine.some((session) => session.device === visitor.device && isNear(session.address, visitor.address));
		this.#events.record({ kind: 'sign-in', who: name, ...visitor });
		if (mine.length > 0 && !known) this.#events.record({ kind: 'new-device', who: name, ...visitor });
		const { secret, entry } = this.#newEntry('session', visitor);
		this.#files.sessions.update(({ sessions }) => {
			const alive = sessions.filter((other) => this.#isAlive(other));
			const others = alive.filter((other) => other.person !== person);
			const own = alive.filter((other) => other.person === person).slice(1 - MAX_SESSIONS_PER_PERSON);
			return { format: 1, sessions: [...others, ...own, { ...entry, person }] };
		});
		this.#access.changed();
		return secret;
	}

	/** Lets a browser in by a share link; gives the cookie's secret. */
	openGuest(link: string, until: string, visitor: Visitor): string {
		const { secret, entry } = this.#newEntry('guest', visitor);
		this.#files.guests.update(({ guests }) => {
			const alive = guests.filter((other) => this.#isAlive(other) && this.#hasLink(other));
			const others = alive.filter((other) => other.link !== link);
			const own = alive.filter((other) => other.link === link).slice(1 - MAX_GUESTS_PER_LINK);
			return { format: 1, guests: [...others, ...own, { ...entry, link, expiresAt: until }] };
		});
		this.#access.changed();
		return secret;
	}

	/** Ends the session or the guest with this hash; its open connections follow. */
	close(credential: string): void {
		this.#remove(({ sha256 }) => sha256 === credential);
	}

	/** Ends all sessions of a person, but for the one with the hash `except`. */
	closeAll(person: string, except?: string): void {
		this.#remove((entry) => 'person' in entry && entry.person === person && entry.sha256 !== except);
	}

	/** Ends the one with this id, if `person` is undefined or it is this person's. Gives what it was. */
	revoke(id: string, person?: string): ListedSession | undefined {
		const found = this.list(person).find((session) => session.id === id);
		if (found) this.#remove(({ sha256 }) => idOf(sha256) === id);
		return found;
	}

	/** Those of one person, or all with the guests, newest first. */
	list(person?: string): ListedSession[] {
		this.#keepSeen();
		const { sessions } = this.#files.sessions.value;
		const own = person === undefined ? sessions : sessions.filter((session) => session.person === person);
		const guests = person === undefined ? this.#files.guests.value.guests.filter((guest) => this.#hasLink(guest)) : [];
		return [...own, ...guests]
			.filter((entry) => this.#isAlive(entry))
			.map(listed)
			.sort((one, other) => other.createdAt.localeCompare(one.createdAt));
	}

	/** Writes down what is known and stops. */
	stop(): void {
		this.#stop();
		this.#keepSeen();
	}

	#newEntry(kind: 'session' | 'guest', visitor: Visitor) {
		const secret = newCredential(kind);
		const now = this.#now();
		const expiresAt = this.#after(now);
		const { address, device } = visitor;
		return {
			secret,
			entry: { sha256: hashCredential(secret), device, address, createdAt: now, lastSeenAt: now, expiresAt },
		};
	}

	/** Sessions slide: each is good for as long again from when it was last used. A guest ends with the link. */
	#keepSeen(): void {
		if (this.#seen.size === 0) return;
		const seen = new Map(this.#seen);
		this.#seen.clear();
		const at = ({ sha256, lastSeenAt }: StoredSession | StoredGuest) => seen.get(sha256) ?? lastSeenAt;
		if (this.#files.sessions.value.sessions.some(({ sha256 }) => seen.has(sha256))) {
			this.#files.sessions.update(({ sessions }) => ({
				format: 1,
				sessions: sessions.map((session) => {
					const lastSeenAt = at(session);
					return seen.has(session.sha256) && lastSeenAt
						? { ...session, lastSeenAt, expiresAt: later(session.expiresAt, this.#after(lastSeenAt)) }
						: session;
				}),
			}));
		}
		if (this.#files.guests.value.guests.some(({ sha256 }) => seen.has(sha256))) {
			this.#files.guests.update(({ guests }) => ({
				format: 1,
				guests: guests.map((guest) => ({ ...guest, lastSeenAt: at(guest) })),
			}));
		}
	}

	#remove(isGone: (entry: StoredSession | StoredGuest) => boolean): void {
		const { sessions, guests } = this.#files;
		if (sessions.value.sessions.some(isGone)) {
			sessions.update((value) => ({ format: 1, sessions: value.sessions.filter((entry) => !isGone(entry)) }));
		}
		if (guests.value.guests.some(isGone)) {
			guests.update((value) => ({ format: 1, guests: value.guests.filter((entry) => !isGone(entry)) }));
		}
		this.#access.changed();
	}

	#isAlive({ expiresAt }: { readonly expiresAt: string }): boolean {
		return Date.parse(expiresAt) > this.#clock.wall();
	}

	#hasLink({ link }: StoredGuest): boolean {
		return this.#files.links.value.links.some(({ id }) => id === link);
	}

	#now(): string {
		return new Date(this.#clock.wall()).toISOString();
	}

	#after(time: string): string {
		return new Date(Date.parse(time) + SESSION_DAYS * DAY_MS).toISOString();
	}
}

function listed(entry: StoredSession | StoredGuest): ListedSession {
	const { sha256, device, address, createdAt, expiresAt } = entry;
	const whose = 'link' in entry ? { person: null, guestOf: entry.link } : { person: entry.person, guestOf: null };
	return {
		id: idOf(sha256),
		...whose,
		device,
		address,
		createdAt,
		lastSeenAt: entry.lastSeenAt ?? createdAt,
		expiresAt,
	};
}

function later(one: string, other: string): string {
	return one > other ? one : other;
}

/** People's addresses change within their provider's network: the first half of an IPv4 address, the /64 of an IPv6. */
function isNear(one: string, other: string): boolean {
	const half = (address: string) =>
		address.includes(':') ? networkOf(address) : address.split('.').slice(0, 2).join('.');
	return half(one) === half(other);
}
