import { randomBytes } from 'node:crypto';
import type { Clock } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import type { Access } from './access.ts';
import { idsOf, namesIn } from './camera-identity.ts';
import { hashCredential, newCredential } from './credential.ts';
import type { AccessFiles, StoredLink } from './files.ts';
import { requireCameraName } from './keys.ts';

/** A share link is good for this long unless its maker says otherwise. */
export const SHARE_LINK_HOURS = 24;
/** Share links of one relay that have not expired. */
export const MAX_SHARE_LINKS = 500;

export interface LinkWish {
	readonly label: string;
	readonly cameras: readonly string[];
	readonly lifetimeMs: number;
	/** null: as many as come. */
	readonly maxViewers: number | null;
}

/** Links by which people without an account watch some cameras for a while. */
export class ShareLinks {
	readonly #access: Access;
	readonly #files: AccessFiles;
	readonly #clock: Clock;

	constructor(access: Access, clock: Clock) {
		this.#access = access;
		this.#files = access.files;
		this.#clock = clock;
	}

	/** Names of the cameras that a link shows now. */
	camerasOf({ cameras }: Pick<StoredLink, 'cameras'>): Set<string> {
		return namesIn(this.#files, cameras);
	}

	/** Those that are still good. */
	list(): StoredLink[] {
		return this.#files.links.rows.filter((link) => this.#isAlive(link));
	}

	/** Makes one; the token is given this once. */
	add({ label, cameras, lifetimeMs, maxViewers }: LinkWish): { readonly link: StoredLink; readonly token: string } {
		cameras.forEach(requireCameraName);
		for (const other of this.#files.links.rows) if (!this.#isAlive(other)) this.#files.links.remove(other.id);
		const { length } = this.#files.links.rows;
		if (length >= MAX_SHARE_LINKS) {
			throw new RelayError('too-many-open', `There are ${length} share links, which is the most; revoke some`);
		}
		const token = newCredential('share');
		const now = this.#clock.wall();
		const link: StoredLink = {
			id: randomBytes(4).toString('hex'),
			label,
			sha256: hashCredential(token),
			cameras: idsOf(this.#files, cameras),
			createdAt: new Date(now).toISOString(),
			expiresAt: new Date(now + lifetimeMs).toISOString(),
			maxViewers,
		};
		this.#files.links.put(link);
		this.#access.changed();
		return { link, token };
	}

	/** Ends one and all that is open by it. Gives it; undefined if there is none. */
	revoke(id: string): StoredLink | undefined {
		const gone = this.#files.links.get(id);
		if (!gone) return undefined;
		this.#files.links.remove(id);
		for (const { link, sha256 } of this.#files.guests.rows) if (link === id) this.#files.guests.remove(sha256);
		this.#access.changed();
		return gone;
	}

	/** The link with this token. Throws `link-expired`. */
	byToken(token: string): StoredLink {
		const sha256 = hashCredential(token);
		const link = this.list().find((candidate) => candidate.sha256 === sha256);
		if (link) return link;
		throw new RelayError('link-expired', 'This link is no longer valid. Ask the person who sent it for a new one');
	}

	#isAlive({ expiresAt }: StoredLink): boolean {
		return Date.parse(expiresAt) > this.#clock.wall();
	}
}
