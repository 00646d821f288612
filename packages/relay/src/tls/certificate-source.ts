import type { Certificate } from './certificate.ts';
import { isEnding } from './schedule.ts';

/** What the owner may know of the certificate. Times are ISO 8601. */
export interface CertificateReport {
	/** Where it is from: an authority, the owner's files, or made here. */
	readonly source: 'ordered' | 'files' | 'self-signed';
	/** `ending`: less than a quarter of its life is left, and it should have been renewed long ago. */
	readonly state: 'good' | 'self-signed' | 'ending' | 'ended';
	readonly names: readonly string[];
	readonly issuer: string;
	readonly notBefore: string;
	readonly notAfter: string;
	/** What agents pin. */
	readonly pin: string;
	/** What is wrong, in words; null while nothing is. */
	readonly problem: string | null;
	/** When a new one is ordered next, if the last order failed. */
	readonly nextTryAt: string | null;
}

/** Who this relay is to those who call by TLS: one certificate at any time, and news when there is another. */
export interface CertificateSource extends AsyncDisposable {
	readonly certificate: Certificate;
	/** Whether this is not the certificate that is wanted: one is being ordered for the first time. */
	readonly isWaiting: boolean;
	report(): CertificateReport;
	/** Calls `listener` with each new certificate. */
	onChange(listener: (certificate: Certificate) => void): void;
	/** The ports are open: whatever takes its time may begin. */
	start(): void;
}

/** A report of a certificate. */
export function reportOn(
	certificate: Certificate,
	source: CertificateReport['source'],
	wall: number,
	trouble: { readonly problem?: string | null; readonly nextTryAt?: string | null } = {},
): CertificateReport {
	const { names, issuer, notBefore, notAfter, pin } = certificate;
	return {
		source,
		state: stateOf(certificate, wall),
		names,
		issuer,
		notBefore: new Date(notBefore).toISOString(),
		notAfter: new Date(notAfter).toISOString(),
		pin,
		problem: trouble.problem ?? null,
		nextTryAt: trouble.nextTryAt ?? null,
	};
}

function stateOf(certificate: Certificate, wall: number): CertificateReport['state'] {
	if (certificate.notAfter <= wall) return 'ended';
	if (isEnding(certificate, wall)) return 'ending';
	return certificate.isSelfSigned ? 'self-signed' : 'good';
}
