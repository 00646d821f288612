import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import { type Clock, Lifetime, type Log } from '@oriel/base';
import { LETS_ENCRYPT } from './acme.ts';
import { type Certificate, isByName, normal } from './certificate.ts';
import type { CertificateReport, CertificateSource } from './certificate-source.ts';
import { Challenges, type ChallengeType } from './challenges.ts';
import { FileCertificate } from './file-certificate.ts';
import { OrderedCertificate } from './ordered-certificate.ts';
import { findPublicAddress, type Machine } from './public-address.ts';
import { RedirectServer } from './redirect-server.ts';
import { SelfSignedCertificate } from './self-signed-certificate.ts';
import { type TlsDirectory, TlsStore } from './store.ts';
import type { TlsConfig } from './tls-config.ts';
import { TlsDemux } from './tls-demux.ts';

export interface TlsDependencies {
	readonly data: TlsDirectory;
	readonly host: string;
	readonly clock: Clock;
	readonly log: Log;
	/** Uniform in [0, 1). */
	readonly random: () => number;
	readonly machine: Machine;
}

/** Everything about TLS of one relay. */
export interface Tls extends AsyncDisposable {
	/** What the TLS port shows now. */
	readonly certificate: Certificate;
	report(): CertificateReport;
	/** Looks at each new connection of the TLS port; see TlsDemux. */
	greet(socket: Socket, enter: () => void): void;
	/** Whether browsers may be told to come by https only from now on: there is a certificate for a name that they trust. */
	readonly isStrict: boolean;
	/** The TLS port is open: `changed` is called with every new certificate from now on. */
	start(httpsPort: number, changed: (certificate: Certificate) => void): void;
}

/** Finds out which certificate this relay is to have, and opens the port for plain HTTP beside it. */
export async function openTls(config: TlsConfig, dependencies: TlsDependencies): Promise<Tls> {
	const { host, log, data, clock } = dependencies;
	const lifetime = new Lifetime();
	const challenges = new Challenges();
	let port = 0;
	const httpsPort = () => port;
	let plain: RedirectServer | undefined;
	// TLS-ALPN-01 is always tried on 443: on another port only if the owner has said that it leads here.
	const ways = (): ChallengeType[] => {
		if (config.mode !== 'auto') return [];
		if (config.challenge !== undefined) return [config.challenge];
		return [...(plain ? (['http-01'] as const) : []), ...(port === 443 ? (['tls-alpn-01'] as const) : [])];
	};
	try {
		const source = lifetime.use(
			await identify(config, { ...dependencies, challenges, ways, store: () => TlsStore.open(data) }),
		);
		const isWaiting = () => source.isWaiting;
		const redirectPort = config.httpPort ?? undefined;
		if (redirectPort !== undefined) {
			plain = await RedirectServer.open({
				host,
				port: redirectPort,
				challenges,
				isWaiting,
				httpsPort,
				isNeeded: source instanceof OrderedCertificate,
				log,
			});
			if (plain) lifetime.use(plain);
		}
		const { greet } = new TlsDemux({ challenges, httpsPort, clock });
		return {
			get certificate() {
				return source.certificate;
			},
			get isStrict() {
				const { certificate } = source;
				return !certificate.isSelfSigned && isByName(certificate);
			},
			report: () => source.report(),
			greet,
			start(opened, changed) {
				port = opened;
				source.onChange(changed);
				source.start();
			},
			[Symbol.asyncDispose]: () => lifetime.close(),
		};
	} catch (failure) {
		await lifetime.close();
		throw failure;
	}
}

interface Means extends TlsDependencies {
	readonly challenges: Challenges;
	readonly ways: () => readonly ChallengeType[];
	readonly store: () => Promise<TlsStore>;
}

async function identify(config: TlsConfig, means: Means): Promise<CertificateSource> {
	const { log } = means;
	if (config.mode === 'files') return FileCertificate.open({ ...config, ...means, disk: means.data.disk });
	const store = await means.store();
	const wanted = config.mode === 'auto' ? await namesFor(config, means) : { names: [], problem: null };
	const fallbackNames = [...new Set([...wanted.names, ...ownNames(means)].map(normal))];
	if (config.mode === 'self-signed' || wanted.names.length === 0) {
		if (wanted.problem) log.warn('this relay has a self-signed certificate', { reason: wanted.problem });
		return new SelfSignedCertificate({ ...means, store, names: fallbackNames, problem: wanted.problem });
	}
	const { directory = LETS_ENCRYPT, email } = config;
	return new OrderedCertificate({ ...means, store, names: wanted.names, fallbackNames, directory, email });
}

/** What the certificate is to be for: the names that were said, or this machine's public address. */
async function namesFor(
	{ domains, publicAddress }: Extract<TlsConfig, { mode: 'auto' }>,
	{ machine, clock }: Means,
): Promise<{ readonly names: readonly string[]; readonly problem: string | null }> {
	if (domains && domains.length > 0) return { names: domains.map(normal), problem: null };
	if (publicAddress !== undefined) return { names: [normal(publicAddress)], problem: null };
	const { address, words } = await findPublicAddress(machine, clock);
	return address === undefined ? { names: [], problem: words } : { names: [address], problem: null };
}

/** Names under which people on the same network may come. */
function ownNames({ machine, host }: Means): string[] {
	const addresses = Object.values(machine.interfaces).flatMap((each) => each ?? []);
	const outside = addresses.filter(({ address }) => !address.startsWith('fe80:')).map(({ address }) => address);
	const name = hostname().toLowerCase();
	const isName = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(name);
	const wildcard = host === '0.0.0.0' || host === '::';
	return [
		...(isName ? [name, ...(name.includes('.') ? [] : [`${name}.local`])] : []),
		'localhost',
		...outside,
		...(wildcard ? [] : [host]),
	];
}
