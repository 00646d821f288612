import { createHash, randomBytes } from 'node:crypto';

/** Bytes of randomness in every key, token, session and link: far beyond guessing, so a fast hash at rest is enough. */
const SECRET_BYTES = 32;

/** What a credential opens; its first letters say so, so that people and scanners can tell what leaked. */
export type CredentialKind = 'key' | 'token' | 'session' | 'guest' | 'link' | 'invite' | 'share';

/** A new secret, e.g. `oriel_key_…`. It exists only here and with whom it is given to; files keep its hash. */
export function newCredential(kind: CredentialKind): string {
	return `oriel_${kind}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** SHA-256 of a credential, in hexadecimal: how it is stored and looked up. */
export function hashCredential(secret: string): string {
	return createHash('sha256').update(secret, 'utf8').digest('hex');
}

/** A short name for a stored credential, for lists and for revoking: the beginning of its hash gives nothing away. */
export function idOf(sha256: string): string {
	return sha256.slice(0, 12);
}
