import type { ReportFault } from '../errors/faults.ts';
import type { EventLog } from './event-log.ts';
import { type Policy, type Principal, seesTheSame } from './policy.ts';

/** Something open, and what its holder must go on being allowed to do. */
export interface Lease {
	readonly who: Principal;
	readonly action: string;
	/** The camera, if the action is about one. */
	readonly camera?: string;
	/** An answer that ends of itself within moments: it takes no seat of a share link, and its end is not worth an event. */
	readonly isBrief?: true;
	/** Must end what is open. Called at most once. */
	ended(): void;
	/** The holder may see other cameras than before. */
	changed?(now: Principal): void;
}

interface Held {
	readonly lease: Lease;
	/** The holder as last reviewed. */
	now: Principal;
}

export interface LeasesOptions {
	/** What a principal is by now; undefined if it exists no more. */
	readonly again: (principal: Principal) => Principal | undefined;
	readonly policy: Policy;
	readonly events: EventLog;
	readonly report?: ReportFault | undefined;
}

/** What is open now, by the credential on which it rests. */
export class Leases {
	readonly #again: LeasesOptions['again'];
	readonly #policy: Policy;
	readonly #events: EventLog;
	readonly #report: ReportFault;
	readonly #byCredential = new Map<string, Set<Held>>();

	constructor({ again, policy, events, report = () => {} }: LeasesOptions) {
		this.#again = again;
		this.#policy = policy;
		this.#events = events;
		this.#report = report;
	}

	/** The returned function lets go; twice is fine. */
	take(lease: Lease): () => void {
		const { who } = lease;
		if (!('credential' in who)) return () => {};
		const all = this.#byCredential.get(who.credential) ?? new Set<Held>();
		const held: Held = { lease, now: who };
		this.#byCredential.set(who.credential, all.add(held));
		return () => this.#drop(who.credential, held);
	}

	/** How much is open by one credential. */
	openOf(credential: string): number {
		return this.#byCredential.get(credential)?.size ?? 0;
	}

	/** Credentials of the guests of one link who have something open. */
	guestsOf(link: string): Set<string> {
		const guests = new Set<string>();
		for (const [credential, all] of this.#byCredential) {
			const [first] = all;
			if (first?.lease.who.kind !== 'guest' || first.lease.who.link !== link) continue;
			if ([...all].some(({ lease }) => !lease.isBrief)) guests.add(credential);
		}
		return guests;
	}

	/** Ends what its holder may not do any more. Each credential is looked up once, however much rests on it. */
	review(): void {
		for (const [credential, all] of [...this.#byCredential]) {
			const [first] = all;
			const now = first && this.#again(first.lease.who);
			let ended = 0;
			for (const held of [...all]) {
				const { lease } = held;
				if (!now || !this.#policy.may(now, lease.action, lease.camera)) {
					this.#drop(credential, held);
					if (!lease.isBrief) ended++;
					this.#tell(() => lease.ended());
				} else if (!seesTheSame(now, held.now)) {
					held.now = now;
					this.#tell(() => lease.changed?.(now));
				}
			}
			const who = first?.lease.who;
			if (ended > 0 && who) this.#events.record({ kind: 'access-ended', by: notOwner(who), about: wordsFor(who) });
		}
	}

	/** What one holder throws must not keep the others from losing what they may not have any more. */
	#tell(call: () => void): void {
		try {
			call();
		} catch (thrown) {
			this.#report('observer', thrown, { told: 'lease' });
		}
	}

	#drop(credential: string, held: Held): void {
		const all = this.#byCredential.get(credential);
		if (!all?.delete(held)) return;
		if (all.size === 0) this.#byCredential.delete(credential);
	}
}

/** Whose it was, for the event log. */
function wordsFor(who: Principal): string {
	return who.kind === 'camera' ? `camera ${who.camera}` : who.kind;
}

/** That access has ended says nothing of who ended it: what the owner did is an event of its own. */
function notOwner(who: Principal): Principal {
	return who.kind === 'owner' ? { ...who, kind: 'viewer', cameras: undefined } : who;
}
