import { type Clock, type Millis, sleep, TokenBucket } from '@oriel/base';
import type { ReportFault } from '../errors/faults.ts';
import { RelayError } from '../errors/relay-error.ts';
import { cameraIdOf, namesIn } from './camera-identity.ts';
import { hashCredential } from './credential.ts';
import type { EventLog } from './event-log.ts';
import { type AccessFiles, ONLY_ROW } from './files.ts';
import { type Lease, Leases } from './leases.ts';
import type { Policy, Principal } from './policy.ts';
import type { RelayDirectory } from './store/data-directory.ts';

/** Pictures' connections that one signed-in browser may have open: every camera of a large wall, in several windows. */
export const MAX_OPEN_PER_SESSION = 64;

/** How long a secret that is not known waits for the files to be looked at again; then it is refused. */
export const LOOK_WAIT_MS: Millis = 1000;
/** Looks a second at the files because of such secrets; twice a second they are looked at anyway. */
export const MAX_LOOKS_A_SECOND = 10;

/** What a caller shows to be let in, whatever protocol it speaks. */
export interface Presented {
	/** A publish key or a token. One that is not known makes the caller anonymous. */
	readonly secret?: string | undefined;
	/** Of a browser: its session, and the session that a share link was exchanged for. */
	readonly session?: string | undefined;
	readonly guest?: string | undefined;
	/** Whether it is a program on this machine, spoken to directly. */
	isLocal?(): boolean;
}

export interface AccessOptions {
	readonly data: Pick<RelayDirectory, 'files' | 'look' | 'onChangedElsewhere'>;
	readonly policy: Policy;
	readonly clock: Clock;
	readonly events: EventLog;
	/** Hears of every refused credential: `key`, `token`, `session`. */
	readonly refused?: (kind: string) => void;
	/** Hears of listeners and holders of leases that threw. */
	readonly report?: ReportFault | undefined;
}

/** Who is calling and whether they may: the one place that decides. */
export class Access {
	readonly files: AccessFiles;
	readonly policy: Policy;
	readonly #options: AccessOptions;
	readonly #clock: Clock;
	readonly #leases: Leases;
	readonly #looks: TokenBucket;
	readonly #listeners = new Set<() => void>();
	readonly #seen = new Set<(credential: string) => void>();
	readonly #stopExpiry: () => void;

	constructor(options: AccessOptions) {
		const { data, clock } = options;
		this.files = data.files;
		this.#options = options;
		this.#clock = clock;
		this.policy = options.policy;
		this.#leases = new Leases({ again: (principal) => this.#again(principal), ...options });
		this.#looks = new TokenBucket(clock, { perSecond: MAX_LOOKS_A_SECOND, burst: MAX_LOOKS_A_SECOND });
		data.onChangedElsewhere((names) => this.#changedElsewhere(names));
		this.#stopExpiry = clock.every(1000, () => this.#leases.review());
	}

	/**
	 * The principal of a caller that may do `action`; throws `unauthorized` or `forbidden` otherwise. A promise, if the
	 * files have to be looked at first.
	 */
	admit(presented: Presented, action: string, camera?: string): Principal | Promise<Principal> {
		const principal = this.identify(presented);
		if (principal instanceof Promise) return principal.then((known) => this.#allow(known, presented, action, camera));
		return this.#allow(principal, presented, action, camera);
	}

	/** Who is calling. A credential that is not known makes the caller anonymous. */
	identify({ secret, session, guest, isLocal }: Presented): Principal | Promise<Principal> {
		if (secret !== undefined) return this.#bySecret(hashCredential(secret));
		const known =
			(guest === undefined ? undefined : this.#byGuest(hashCredential(guest))) ??
			(session === undefined ? undefined : this.#bySession(hashCredential(session)));
		if (!known) return session === undefined && isLocal?.() ? { kind: 'local' } : { kind: 'anonymous' };
		if ('credential' in known) this.#tell(this.#seen, known.credential);
		return known;
	}

	/** All cameras that have a publish key: name and id. */
	get cameras(): ReadonlyMap<string, string> {
		const names = new Set(this.files.keys.rows.map(({ camera }) => camera));
		return new Map([...names].map((name) => [name, cameraIdOf(this.files, name) ?? name]));
	}

	/**
	 * Code that keeps something open takes a lease for it. `ended` is called once, within a second of the moment from which
	 * its holder may not do this any more; `changed` when the holder may see other cameras than before. The returned
	 * function lets go.
	 */
	lease(lease: Lease): () => void {
		return this.#leases.take(lease);
	}

	/** Browsers that watch something now by the share link with this id. */
	viewersOf(link: string): number {
		return this.#leases.guestsOf(link).size;
	}

	/** Calls `listener` after keys, tokens, people or sessions have changed. */
	onChange(listener: () => void): void {
		this.#listeners.add(listener);
	}

	/** Calls `listener` with the hash of every good cookie that is shown. */
	onSeen(listener: (credential: string) => void): void {
		this.#seen.add(listener);
	}

	/** Something in the files has changed: access that was lost ends now. */
	changed(): void {
		this.#leases.review();
		this.#tell(this.#listeners, undefined);
	}

	close(): void {
		this.#stopExpiry();
	}

	/** One listener that throws keeps no other from hearing. */
	#tell<T>(listeners: ReadonlySet<(what: T) => void>, what: T): void {
		for (const listener of listeners) {
			try {
				listener(what);
			} catch (thrown) {
				this.#options.report?.('observer', thrown, { told: 'access' });
			}
		}
	}

	#changedElsewhere(names: readonly string[]): void {
		for (const about of names) this.#options.events.record({ kind: 'changed-on-machine', by: 'machine', about });
		this.changed();
	}

	#allow(principal: Principal, { secret }: Presented, action: string, camera: string | undefined): Principal {
		if (!this.policy.may(principal, action, camera)) {
			if (principal.kind === 'anonymous' || principal.kind === 'local') throw this.#unauthorized(action, secret);
			throw new RelayError('forbidden', `A ${principal.kind} may not do this`);
		}
		if (this.policy.permission(action)?.keepsOpen) this.#requireRoom(principal);
		return principal;
	}

	/** A key that was made a moment ago must open at once: before a secret is refused, the files are looked at again. */
	#bySecret(hash: string): Principal | Promise<Principal> {
		const known = this.#byKey(hash);
		if (known) return known;
		return this.#looks.take() ? this.#bySecretOnDisk(hash) : this.#refuse('token');
	}

