import { readFileSync, statSync } from 'node:fs';
import { type Cancel, type Clock, type Log, reasonOf } from '@oriel/base';
import { type Certificate, readCertificate } from './certificate.ts';
import { type CertificateReport, type Identity, reportOn } from './identity.ts';
import { TlsError } from './tls-error.ts';

/** How often the files are looked at. Two programs that write them one after the other are done in less. */
const LOOK_MS = 2000;

export interface FileOptions {
	/** Paths of the chain and of its key, both PEM. */
	readonly cert: string;
	readonly key: string;
	readonly clock: Clock;
	readonly log: Log;
}

/** The owner's own certificate. When its files change it is read again; one that cannot be used leaves the old one in place. */
export class FileIdentity implements Identity {
	readonly #options: FileOptions;
	readonly #listeners = new Set<(certificate: Certificate) => void>();
	#certificate: Certificate;
	#stamp: string;
	#problem: string | null = null;
	#cancel: Cancel = () => {};

	/** Throws TlsError `bad-files` if they cannot be used. */
	constructor(options: FileOptions) {
		this.#options = options;
		this.#stamp = stampOf(options);
		this.#certificate = load(options);
	}

	readonly isWaiting = false;

	get certificate(): Certificate {
		return this.#certificate;
	}

	report(): CertificateReport {
		return reportOn(this.#certificate, 'files', this.#options.clock.wall(), { problem: this.#problem });
	}

	onChange(listener: (certificate: Certificate) => void): void {
		this.#listeners.add(listener);
	}

	start(): void {
		this.#cancel = this.#options.clock.every(LOOK_MS, () => this.#look());
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#cancel();
	}

	#look(): void {
		const { log } = this.#options;
		const stamp = stampOf(this.#options);
		if (stamp === this.#stamp) return;
		this.#stamp = stamp;
		try {
			this.#certificate = load(this.#options);
			this.#problem = null;
			log.info('the certificate was read again', { notAfter: this.report().notAfter });
			for (const listener of this.#listeners) listener(this.#certificate);
		} catch (failure) {
			this.#problem = reasonOf(failure);
			log.error('the new certificate cannot be used; the old one stays', { reason: this.#problem });
		}
	}
}

function load({ cert, key }: FileOptions): Certificate {
	try {
		return readCertificate({ cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') });
	} catch (cause) {
		throw new TlsError('bad-files', `The certificate ${cert} with the key ${key}: ${reasonOf(cause)}`, { cause });
	}
}

/** Something that differs whenever one of the files has been changed. */
function stampOf({ cert, key }: FileOptions): string {
	return [cert, key]
		.map((path) => {
			const stats = statSync(path, { throwIfNoEntry: false });
			return stats ? `${stats.ino} ${stats.mtimeMs} ${stats.size}` : '';
		})
		.join(' / ');
}
