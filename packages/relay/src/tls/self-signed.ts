import { certify } from './certify.ts';

/** Longer, and Apple's browsers refuse it even after a person has said that they trust it. */
const LIFETIME_DAYS = 825;
/** Into the past: the client's clock may be behind. */
const MARGIN_DAYS = 1;
const DAY_MS = 86_400_000;

export interface SelfSignedWish {
	/** Host names and addresses that it is for; at least one. */
	readonly names: readonly string[];
	/** EC P-256, PEM. */
	readonly key: string;
	/** Milliseconds since 1970. */
	readonly now: number;
	/** For TLS-ALPN-01: the SHA-256 of the key authorization (RFC 8737, 3). */
	readonly acmeIdentifier?: Uint8Array;
}

/** A certificate (PEM) that only its own key vouches for. */
export function selfSigned({ names, key, now, acmeIdentifier }: SelfSignedWish): string {
	const notBefore = now - MARGIN_DAYS * DAY_MS;
	const notAfter = notBefore + LIFETIME_DAYS * DAY_MS;
	return certify({ names, subject: 'Oriel relay', key, notBefore, notAfter, acmeIdentifier });
}
