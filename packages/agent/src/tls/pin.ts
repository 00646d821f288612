import { createHash, type X509Certificate } from 'node:crypto';
import { AgentError } from '../errors/agent-error.ts';

/** `sha256/` and the Base64 of 32 bytes. */
const PIN = /^sha256\/[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/** A pin as a relay prints it, or as a camera's certificate was told of. Throws AgentError `bad-option`. */
export function readPin(text: string): string {
	const pin = text.trim();
	if (PIN.test(pin)) return pin;
	throw new AgentError(
		'bad-option',
		`${JSON.stringify(text)} is not a pin; expected: sha256/ and 44 letters, as it was printed`,
	);
}

/** The pin of a certificate: `sha256/` and the Base64 of the SHA-256 of its public key (RFC 7469, 2.4). */
export function pinOf({ publicKey }: Pick<X509Certificate, 'publicKey'>): string {
	const spki = publicKey.export({ type: 'spki', format: 'der' });
	return `sha256/${createHash('sha256').update(spki).digest('base64')}`;
}
