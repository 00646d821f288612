import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { reasonOf } from '@oriel/base';
import type { Credentials } from '../http/tls-door.ts';
import { pinOf } from './key-pair.ts';
import { TlsError } from './tls-error.ts';

/** A certificate with what people want to know of it. */
export interface Certificate extends Credentials {
	/** Host names and addresses that it is for. */
	readonly names: readonly string[];
	/** Milliseconds since 1970. */
	readonly notBefore: number;
	readonly notAfter: number;
	/** Who vouches for it, in few words. */
	readonly issuer: string;
	readonly isSelfSigned: boolean;
	/** `sha256/…` of its public key. */
	readonly pin: string;
}

/** Reads a certificate and makes sure that the key is its own. Throws TlsError `bad-files`. */
export function readCertificate({ cert, key }: Credentials): Certificate {
	const x509 = parsed('certificate', () => new X509Certificate(cert));
	const privateKey = parsed('key', () => createPrivateKey(key));
	if (!x509.checkPrivateKey(privateKey)) {
		throw new TlsError('bad-files', 'the key is not the one of the certificate');
	}
	return {
		cert,
		key,
		names: namesOf(x509),
		notBefore: Date.parse(x509.validFrom),
		notAfter: Date.parse(x509.validTo),
		issuer: issuerOf(x509),
		isSelfSigned: x509.subject === x509.issuer && x509.verify(x509.publicKey),
		pin: pinOf(x509.publicKey),
	};
}

/** Whether a certificate is for all of these names. */
export function covers(certificate: Certificate, names: readonly string[]): boolean {
	return names.every((name) => certificate.names.includes(normal(name)));
}

/** Whether its first name is one that people choose, not an address. */
export function isByName({ names: [name = ''] }: Certificate): boolean {
	return isIP(name) === 0;
}

/** One spelling for each name. */
export function normal(name: string): string {
	if (isIP(name) === 6) return new URL(`http://[${name}]/`).hostname.slice(1, -1);
	return name.toLowerCase();
}

function parsed<T>(what: string, parse: () => T): T {
	try {
		return parse();
	} catch (cause) {
		throw new TlsError('bad-files', `the ${what} cannot be read: ${reasonOf(cause)}; expected PEM`, { cause });
	}
}

function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
	return [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = '']) => normal(name));
}

function issuerOf({ issuer }: X509Certificate): string {
	const fields = new Map(issuer.split('\n').map((line) => line.split(/=(.*)/s, 2) as [string, string]));
	return [fields.get('O'), fields.get('CN')].filter(Boolean).join(' ') || 'unknown';
}
