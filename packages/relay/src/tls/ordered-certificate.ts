import { type Clock, type Log, reasonOf, sleep } from '@oriel/base';
import { orderCertificate } from './acme.ts';
import { type Certificate, covers, readCertificate } from './certificate.ts';
import { type CertificateReport, type CertificateSource, reportOn } from './certificate-source.ts';
import type { Challenges, ChallengeType } from './challenges.ts';
import { renewAt, retryDelay } from './schedule.ts';
import { keptOrNew, usable } from './self-signed-certificate.ts';
import type { TlsStore } from './store.ts';
import { TlsError } from './tls-error.ts';

/** At most this long between two looks at the clock: a machine that has slept must not be late by as much. */
const LOOK_MS = 3_600_000;

export interface OrderedOptions {
	readonly store: TlsStore;
	readonly challenges: Challenges;
	/** What the certificate is for. */
	readonly names: readonly string[];
	/** What the self-signed one is for that is shown until there is another. */
	readonly fallbackNames: readonly string[];
	readonly directory: string;
	readonly email: string | undefined;
	/** Which ways can work here, asked before each order; the next one is tried when one has failed. */
	readonly ways: () => readonly ChallengeType[];
	readonly clock: Clock;
	readonly log: Log;
	/** Uniform in [0, 1). */
	readonly random: () => number;
	/** For tests: orders a certificate as `orderCertificate` does. */
	readonly order?: typeof orderCertificate;
}

type Known = Pick<TlsStore['state'], 'problem' | 'nextTryAt'>;

/**
 * A certificate that is ordered, kept, and renewed in time. Until there is one, a self-signed one with the same key is
 * shown; when renewing fails, the old one stays. An order is noted before it begins, so that a relay that is started
 * again and again orders no more often than one that runs.
 */
export class OrderedCertificate implements CertificateSource {
	readonly #options: OrderedOptions;
	readonly #listeners = new Set<(certificate: Certificate) => void>();
	readonly #stop = new AbortController();
	/** A disk that does not answer must not keep the relay from ending. */
	readonly #stopped = new Promise<void>((resolve) => {
		this.#stop.signal.addEventListener('abort', () => resolve(), { once: true });
	});
	#certificate: Certificate;
	#isOrdered: boolean;
	/** Drawn again for each certificate. */
	#chance: number;
	#living: Promise<void> = Promise.resolve();
	/** What was known before the order that is under way: the note on disk already says that it was cut off, in case it is. */
	#underWay: Known | undefined;

	constructor(options: OrderedOptions) {
		this.#options = options;
		const kept = keptOrder(options);
		this.#isOrdered = kept !== undefined;
		this.#certificate = kept ?? keptOrNew({ ...options, names: options.fallbackNames });
		this.#chance = options.random();
	}

	get certificate(): Certificate {
		return this.#certificate;
	}

	get isWaiting(): boolean {
		return !this.#isOrdered;
	}

	report(): CertificateReport {
		const { clock } = this.#options;
		const source = this.#isOrdered ? 'ordered' : 'self-signed';
		const { problem, nextTryAt } = this.#underWay ?? this.#known();
		return reportOn(this.#certificate, source, clock.wall(), { problem, nextTryAt });
	}

	onChange(listener: (certificate: Certificate) => void): void {
		this.#listeners.add(listener);
	}

	start(): void {
		this.#living = this.#live();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#stop.abort();
		await this.#living;
	}

	async #live(): Promise<void> {
		const { clock, log } = this.#options;
		const { signal } = this.#stop;
		while (!signal.aborted) {
			const wait = this.#dueAt() - clock.wall();
			if (wait > 0) await sleep(clock, Math.min(wait, LOOK_MS), signal);
			else
				await this.#renew().catch((failure) => {
					log.error('the state of ordering certificates cannot be kept', { reason: reasonOf(failure) });
					return sleep(clock, LOOK_MS, signal);
				});
		}
	}

	/** When the next order is due: milliseconds since 1970. */
	#dueAt(): number {
		const { state } = this.#options.store;
		const wanted = this.#isOrdered ? renewAt(this.#certificate, this.#chance) : 0;
		const allowed = this.#isOurs(state) && state.nextTryAt !== null ? Date.parse(state.nextTryAt) : 0;
		return Math.max(wanted, allowed);
	}

	async #renew(): Promise<void> {
		const { store, names, directory, clock, log, random } = this.#options;
		const { state } = store;
		const before = this.#isOurs(state) ? state.failures : 0;
		const subject = { ...state, directory, names: [...names] };
		const noted = (problem: string, notBefore = 0) => {
			const next = Math.max(notBefore, clock.wall() + retryDelay(before + 1, random));
			const nextTryAt = new Date(next).toISOString();
			store.state = { ...subject, failures: before + 1, nextTryAt, problem };
			return nextTryAt;
		};
		this.#underWay = this.#known();
		noted('the last order was cut off before its end');
		// On disk first: a relay that is started again and again must not order again and again.
		await Promise.race([store.flush(), this.#stopped]);
		if (this.#stop.signal.aborted) return;
		try {
			const certificate = await this.#order(before);
			store.keep('ordered', certificate.cert);
			store.state = { ...subject, failures: 0, nextTryAt: null, issuedBy: directory, problem: null };
			this.#use(certificate);
		} catch (failure) {
			if (this.#stop.signal.aborted) return;
			const problem = reasonOf(failure);
			const nextTryAt = noted(problem, failure instanceof TlsError ? failure.retryAt : undefined);
			log.error('no new certificate', { reason: problem, nextTryAt, failures: before + 1 });
		} finally {
			this.#underWay = undefined;
		}
	}

	async #order(failures: number): Promise<Certificate> {
		const { store, order = orderCertificate, log, names } = this.#options;
		const ways = this.#options.ways();
		const type = ways[failures % Math.max(ways.length, 1)];
		if (type === undefined) {
			const words = 'neither port 80 nor port 443 can be opened here, and one of them is needed to prove the name';
			throw new TlsError('not-proven', `${words}; is another program using them, or are they not allowed to us?`);
		}
		const { key, accountKey } = store;
		log.info('a certificate is ordered', { names: names.join(' '), directory: this.#options.directory, type });
		const cert = await order({ ...this.#options, key, accountKey, type, signal: this.#stop.signal });
		const certificate = readCertificate({ cert, key });
		if (covers(certificate, names)) return certificate;
		throw new TlsError('bad-names', `the certificate that came is for ${certificate.names.join(', ')}`);
	}

	#use(certificate: Certificate): void {
		this.#certificate = certificate;
		this.#isOrdered = true;
		this.#chance = this.#options.random();
		const { names, notAfter } = this.report();
		this.#options.log.info('there is a new certificate', { names: names.join(' '), notAfter });
		for (const listener of this.#listeners) listener(certificate);
	}

	#known(): Known {
		const { state } = this.#options.store;
		return this.#isOurs(state) ? state : { problem: null, nextTryAt: null };
	}

	/** Whether what is noted is about the certificate that is wanted now. */
	#isOurs({ directory, names }: TlsStore['state']): boolean {
		return directory === this.#options.directory && names.join() === this.#options.names.join();
	}
}

/** The certificate of an earlier order, if it is what is wanted now. */
function keptOrder({ store, names, directory }: OrderedOptions): Certificate | undefined {
	const kept = store.state.issuedBy === directory ? store.read('ordered') : undefined;
	const certificate = kept === undefined ? undefined : usable(kept, store.key);
	return certificate && covers(certificate, names) ? certificate : undefined;
}
