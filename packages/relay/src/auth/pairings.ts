import { randomBytes } from 'node:crypto';
import type { Clock } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import type { Access } from './access.ts';
import { hashCredential } from './credential.ts';
import type { AccessFiles, StoredPairing } from './files.ts';
import { addKey, replaceKeys, requireCameraName } from './keys.ts';
import { newPairingCode, readPairingCode } from './pairing-code.ts';

/** A code that was not used is worthless after this time. */
export const PAIRING_MINUTES = 10;
/** Pairings remembered, the spent and expired ones included. */
export const MAX_PAIRINGS = 200;
/** A pairing is forgotten this long after it began. */
const REMEMBER_MS = 3_600_000;

/** What a camera's machine gets for its code. */
export interface Joined {
	readonly camera: string;
	readonly key: string;
}

/** One-time codes that become publish keys. A key goes from here to its camera's machine; no person ever sees it. */
export class Pairings {
	readonly #access: Access;
	readonly #files: AccessFiles;
	readonly #clock: Clock;

	constructor(access: Access, clock: Clock) {
		this.#access = access;
		this.#files = access.files;
		this.#clock = clock;
	}

	list(): StoredPairing[] {
		return this.#files.pairings.rows.filter((pairing) => this.#isRemembered(pairing));
	}

	/** The one with this id. Throws `not-found`. */
	get(id: string): StoredPairing {
		const pairing = this.list().find((candidate) => candidate.id === id);
		if (pairing) return pairing;
		throw new RelayError('not-found', 'There is no such pairing; they are forgotten after an hour');
	}

	/** Makes a code for a camera, new or known; with `replace` its earlier keys go when the code is spent. */
	start(camera: string, replace: boolean): { readonly pairing: StoredPairing; readonly code: string } {
		requireCameraName(camera);
		const { pairings } = this.#files;
		for (const other of pairings.rows) if (!this.#isRemembered(other)) pairings.remove(other.id);
		const { length } = pairings.rows;
		if (length >= MAX_PAIRINGS) {
			throw new RelayError('too-many-open', `${length} cameras were added within the hour, which is the most`);
		}
		const code = newPairingCode();
		const now = this.#clock.wall();
		const pairing: StoredPairing = {
			id: randomBytes(4).toString('hex'),
			camera,
			sha256: hashCredential(code),
			replace,
			createdAt: new Date(now).toISOString(),
			expiresAt: new Date(now + PAIRING_MINUTES * 60_000).toISOString(),
			joinedAt: null,
			machine: null,
			address: null,
		};
		pairings.put(pairing);
		return { pairing, code };
	}

	/** Withdraws one. Gives its camera. Throws `not-found`. */
	cancel(id: string): string {
		const { camera } = this.get(id);
		this.#files.pairings.remove(id);
		return camera;
	}

	/** Spends a code. Throws `link-expired`. */
	join(code: string, machine: string | null, address: string): Joined {
		const read = readPairingCode(code);
		const pairing = read === undefined ? undefined : this.#open(hashCredential(read));
		if (!pairing) {
			const words =
				'This code is not known, was used already, or is older than ten minutes: make a new one on the page';
			throw new RelayError('link-expired', words);
		}
		const joinedAt = new Date(this.#clock.wall()).toISOString();
		// Spent before there is a key: whatever breaks in between, the code opens nothing twice.
		this.#files.pairings.patch(pairing.id, { joinedAt, machine, address });
		const make = pairing.replace ? replaceKeys : addKey;
		const key = make(this.#files, this.#clock, pairing.camera);
		this.#access.changed();
		return { camera: pairing.camera, key };
	}

	#open(sha256: string): StoredPairing | undefined {
		return this.list().find(
			(pairing) =>
				pairing.sha256 === sha256 && pairing.joinedAt === null && Date.parse(pairing.expiresAt) > this.#clock.wall(),
		);
	}

	#isRemembered({ createdAt }: StoredPairing): boolean {
		return Date.parse(createdAt) + REMEMBER_MS > this.#clock.wall();
	}
}
