import type { Clock } from '@oriel/base';
import { networkOf } from '../http/network.ts';
import type { EventKind } from './event-kinds.ts';
import { EventList, type StoredEvent } from './event-list.ts';
import { EventQuota } from './event-quota.ts';
import type { Principal } from './policy.ts';
import type { Disk } from './store/disk.ts';
import type { Writer } from './store/writer.ts';

/** Failures and refusals kept a minute: they need no credential. */
export const MAX_FAILURE_EVENTS_A_MINUTE = 30;
/** Other events kept a minute that people below owner, cameras and guests cause. */
export const MAX_OTHERS_EVENTS_A_MINUTE = 60;
/** Of either, events of one network, account, share link or camera. */
export const MAX_SOURCE_EVENTS_A_MINUTE = 10;
/** Longest text in an event. */
export const MAX_EVENT_TEXT = 200;
/** Most events in one answer. */
export const MAX_EVENTS_READ = 500;

/** What needs no credential: it must not use up the minute of those who have one. */
const FAILURES: ReadonlySet<EventKind> = new Set<EventKind>(['sign-in-failed', 'sign-in-limited']);

/** What happened. Texts come from anywhere: they are cut, put on one line, and are treated as hostile. */
export interface EventFacts {
	readonly kind: EventKind;
	/** Who caused it. Undefined: a person below owner. */
	readonly by?: Principal | 'machine' | undefined;
	readonly who?: string | undefined;
	readonly address?: string | undefined;
	readonly device?: string | undefined;
	readonly about?: string | undefined;
}

export interface EventLogOptions {
	/** The data directory, which must be there. */
	readonly directory: string;
	readonly disk: Disk;
	readonly writer: Pick<Writer, 'noted'>;
	readonly clock: Clock;
}

/**
 * What happened that concerns who may do what. What the owner did, and what was changed on the machine, has files of its own
 * and no quota: no one below owner can push it out. Recording an event never touches the disk and never throws.
 */
export class EventLog {
	readonly #clock: Clock;
	readonly #owners: EventList;
	readonly #others: EventList;
	readonly #failureQuota: EventQuota;
	readonly #otherQuota: EventQuota;
	#lastId = 0;

	private constructor({ directory, disk, writer, clock }: EventLogOptions) {
		const perSource = MAX_SOURCE_EVENTS_A_MINUTE;
		this.#clock = clock;
		this.#owners = new EventList(directory, 'events', disk, writer);
		this.#others = new EventList(directory, 'events-others', disk, writer);
		this.#failureQuota = new EventQuota({ total: MAX_FAILURE_EVENTS_A_MINUTE, perSource, clock });
		this.#otherQuota = new EventQuota({ total: MAX_OTHERS_EVENTS_A_MINUTE, perSource, clock });
	}

	/** Reads what earlier processes left. Rejects with the file's name if one cannot be read. */
	static async open(options: EventLogOptions): Promise<EventLog> {
		const log = new EventLog(options);
		await log.#owners.load();
		await log.#others.load();
		log.#lastId = Math.max(log.#owners.newestId, log.#others.newestId);
		return log;
	}

	record(facts: EventFacts): void {
		const by = causeOf(facts);
		if (by === 'other' && !this.#quotaOf(facts).take(sourcesOf(facts))) return;
		const { kind, who, address, device, about } = facts;
		const list = by === 'other' ? this.#others : this.#owners;
		list.add({
			id: ++this.#lastId,
			at: new Date(this.#clock.wall()).toISOString(),
			kind,
			who: tidy(who),
			address: tidy(address),
			device: tidy(device),
			about: tidy(about),
			by,
		});
	}

	/** The newest `limit` events before the one with the id `before`, newest first, and whether there are older ones. */
	read(limit: number, before = Number.POSITIVE_INFINITY): { events: StoredEvent[]; more: boolean } {
		const newest = [this.#owners, this.#others].flatMap((list) => list.newest(limit + 1, before));
		newest.sort((one, other) => other.id - one.id);
		return { events: newest.slice(0, limit), more: newest.length > limit };
	}

	#quotaOf({ kind }: EventFacts): EventQuota {
		return FAILURES.has(kind) ? this.#failureQuota : this.#otherQuota;
	}
}

/** A failed sign-in is a stranger's, regardless of the cookie that came with it. */
function causeOf({ kind, by }: EventFacts): 'owner' | 'machine' | 'other' {
	if (FAILURES.has(kind) || by === undefined) return 'other';
	if (by === 'machine') return 'machine';
	return by.kind === 'owner' ? 'owner' : 'other';
}

/** What an event counts against: the network that it came from, and what gave the right to cause it. */
function sourcesOf({ address, by }: EventFacts): string[] {
	const network = address === undefined ? [] : [`network ${networkOf(address)}`];
	return by === undefined || by === 'machine' ? network : [...network, ...holderOf(by)];
}

function holderOf(by: Principal): string[] {
	switch (by.kind) {
		case 'owner':
		case 'viewer':
			return [`person ${by.person}`];
		case 'guest':
			return [`link ${by.link}`];
		case 'camera':
			return [`camera ${by.camera}`];
		case 'token':
			return [`token ${by.credential}`];
		default:
			return [];
	}
}

function tidy(text: string | undefined): string | null {
	return text === undefined ? null : text.replace(/\p{C}+/gu, ' ').slice(0, MAX_EVENT_TEXT);
}
