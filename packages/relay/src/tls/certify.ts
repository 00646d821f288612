import { createHash, createPrivateKey, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, der, explicit, implicit, integer, octets, oid, sequence, set, time, utf8, yes } from './der.ts';
import { publicKeyOf } from './key-pair.ts';

const OIDS = {
	ecdsaWithSha256: '1.2.840.10045.4.3.2',
	commonName: '2.5.4.3',
	subjectKeyIdentifier: '2.5.29.14',
	keyUsage: '2.5.29.15',
	subjectAltName: '2.5.29.17',
	basicConstraints: '2.5.29.19',
	extendedKeyUsage: '2.5.29.37',
	serverAuth: '1.3.6.1.5.5.7.3.1',
	acmeIdentifier: '1.3.6.1.5.5.7.1.31',
};

/** Tags of GeneralName (RFC 5280, 4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

export interface CertificateRequest {
	/** Host names and addresses that it is for. */
	readonly names: readonly string[];
	/** What it is called: its common name. */
	readonly subject: string;
	/** EC P-256, PEM. */
	readonly key: string;
	/** Milliseconds since 1970. */
	readonly notBefore: number;
	readonly notAfter: number;
	/** Who vouches for it; undefined: its own key. */
	readonly issuer?: { readonly subject: string; readonly key: string };
	/** Whether it vouches for others. */
	readonly isAuthority?: boolean;
	/** For TLS-ALPN-01: the SHA-256 of the key authorization (RFC 8737, 3). */
	readonly acmeIdentifier?: Uint8Array | undefined;
}

/** Writes a certificate (X.509 v3, PEM) and signs it. */
export function certify(request: CertificateRequest): string {
	const { subject, key, notBefore, notAfter, issuer = { subject, key } } = request;
	const algorithm = sequence(oid(OIDS.ecdsaWithSha256));
	const spki = publicKeyOf(key);
	const body = sequence(
		explicit(0, integer(Buffer.from([2]))),
		integer(randomBytes(16)),
		algorithm,
		nameOf(issuer.subject),
		sequence(time(notBefore), time(notAfter)),
		nameOf(subject),
		spki,
		explicit(3, sequence(...extensions(request, spki))),
	);
	const certificate = sequence(body, algorithm, bits(sign('sha256', body, createPrivateKey(issuer.key))));
	const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
	return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(subject: string): Buffer {
	return sequence(set(sequence(oid(OIDS.commonName), utf8(subject))));
}

function extensions({ names, isAuthority, acmeIdentifier }: CertificateRequest, spki: Buffer): Buffer[] {
	// Bits from the left: 0 digitalSignature, 5 keyCertSign.
	const usage = isAuthority ? bits(Buffer.from([0x04]), 2) : bits(Buffer.from([0x80]), 7);
	return [
		extension(OIDS.basicConstraints, isAuthority ? sequence(yes) : sequence(), true),
		extension(OIDS.keyUsage, usage, true),
		...(isAuthority ? [] : [extension(OIDS.extendedKeyUsage, sequence(oid(OIDS.serverAuth)))]),
		extension(OIDS.subjectKeyIdentifier, octets(createHash('sha1').update(spki).digest())),
		...(names.length > 0 ? [extension(OIDS.subjectAltName, sequence(...names.map(generalName)))] : []),
		...(acmeIdentifier ? [extension(OIDS.acmeIdentifier, octets(acmeIdentifier), true)] : []),
	];
}

function extension(id: string, value: Buffer, critical = false): Buffer {
	return sequence(oid(id), ...(critical ? [yes] : []), octets(value));
}

function generalName(name: string): Buffer {
	if (isIP(name) === 0) return implicit(DNS_NAME, Buffer.from(name, 'latin1'));
	return der(0x80 | IP_ADDRESS, addressBytes(name));
}

/** The 4 or 16 bytes of an address. */
export function addressBytes(address: string): Buffer {
	if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
	// The URL parser knows every way of writing IPv6 and gives one.
	const plain = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
	const [head = '', tail] = plain.split('::');
	const left = head.split(':').filter(Boolean);
	const right = tail?.split(':').filter(Boolean) ?? [];
	const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
	return Buffer.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}
