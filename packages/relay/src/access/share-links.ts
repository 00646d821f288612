import { randomBytes } from 'node:crypto';
import type { Clock } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import type { Access } from './access.ts';
import { hashCredential, newCredential } from './credential.ts';
import type { AccessFiles, StoredLink } from './files.ts';
import { requireCameraName } from './keys.ts';

/** A share link is good for this long unless its maker says otherwise. */
export const SHARE_LINK_HOURS = 24;
/** The longest that one may be good. */
export const MAX_SHARE_LINK_DAYS = 366;
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

	/** Those that are still good. */
	list(): StoredLink[] {
		return this.#files.links.value.links.filter((link) => this.#isAlive(link));
	}

	/** Makes one; the token is given this once. */
	add({ label, cameras, lifetimeMs, maxViewers }: LinkWish): { readonly link: StoredLink; readonly token: string } {
		cameras.forEach(requireCameraName);
		const token = newCredential('share');
		const now = this.#clock.wall();
		const link: StoredLink = {
			id: randomBytes(4).toString('hex'),
			label,
			sha256: hashCredential(token),
			cameras: [...new Set(cameras)],
			createdAt: new Date(now).toISOString(),
			expiresAt: new Date(now + lifetimeMs).toISOString(),
			maxViewers,
		};
		this.#files.links.update(({ links }) => {
			const alive = links.filter((other) => this.#isAlive(other));
			if (alive.length < MAX_SHARE_LINKS) return { format: 1, links: [...alive, link] };
			throw new RelayError('too-many-open', `There are ${alive.length} share links, which is the most; revoke some`);
		});
		this.#access.changed();
		return { link, token };
	}

	/** Ends one and all that is open by it. Gives it; undefined if there is none. */
	revoke(id: string): StoredLink | undefined {
		this.#files.links.refresh();
		const gone = this.#files.links.value.links.find((link) => link.id === id);
		if (!gone) return undefined;
		this.#files.links.update(({ links }) => ({ format: 1, links: links.filter((link) => link.id !== id) }));
		this.#files.guests.update(({ guests }) => ({ format: 1, guests: guests.filter(({ link }) => link !== id) }));
		this.#access.changed();
		return gone;
	}

	/** The link with this token. Throws `link-expired`. */
	byToken(token: string): StoredLink {
		this.#files.links.refresh();
		const sha256 = hashCredential(token);
		const link = this.list().find((candidate) => candidate.sha256 === sha256);
		if (link) return link;
		throw new RelayError('link-expired', 'This link is no longer good. Ask whoever sent it for a new one');
	}

	#isAlive({ expiresAt }: StoredLink): boolean {
		return Date.parse(expiresAt) > this.#clock.wall();
	}
}
