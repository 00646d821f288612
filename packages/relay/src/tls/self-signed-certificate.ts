import type { Cancel, Clock, Log } from '@oriel/base';
import { type Certificate, covers, readCertificate } from './certificate.ts';
import { type CertificateReport, type CertificateSource, reportOn } from './certificate-source.ts';
import { renewAt } from './schedule.ts';
import { selfSigned } from './self-signed.ts';
import type { TlsStore } from './store.ts';

const LOOK_MS = 3_600_000;

export interface SelfSignedOptions {
	readonly store: TlsStore;
	readonly names: readonly string[];
	/** Why there is nothing better, for the owner; null if this is what was wanted. */
	readonly problem: string | null;
	readonly clock: Clock;
	readonly log: Log;
}

/** A certificate that this relay makes for itself. Its key is the relay's own, so that a pin stays good when it is replaced. */
export class SelfSignedCertificate implements CertificateSource {
	readonly #options: SelfSignedOptions;
	readonly #listeners = new Set<(certificate: Certificate) => void>();
	#certificate: Certificate;
	#cancel: Cancel = () => {};

	constructor(options: SelfSignedOptions) {
		this.#options = options;
		this.#certificate = keptOrNew(options);
	}

	readonly isWaiting = false;

	get certificate(): Certificate {
		return this.#certificate;
	}

	report(): CertificateReport {
		const { clock, problem } = this.#options;
		return reportOn(this.#certificate, 'self-signed', clock.wall(), { problem });
	}

	onChange(listener: (certificate: Certificate) => void): void {
		this.#listeners.add(listener);
	}

	start(): void {
		this.#cancel = this.#options.clock.every(LOOK_MS, () => {
			const fresh = keptOrNew(this.#options);
			if (fresh.cert === this.#certificate.cert) return;
			this.#certificate = fresh;
			this.#options.log.info('the self-signed certificate was replaced; its key is the same');
			for (const listener of this.#listeners) listener(fresh);
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#cancel();
	}
}

/** The self-signed certificate that was kept, if it is still the right one, or a new one, which is kept. */
export function keptOrNew({ store, names, clock }: Pick<SelfSignedOptions, 'store' | 'names' | 'clock'>): Certificate {
	const { key } = store;
	const kept = store.read('self-signed');
	if (kept !== undefined) {
		const certificate = usable(kept, key);
		if (certificate && covers(certificate, names) && clock.wall() < renewAt(certificate, 0)) return certificate;
	}
	const cert = selfSigned({ names, key, now: clock.wall() });
	store.keep('self-signed', cert);
	return readCertificate({ cert, key });
}

/** A kept chain with the relay's key; undefined if the two do not belong together any more. */
export function usable(cert: string, key: string): Certificate | undefined {
	try {
		return readCertificate({ cert, key });
	} catch {
		return undefined;
	}
}
