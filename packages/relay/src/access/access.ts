import type { IncomingMessage } from 'node:http';
import type { Clock, Log } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import { hashCredential } from './credential.ts';
import type { AccessFiles } from './files.ts';
import { type Watch, watchFiles } from './json-file.ts';
import { type Action, may, type Principal } from './permissions.ts';
import { presentedCredentials } from './presented.ts';

/** Something open that must end when its credential does. */
interface Lease {
	readonly principal: Principal;
	readonly revoked: () => void;
}

export interface AccessOptions {
	readonly files: AccessFiles;
	readonly clock: Clock;
	readonly log: Log;
	/** Hears of every refused credential: `key`, `token`, `session`. */
	readonly refused?: (kind: string) => void;
}

/** Who is calling and whether they may: the one place that decides. */
export class Access {
	readonly files: AccessFiles;
	readonly #clock: Clock;
	readonly #refused: (kind: string) => void;
	readonly #leases = new Set<Lease>();
	readonly #listeners = new Set<() => void>();
	readonly #watch: Watch;
	readonly #stopExpiry: () => void;

	constructor({ files, clock, log, refused = () => {} }: AccessOptions) {
		this.files = files;
		this.#clock = clock;
		this.#refused = refused;
		this.#watch = watchFiles(
			Object.values(files),
			clock,
			() => this.changed(),
			(reason) => log.error('a file of the data directory was changed and cannot be used', { reason }),
		);
		this.#stopExpiry = clock.every(1000, () => this.#endRevoked());
	}

	/** The principal of a request that may do `action`; throws `unauthorized` or `forbidden` otherwise. */
	admit(request: IncomingMessage, action: Action, camera?: string): Principal {
		const principal = this.identify(request);
		if (may(principal, action, camera)) return principal;
		if (principal.kind === 'anonymous' || principal.kind === 'local') throw this.#unauthorized(action, request);
		throw new RelayError('forbidden', `A ${principal.kind} may not do this`);
	}

	/** Who is calling. A credential that is not known makes the caller anonymous, whoever else they might be. */
	identify(request: IncomingMessage): Principal {
		const { secret, session, isLocal } = presentedCredentials(request);
		if (secret !== undefined) return this.#bySecret(hashCredential(secret)) ?? this.#refuse('token');
		if (session !== undefined) return this.#bySession(hashCredential(session)) ?? { kind: 'anonymous' };
		return { kind: isLocal ? 'local' : 'anonymous' };
	}

	/** Names of all cameras that have a publish key. */
	get cameraNames(): string[] {
		return [...new Set(this.files.keys.value.keys.map((key) => key.camera))];
	}

	/** Calls `revoked` once, within a second of the end of the principal's credential. The returned function lets go. */
	lease(principal: Principal, revoked: () => void): () => void {
		const lease = { principal, revoked };
		this.#leases.add(lease);
		return () => this.#leases.delete(lease);
	}

	/** Calls `listener` after keys, tokens or sessions have changed. */
	onChange(listener: () => void): void {
		this.#listeners.add(listener);
	}

	/** Something in the files has changed: whoever lost access loses it now. */
	changed(): void {
		this.#endRevoked();
		for (const listener of this.#listeners) listener();
	}

	close(): void {
		this.#watch.stop();
		this.#stopExpiry();
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
		return { kind: 'viewer', credential: hash, cameras: token.cameras ? new Set(token.cameras) : undefined };
	}

	#bySession(hash: string): Principal | undefined {
		const session = this.files.sessions.value.sessions.find((candidate) => candidate.sha256 === hash);
		return session && !this.#isOver(session.expiresAt) ? { kind: 'owner', credential: hash } : undefined;
	}

	#isOver(expiresAt: string | null): boolean {
		return expiresAt !== null && Date.parse(expiresAt) <= this.#clock.wall();
	}

	#isValid(principal: Principal): boolean {
		if (principal.kind === 'owner') return this.#bySession(principal.credential) !== undefined;
		if (principal.kind === 'anonymous' || principal.kind === 'local') return true;
		const now = this.#byKey(principal.credential);
		return now?.kind === principal.kind;
	}

	#endRevoked(): void {
		for (const lease of [...this.#leases]) {
			if (this.#isValid(lease.principal)) continue;
			this.#leases.delete(lease);
			lease.revoked();
		}
	}

	#refuse(kind: string): Principal {
		this.#refused(kind);
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
