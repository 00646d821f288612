import { type Cancel, type Clock, type Log, reasonOf, systemCode } from '@oriel/base';
import type { Disk } from '../auth/store/disk.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { type CertificateReport, type CertificateSource, reportOn } from './certificate-source.ts';
import { TlsError } from './tls-error.ts';

/** How often the files are looked at. Two programs that write them one after the other are done in less. */
const LOOK_MS = 2000;

export interface FileOptions {
	/** Paths of the chain and of its key, both PEM. */
	readonly cert: string;
	readonly key: string;
	/** Where they are. */
	readonly disk: Disk;
	readonly clock: Clock;
	readonly log: Log;
}

/** The owner's own certificate. When its files change it is read again; one that cannot be used leaves the old one in place. */
export class FileCertificate implements CertificateSource {
	readonly #options: FileOptions;
	readonly #listeners = new Set<(certificate: Certificate) => void>();
	#certificate: Certificate;
	#stamp: string;
	#problem: string | null = null;
	#cancel: Cancel = () => {};
	#isLooking = false;

	private constructor(options: FileOptions, stamp: string, certificate: Certificate) {
		this.#options = options;
		this.#stamp = stamp;
		this.#certificate = certificate;
	}

	/** Rejects with TlsError `bad-files` if they cannot be used. */
	static async open(options: FileOptions): Promise<FileCertificate> {
		const stamp = await stampOf(options);
		return new FileCertificate(options, stamp, await load(options));
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
		this.#cancel = this.#options.clock.every(LOOK_MS, () => void this.#lookOnce());
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#cancel();
	}

	/** A disk that does not answer is not asked again meanwhile. */
	async #lookOnce(): Promise<void> {
		if (this.#isLooking) return;
		this.#isLooking = true;
		await this.#look();
		this.#isLooking = false;
	}

	async #look(): Promise<void> {
		const { log } = this.#options;
		try {
			const stamp = await stampOf(this.#options);
			if (stamp === this.#stamp) return;
			this.#stamp = stamp;
			this.#certificate = await load(this.#options);
			this.#problem = null;
			log.info('the certificate was read again', { notAfter: this.report().notAfter });
			for (const listener of this.#listeners) listener(this.#certificate);
		} catch (failure) {
			// A disk that could not be read is looked at as if its files were new.
			if (!(failure instanceof TlsError) || systemCode(failure.cause)) this.#stamp = '';
			const problem = reasonOf(failure);
			if (problem !== this.#problem) {
				log.error('the new certificate cannot be used; the old one stays', { reason: problem });
			}
			this.#problem = problem;
		}
	}
}

async function load({ cert, key, disk }: FileOptions): Promise<Certificate> {
	try {
		return readCertificate({ cert: await textAt(cert, disk), key: await textAt(key, disk) });
	} catch (cause) {
		throw new TlsError('bad-files', `The certificate ${cert} with the key ${key}: ${reasonOf(cause)}`, { cause });
	}
}

async function textAt(path: string, disk: Disk): Promise<string> {
	const found = await disk.read(path);
	if (found) return found.text;
	throw new Error(`ENOENT: there is no file ${path}`);
}

/** Something that differs whenever one of the files has been changed. */
async function stampOf({ cert, key, disk }: FileOptions): Promise<string> {
	const stamps: string[] = [];
	for (const path of [cert, key]) stamps.push((await disk.stat(path))?.stamp ?? '');
	return stamps.join(' / ');
}
