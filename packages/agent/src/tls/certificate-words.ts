import type { X509Certificate } from 'node:crypto';
import { pinOf } from './pin.ts';

/** What was expected at the other end. */
export type TlsPeer = 'relay' | 'camera';

/** A certificate that was not accepted, and where. */
export interface Refused {
	readonly peer: TlsPeer;
	/** Host and port, as the address has them. */
	readonly host: string;
	readonly certificate: X509Certificate;
	/** Milliseconds since 1970, as this machine believes. */
	readonly now: number;
}

/** Another key than the pinned one. */
export function pinMismatch(expected: string, { peer, host, certificate }: Refused): string {
	const advice =
		peer === 'relay'
			? 'if you have set the relay up again, use the pin that it prints now'
			: 'if you have replaced or reset the camera, use the new pin';
	const what = `${host} is not the ${peer} that the pin belongs to, or it has a new key`;
	return `${what}; expected ${expected}, seen ${pinOf(certificate)}; ${advice}; otherwise it may be an impostor`;
}

/** What a code of OpenSSL means for the owner of the camera. */
export function unverified(code: string, refused: Refused): string {
	return refused.peer === 'camera' ? cameraWords(code, refused) : relayWords(code, refused);
}

/** Few cameras have a certificate that an authority stands behind, or could get one: the pin is the remedy for all faults. */
function cameraWords(code: string, { host, certificate }: Refused): string {
	const seen = code === 'DEPTH_ZERO_SELF_SIGNED_CERT' ? 'is self-signed' : `cannot be verified (${code})`;
	return `the certificate of the camera at ${host} ${seen}. If you trust the network between here and the camera, accept this certificate and no other: --camera-pin ${pinOf(certificate)}`;
}

function relayWords(code: string, { host, certificate, now }: Refused): string {
	const here = `this machine believes that it is ${new Date(now).toISOString()}`;
	switch (code) {
		case 'CERT_HAS_EXPIRED':
			return `the certificate of ${host} ended on ${dateOf(certificate.validTo)}; ${here}. Is its clock right? Then see on the relay's page why there is no new one`;
		case 'CERT_NOT_YET_VALID':
			return `the certificate of ${host} begins on ${dateOf(certificate.validFrom)}; ${here}. Its clock is wrong`;
		case 'ERR_TLS_CERT_ALTNAME_INVALID':
			return `the certificate of ${host} is for ${namesOf(certificate)}; use one of these as the address of the relay`;
		case 'DEPTH_ZERO_SELF_SIGNED_CERT':
			return `the certificate of ${host} is self-signed. Compare its pin with the one that the relay prints; only if they are the same, add: --relay-pin ${pinOf(certificate)}`;
		default:
			return `the certificate of ${host} is from ${oneLine(certificate.issuer)}, whom this machine does not know (${code})`;
	}
}

function namesOf({ subjectAltName = '' }: X509Certificate): string {
	const names = [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = '']) => name);
	return names.length > 0 ? oneLine(names.slice(0, 5).join(', ')) : 'no name at all';
}

function dateOf(text: string): string {
	const at = Date.parse(text);
	return Number.isNaN(at) ? oneLine(text) : new Date(at).toISOString();
}

/** The words of a stranger on one line. */
function oneLine(text: string): string {
	return text
		.replace(/\p{C}+/gu, ' ')
		.trim()
		.slice(0, 200);
}
