import type { Clock } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import { networkOf } from '../http/network.ts';
import type { Access } from './access.ts';
import { hashCredential, idOf, newCredential } from './credential.ts';
import type { EventLog } from './event-log.ts';
import type { AccessFiles, StoredGuest, StoredSession } from './files.ts';
import { OWNER } from './owner.ts';
import type { Principal } from './policy.ts';

/** A session ends this long after it was last used. */
export const SESSION_DAYS = 30;
/** Browsers in which one person is signed in; the one that signed in longest ago is signed out when one more comes. */
export const MAX_SESSIONS_PER_PERSON = 50;
/** Browsers in which one share link is open. */
export const MAX_GUESTS_PER_LINK = 500;
/** Of these, browsers of one network; the oldest of that network must open the link again when one more comes. */
export const MAX_GUESTS_PER_NETWORK = 50;
/** How often what was learnt of sessions in use is written down. */
const KEEP_MS = 60_000;

const DAY_MS = 86_400_000;

/** The browser of a person who signs in. */
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
	/** Cookies shown since it was last noted: a request alone causes no write. */
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
		const { sessions } = this.#files;
		const by = this.#principalOf(person);
		const { address, device } = visitor;
		this.#forgetExpired();
		const mine = sessions.rows.filter((session) => session.person === person);
		const known = mine.some((session) => session.device === device && isNear(session.address, address));
		this.#events.record({ kind: 'sign-in', who: name, address, device, by });
		if (mine.length > 0 && !known) this.#events.record({ kind: 'new-device', who: name, address, device, by });
		for (const { sha256 } of mine.slice(0, Math.max(0, mine.length + 1 - MAX_SESSIONS_PER_PERSON))) {
			sessions.remove(sha256);
		}
		const { secret, entry } = this.#newEntry('session', visitor);
		sessions.put({ ...entry, person });
		this.#access.changed();
		return secret;
	}

	/** Lets a browser in by a share link; gives the cookie's secret. Throws `link-full` if others would have to go for it. */
	openGuest(link: string, until: string, visitor: Visitor): string {
		const { guests } = this.#files;
		this.#forgetExpired();
		const gone = guestToReplace(
			guests.rows.filter((guest) => guest.link === link),
			networkOf(visitor.address),
		);
		if (gone) guests.remove(gone.sha256);
		const { secret, entry } = this.#newEntry('guest', visitor);
		guests.put({ ...entry, link, expiresAt: until });
		this.#access.changed();
		return secret;
	}

	/** Ends the session or the guest with this hash; its open connections follow. */
	close(credential: string): void {
		this.#files.sessions.remove(credential);
		this.#files.guests.remove(credential);
		this.#access.changed();
	}

	/** Ends all sessions of a person, but for the one with the hash `except`. */
	closeAll(person: string, except?: string): void {
		const { sessions } = this.#files;
		for (const session of sessions.rows) {
			if (session.person === person && session.sha256 !== except) sessions.remove(session.sha256);
		}
		this.#access.changed();
	}

	/** Ends the one with this id, if `person` is undefined or it is this person's. Gives what it was. */
	revoke(id: string, person?: string): ListedSession | undefined {
		const found = this.#listed(person).find(({ sha256 }) => idOf(sha256) === id);
		if (found) this.close(found.sha256);
		return found && this.#asListed(found);
	}

	/** Those of one person, or all with the guests, newest first. */
	list(person?: string): ListedSession[] {
		return this.#listed(person)
			.map((entry) => this.#asListed(entry))
			.sort((one, other) => other.createdAt.localeCompare(one.createdAt));
	}

	/** Notes what is known and stops. */
	stop(): void {
		this.#stop();
		this.#keepSeen();
	}

	#listed(person: string | undefined): (StoredSession | StoredGuest)[] {
		const sessions = this.#files.sessions.rows;
		const own = person === undefined ? sessions : sessions.filter((session) => session.person === person);
		const guests = person === undefined ? this.#files.guests.rows.filter((guest) => this.#hasLink(guest)) : [];
		return [...own, ...guests].filter((entry) => this.#isAlive(entry));
	}

	#newEntry(kind: 'session' | 'guest', { address, device }: Visitor) {
		const secret = newCredential(kind);
		const now = this.#now();
		const expiresAt = this.#after(now);
		return {
			secret,
			entry: { sha256: hashCredential(secret), device, address, createdAt: now, lastSeenAt: now, expiresAt },
		};
	}

	/** Sessions slide: each is good for as long again from when it was last used. A guest ends with the link. */
	#keepSeen(): void {
		const { sessions, guests } = this.#files;
		for (const [credential, lastSeenAt] of this.#seen) {
			const session = sessions.get(credential);
			if (session) {
				const expiresAt = later(session.expiresAt, this.#after(lastSeenAt));
				sessions.patch(credential, { lastSeenAt, expiresAt });
			}
			guests.patch(credential, { lastSeenAt });
		}
		this.#seen.clear();
	}

	#forgetExpired(): void {
		this.#keepSeen();
		const { sessions, guests } = this.#files;
		for (const session of sessions.rows) if (!this.#isAlive(session)) sessions.remove(session.sha256);
		for (const guest of guests.rows) {
			if (!this.#isAlive(guest) || !this.#hasLink(guest)) guests.remove(guest.sha256);
		}
	}

	/** Who signs in, for the event log. */
	#principalOf(person: string): Principal {
		const isOwner = person === OWNER || this.#files.people.get(person)?.role === 'owner';
		const one = { credential: '', person };
		return isOwner ? { kind: 'owner', ...one } : { kind: 'viewer', ...one, cameras: undefined };
	}

	#isAlive({ expiresAt }: { readonly expiresAt: string }): boolean {
		return Date.parse(expiresAt) > this.#clock.wall();
	}

	#hasLink({ link }: StoredGuest): boolean {
		return this.#files.links.get(link) !== undefined;
	}

	#now(): string {
		return new Date(this.#clock.wall()).toISOString();
	}

	#after(time: string): string {
		return new Date(Date.parse(time) + SESSION_DAYS * DAY_MS).toISOString();
	}

	#asListed(entry: StoredSession | StoredGuest): ListedSession {
		const { sha256, device, address, createdAt, expiresAt } = entry;
		const whose = 'link' in entry ? { person: null, guestOf: entry.link } : { person: entry.person, guestOf: null };
		const lastSeenAt = this.#seen.get(sha256) ?? entry.lastSeenAt ?? createdAt;
		return { id: idOf(sha256), ...whose, device, address, createdAt, lastSeenAt, expiresAt };
	}
}

/**
 * The guest of a link who has to go for one more from `network`; undefined if there is room. A network gives up its own: a
 * crowd elsewhere never costs a lone browser its place. Throws `link-full` if no network has more than one.
 */
function guestToReplace(guests: readonly StoredGuest[], network: string): StoredGuest | undefined {
	const byNetwork = new Map<string, StoredGuest[]>();
	for (const guest of guests) {
		const key = networkOf(guest.address);
		const others = byNetwork.get(key);
		if (others) others.push(guest);
		else byNetwork.set(key, [guest]);
	}
	const own = byNetwork.get(network) ?? [];
	if (own.length >= MAX_GUESTS_PER_NETWORK) return own[0];
	if (guests.length < MAX_GUESTS_PER_LINK) return undefined;
	const largest = [...byNetwork.values()].reduce((one, other) => (other.length > one.length ? other : one));
	if (largest.length > Math.max(1, own.length)) return largest[0];
	if (own.length > 0) return own[0];
	throw new RelayError('link-full', `This link is open in ${guests.length} browsers, which is the most`, {
		retryAfterSeconds: 60,
	});
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
