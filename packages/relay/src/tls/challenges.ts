import { createHash } from 'node:crypto';
import type { Credentials } from '../http/tls-door.ts';
import { newPrivateKey } from './key-pair.ts';
import { selfSigned } from './self-signed.ts';

/** How an authority convinces itself that a name is ours. */
export type ChallengeType = 'http-01' | 'tls-alpn-01';

/** The protocol name of TLS-ALPN-01 (RFC 8737). */
export const ACME_TLS = 'acme-tls/1';

/** What an authority may find here at the moment: one challenge at a time. */
export class Challenges {
	#http: { readonly token: string; readonly answer: string } | undefined;
	#alpn: Credentials | undefined;

	/** The answer to a token of HTTP-01. */
	answerTo(token: string): string | undefined {
		return this.#http?.token === token ? this.#http.answer : undefined;
	}

	/** The certificate of TLS-ALPN-01. */
	get alpn(): Credentials | undefined {
		return this.#alpn;
	}

	/** Puts the answer to a challenge where the authority looks. `now`: milliseconds since 1970. */
	offer(type: ChallengeType, name: string, token: string, keyAuthorization: string, now: number): void {
		this.clear();
		if (type === 'http-01') {
			this.#http = { token, answer: keyAuthorization };
			return;
		}
		const key = newPrivateKey();
		const acmeIdentifier = createHash('sha256').update(keyAuthorization).digest();
		this.#alpn = { key, cert: selfSigned({ names: [name], key, now, acmeIdentifier }) };
	}

	clear(): void {
		this.#http = undefined;
		this.#alpn = undefined;
	}
}
