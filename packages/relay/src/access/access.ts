import type { IncomingMessage } from 'node:http';
import type { Clock, Log } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import type { Peers } from '../http/peer.ts';
import { hashCredential } from './credential.ts';
import type { EventLog } from './event-log.ts';
import type { AccessFiles } from './files.ts';
import { type Watch, watchFiles } from './json-file.ts';
import { type Lease, Leases } from './leases.ts';
import { type Action, may, type Principal } from './permissions.ts';
import { presentedCredentials } from './presented.ts';

/** Pictures' connections that one signed-in browser may have open: every camera of a large wall, in several windows. */
export const MAX_OPEN_PER_SESSION = 64;

/** What keeps a connection open for as long as it lives. */
const OPENING: ReadonlySet<Action> = new Set<Action>(['camera.watch', 'seed.watch', 'live.open']);

export interface AccessOptions {
	readonly files: AccessFiles;
	readonly peers: Pick<Peers, 'isSecure' | 'isLocal'>;
	readonly clock: Clock;
	readonly log: Log;
	readonly events: EventLog;
	/** Hears of every refused credential: `key`, `token`, `session`. */
	readonly refused?: (kind: string) => void;
}

/** Who is calling and whether they may: the one place that decides. */
export class Access {
	readonly files: AccessFiles;
	readonly #options: AccessOptions;
	readonly #clock: Clock;
	readonly #leases: Leases;
	readonly #listeners = new Set<() => void>();
	readonly #seen = new Set<(credential: string) => void>();
	readonly #watch: Watch;
	readonly #stopExpiry: () => void;

	constructor(options: AccessOptions) {
		const { files, clock, log, events } = options;
		this.files = files;
		this.#options = options;
		this.#clock = clock;
		this.#leases = new Leases((principal) => this.#again(principal), events);
		this.#watch = watchFiles(
			Object.values(files),
			clock,
			(names) => this.#changedElsewhere(names),
			(reason) => log.error('a file of the data directory was changed and cannot be used', { reason }),
		);
		this.#stopExpiry = clock.every(1000, () => this.#leases.review());
	}

	/** The principal of a request that may do `action`; throws `unauthorized` or `forbidden` otherwise. */
	admit(request: IncomingMessage, action: Action, camera?: string): Principal {
		const principal = this.identify(request);
		if (!may(principal, action, camera)) {
			if (principal.kind === 'anonymous' || principal.kind === 'local') throw this.#unauthorized(action, request);
			throw new RelayError('forbidden', `A ${principal.kind} may not do this`);
		}
		if (OPENING.has(action)) this.#requireRoom(principal);
		return principal;
	}

	/** Who is calling. A credential that is not known makes the caller anonymous, whoever else they might be. */
	identify(request: IncomingMessage): Principal {
		const { peers } = this.#options;
		const { secret, session, guest } = presentedCredentials(request, peers.isSecure(request));
		if (secret !== undefined) return this.#bySecret(hashCredential(secret)) ?? this.#refuse('token');
		const known =
			(guest === undefined ? undefined : this.#byGuest(hashCredential(guest))) ??
			(session === undefined ? undefined : this.#bySession(hashCredential(session)));
		if (!known) return session === undefined && peers.isLocal(request) ? { kind: 'local' } : { kind: 'anonymous' };
		if ('credential' in known) for (const listener of this.#seen) listener(known.credential);
		return known;
	}

	/** Names of all cameras that have a publish key. */
	get cameraNames(): string[] {
		return [...new Set(this.files.keys.value.keys.map((key) => key.camera))];
	}

	/**
	 * Whoever keeps something open takes a lease for it. `ended` is called once, within a second of the moment from which
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

	/** Something in the files has changed: whoever lost access loses it now. */
	changed(): void {
		this.#leases.review();
		for (const listener of this.#listeners) listener();
	}

	close(): void {
		this.#watch.stop();
		this.#stopExpiry();
	}

	#changedElsewhere(names: readonly string[]): void {
		for (const about of names) this.#options.events.record({ kind: 'changed-on-machine', about });
		this.changed();
	}

	/** A key that was made a moment ago must open at once: before a secret is refused, the files are looked at again. */
	#bySecret(hash: string): Principal | undefined {
		const known = this.#byKey(hash);
		if (known) return known;
		this.#watch.look();
		return this.#byKey(hash);
	}

	#byKey(hash: string): Principal | undefined {
		const key = this.files.keys.value.keys.find((candidate) => candidate.sha256 === hash);
		if (key) return { kind: 'camera', credential: hash, camera: key.camera };
		const token = this.files.tokens.value.tokens.find((candidate) => candidate.sha256 === hash);
		if (!token || this.#isOver(token.expiresAt)) return undefined;
		return { kind: 'token', credential: hash, cameras: token.cameras ? new Set(token.cameras) : undefined };
	}

	#bySession(hash: string): Principal | undefined {
		const session = this.files.sessions.value.sessions.find((candidate) => candidate.sha256 === hash);
		if (!session || this.#isOver(session.expiresAt)) return undefined;
		if (session.person === 'owner') return { kind: 'owner', credential: hash, person: 'owner' };
		const person = this.files.people.value.people.find(({ id }) => id === session.person);
		if (!person) return undefined;
		if (person.role === 'owner') return { kind: 'owner', credential: hash, person: person.id };
		const cameras = person.cameras ? new Set(person.cameras) : undefined;
		return { kind: 'viewer', credential: hash, person: person.id, cameras };
	}

	#byGuest(hash: string): Principal | undefined {
		const guest = this.files.guests.value.guests.find((candidate) => candidate.sha256 === hash);
		const link = guest && this.files.links.value.links.find(({ id }) => id === guest.link);
		if (!link || this.#isOver(link.expiresAt)) return undefined;
		return { kind: 'guest', credential: hash, link: link.id, cameras: new Set(link.cameras) };
	}

	/** What a principal is by now; undefined if it is nobody any more. */
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
		return expiresAt !== null && Date.parse(expiresAt) <= this.#clock.wall();
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
		const most = this.files.links.value.links.find(({ id }) => id === link)?.maxViewers ?? null;
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

	#unauthorized(action: Action, request: IncomingMessage): RelayError {
		if (this.files.owner.value.password === null && request.headers.authorization === undefined) {
			return new RelayError(
				'unauthorized',
				'This relay has no owner yet: open the set-up link that it printed when it started',
			);
		}
		if (action === 'camera.publish' || action === 'agent.open') {
			return new RelayError('unauthorized', 'A publish key of this camera is wanted: Authorization: Bearer KEY');
		}
		return new RelayError('unauthorized', 'Sign in, or send a token: Authorization: Bearer TOKEN');
	}
}