	async #bySecretOnDisk(hash: string): Promise<Principal> {
		const done = new AbortController();
		await Promise.race([this.#options.data.look(), sleep(this.#clock, LOOK_WAIT_MS, done.signal)]);
		done.abort();
		return this.#byKey(hash) ?? this.#refuse('token');
	}

	#byKey(hash: string): Principal | undefined {
		const key = this.files.keys.get(hash);
		if (key) return { kind: 'camera', credential: hash, camera: key.camera };
		const token = this.files.tokens.rows.find((candidate) => candidate.sha256 === hash);
		if (!token || this.#isOver(token.expiresAt)) return undefined;
		return { kind: 'token', credential: hash, cameras: token.cameras ? namesIn(this.files, token.cameras) : undefined };
	}

	#bySession(hash: string): Principal | undefined {
		const session = this.files.sessions.get(hash);
		if (!session || this.#isOver(session.expiresAt)) return undefined;
		if (session.person === 'owner') return { kind: 'owner', credential: hash, person: 'owner' };
		const person = this.files.people.get(session.person);
		if (!person) return undefined;
		if (person.role === 'owner') return { kind: 'owner', credential: hash, person: person.id };
		const cameras = person.cameras ? namesIn(this.files, person.cameras) : undefined;
		return { kind: 'viewer', credential: hash, person: person.id, cameras };
	}

	#byGuest(hash: string): Principal | undefined {
		const guest = this.files.guests.get(hash);
		const link = guest && this.files.links.get(guest.link);
		if (!link || this.#isOver(link.expiresAt)) return undefined;
		return { kind: 'guest', credential: hash, link: link.id, cameras: namesIn(this.files, link.cameras) };
	}

	/** What a principal is by now; undefined if it exists no more. */
	#again(principal: Principal): Principal | undefined {
		switch (principal.kind) {
			case 'owner':
			case 'viewer':
				return this.#bySession(principal.credential);
			case 'guest':
				return this.#byGuest(principal.credential);
			case 'token':
			case 'camera':
				return this.#byKey(principal.credential);
			default:
				return principal;
		}
	}

	#isOver(expiresAt: string | null): boolean {
		return expiresAt !== null && !(Date.parse(expiresAt) > this.#clock.wall());
	}

	/** A browser may keep only so much open, and a share link only so many browsers. */
	#requireRoom(principal: Principal): void {
		if (principal.kind !== 'owner' && principal.kind !== 'viewer' && principal.kind !== 'guest') return;
		if (this.#leases.openOf(principal.credential) >= MAX_OPEN_PER_SESSION) {
			const words = `This browser has ${MAX_OPEN_PER_SESSION} connections open, which is the most; close some windows`;
			throw new RelayError('too-many-open', words, { retryAfterSeconds: 5 });
		}
		if (principal.kind === 'guest') this.requireSeat(principal.link, principal.credential);
	}

	/** Throws `link-full` if as many browsers as may are watching by a share link; the one with `credential` does not count. */
	requireSeat(link: string, credential?: string): void {
		const most = this.files.links.get(link)?.maxViewers ?? null;
		if (most === null) return;
		const others = this.#leases.guestsOf(link);
		if (credential !== undefined) others.delete(credential);
		if (others.size < most) return;
		throw new RelayError('link-full', `This link is for ${most} at once, and as many are watching`, {
			retryAfterSeconds: 10,
		});
	}

	#refuse(kind: string): Principal {
		this.#options.refused?.(kind);
		return { kind: 'anonymous' };
	}

	#unauthorized(action: string, secret: string | undefined): RelayError {
		if ((this.files.owner.get(ONLY_ROW)?.password ?? null) === null && secret === undefined) {
			return new RelayError(
				'unauthorized',
				'This relay has no owner yet: open the set-up link that it printed when it started',
			);
		}
		if (this.policy.permission(action)?.who.every((kind) => kind === 'camera')) {
			return new RelayError('unauthorized', 'Expected a publish key of this camera: Authorization: Bearer KEY');
		}
		return new RelayError('unauthorized', 'Sign in, or send a token: Authorization: Bearer TOKEN');
	}
}
