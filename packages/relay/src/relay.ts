import { setMaxListeners } from 'node:events';
import { type Clock, guardedClock, Lifetime, LimitedLog, type Log, LoopLag, type Millis, sleep } from '@oriel/base';
import { MAX_CAMERAS } from '@oriel/wire';
import * as v from 'valibot';
import type { Access } from './access/access.ts';
import { type Accounts, openAccounts } from './access/accounts.ts';
import type { Lease } from './access/leases.ts';
import { newSetupToken, type Owner } from './access/owner.ts';
import type { Derive } from './access/password-hash.ts';
import type { Action, Principal } from './access/permissions.ts';
import { openRelayDirectory } from './access/store/data-directory.ts';
import type { Disk } from './access/store/disk.ts';
import { cameraRoutes } from './api/cameras.ts';
import { certificateRoutes } from './api/certificate.ts';
import { controlRoutes } from './api/controls.ts';
import { operationRoutes } from './api/operations.ts';
import { RequestRates } from './api/request-rates.ts';
import { accountRoutes } from './api/routes.ts';
import { type RelayOptions, relayConfigShape } from './config.ts';
import { liveRoute, pictureRoutes, seedRoute } from './deliver/routes.ts';
import { type ReadSetting, readSetting as readSettingHere, unsentLimitAdvice } from './deliver/unsent-limit.ts';
import { faultReporter } from './errors/faults.ts';
import { RelayError } from './errors/relay-error.ts';
import { AddressRanges } from './http/address-range.ts';
import { networkOf } from './http/network.ts';
import { Peers } from './http/peer.ts';
import { HttpServer } from './http/server.ts';
import { StaticFiles } from './http/static.ts';
import { staticRoutes } from './http/static-routes.ts';
import { Turns } from './http/turns.ts';
import { Hub } from './hub/hub.ts';
import { OpenPublishers } from './ingest/open-publishers.ts';
import { agentRoute, uploadRoutes } from './ingest/routes.ts';
import { listenForSeed } from './ingest/seed.ts';
import { memoryLimits } from './memory/limits.ts';
import { Memory } from './memory/memory.ts';
import { Metrics } from './metrics/metrics.ts';
import { MAX_PACKETS_PER_TURN } from './socket/message-budget.ts';
import { networkShares } from './socket/network-shares.ts';
import { Acceptor } from './socket/talk.ts';
import { openTls, type Tls } from './tls/open.ts';
import type { Machine } from './tls/public-address.ts';

/** Between saying goodbye and closing every connection: enough for a slow peer to hear it, well under ten seconds. */
const DRAIN_MS: Millis = 3000;

export interface RelayDependencies {
	readonly clock: Clock;
	readonly log: Log;
	readonly version: string;
	/** Folder with the built page. */
	readonly page: string;
	/** Needed with `config.tls`: uniform in [0, 1), and what the machine is. */
	readonly random?: () => number;
	readonly machine?: Machine;
	/** Reads a setting of the machine's kernel; default: from its file. */
	readonly readSetting?: ReadSetting;
	/** Where the data directory is; default: the machine's own. */
	readonly disk?: Disk;
	/** The owner's password where none has been chosen; asked for only then, and set before the port opens. */
	readonly ownerPassword?: (() => string) | undefined;
	/** How passwords are hashed; default: scrypt. */
	readonly derive?: Derive | undefined;
}

/** A running relay. */
export interface Relay extends AsyncDisposable {
	/** The port that was opened. */
	readonly port: number;
	/** The port for the seed's sender, if that is on. */
	readonly seedPort: number | undefined;
	/** The certificate and how it is; undefined: plain HTTP. */
	readonly tls: Pick<Tls, 'certificate' | 'report'> | undefined;
	readonly owner: Owner;
	/** Who may do what, for programs that run the relay in their own process. */
	readonly access: Access;
	/** Resolves when what was changed so far is on disk, as far as the disk lets us. */
	kept(): Promise<void>;
	/** A set-up token, if the relay has no owner yet. */
	readonly setupToken: string | undefined;
	/** Logs and counts an exception that nothing caught, whose stack tells where it came from. */
	fault(thrown: unknown): void;
	/** Tells everybody to come back soon, then ends within a few seconds. Twice is fine. */
	close(): Promise<void>;
}

/**
 * Starts a relay: opens its data directory, then its port. Rejects, with nothing left open, if either cannot be, or if
 * `options` are not valid.
 */
export async function startRelay(
	options: RelayOptions,
	{
		clock: timers,
		log: whole,
		version,
		page,
		random = () => 0.5,
		machine = { interfaces: {}, maker: '' },
		readSetting = readSettingHere,
		disk,
		ownerPassword,
		derive,
	}: RelayDependencies,
): Promise<Relay> {
	// A limit that a program leaves out must not become none: `undefined` and `NaN` compare with every size as false.
	const config = v.parse(relayConfigShape, options);
	const log = new LimitedLog(whole, timers);
	const metrics = new Metrics(version);
	const report = faultReporter(log, metrics.countFault);
	const clock = guardedClock(timers, (thrown) => report('timer', thrown));
	const lifetime = new Lifetime();
	const stopping = new AbortController();
	// Every connection listens to it; Node would warn of a leak at the eleventh.
	setMaxListeners(0, stopping.signal);
	try {
		const takenOver = ({ name }: { readonly name: string }) =>
			accounts.events.record({
				kind: 'camera-taken-over',
				by: { kind: 'camera', credential: '', camera: name },
				about: name,
			});
		const { maxPictureBytes } = config;
		const memory = new Memory(memoryLimits(maxPictureBytes, config.memory), metrics.countMemoryPassed);
		metrics.followMemory(memory);
		const { frames, incoming, unsent, feeds } = memory;
		const hub = lifetime.use(new Hub({ clock, log, report, maxCameras: MAX_CAMERAS, frames, takenOver }));
		metrics.followCameras(hub);
		const peers = new Peers(config.trustProxy);
		const proxies = new AddressRanges(config.trustProxy ?? []);
		const directory = await openRelayDirectory(config.data, { clock, log, report, disk });
		lifetime.add(() => directory.close());
		const accounts: Accounts = await openAccounts({
			data: directory,
			peers,
			clock,
			log,
			refused: metrics.countAuthFailure,
			derive,
			report,
		});
		lifetime.add(() => accounts.close());
		const { access, owner } = accounts;
		// Before anything can be asked: no answer ever says that an owner is missing whose password is at hand.
		if (ownerPassword && !owner.isSetUp) await owner.setPassword(ownerPassword());

		const seedCamera = new Map(config.seed ? [[config.seed.camera, config.seed.camera]] : []);
		const followKeys = () => hub.setCameras(new Map([...seedCamera, ...access.cameras]));
		access.onChange(followKeys);
		followKeys();

		const { host } = config;
		const tls =
			config.tls && lifetime.use(await openTls(config.tls, { data: directory, host, clock, log, random, machine }));
		metrics.followCertificate(() => tls?.certificate.notAfter);

		const software = `oriel-relay/${version}`;
		const fellBehind = unsentLimitAdvice(readSetting, log);
		const lag = new LoopLag(clock);
		lifetime.add(() => lag.stop());
		const common = { clock, lag, log, report, access, hub, software, signal: stopping.signal, fellBehind, unsent };
		const shareOf = networkShares(clock, peers.addressOf);
		const turns = new Turns(MAX_PACKETS_PER_TURN);
		const talks = { clock, log, maxPictureBytes, incoming, unsent, shareOf, turns };
		const rates = new RequestRates({ clock, addressOf: peers.addressOf, limited: metrics.countRateLimited });
		const publishers = new OpenPublishers(() => metrics.countRateLimited('publishers'));
		const arrived = (age: number) => metrics.observeAge('ingest', age);
		const shown = (age: number) => metrics.observeAge('viewer', age);

		const http = lifetime.use(
			await HttpServer.listen<Principal, Action>({
				host: config.host,
				port: config.port,
				maxConnections: config.maxConnections,
				maxConnectionsPerAddress: config.maxConnectionsPerAddress,
				isExempt: (address) => proxies.has(address),
				limited: metrics.countRateLimited,
				clock,
				log,
				report,
				peers,
				tls,
				callerOf: (who, address) => ('credential' in who ? who.credential : networkOf(address)),
				hold: ({ who, action, params, end }) => access.lease(answerLease(who, action, params.camera, end)),
				count: (request) => rates.count(request),
				guard(request, action, params) {
					if (stopping.signal.aborted && action !== 'health.read') throw draining();
					if (config.onlyThroughProxy && action !== 'health.read' && peers.isAround(request)) throw aroundProxy();
					rates.countCall(request, action);
					const who = access.admit(request, action, params.camera);
					const counted = (known: Principal) => {
						rates.countCaller(known, action);
						return known;
					};
					return who instanceof Promise ? who.then(counted) : counted(who);
				},
				routes: [
					...uploadRoutes(hub, { ...common, publishers, incoming, maxPictureBytes, arrived }),
					...pictureRoutes(hub, common),
					seedRoute(hub, config.seed?.camera, common),
					...accountRoutes({
						...accounts,
						hub,
						version,
						signal: stopping.signal,
						pin: () => (tls?.certificate.isSelfSigned ? tls.certificate.pin : undefined),
						failed: metrics.countAuthFailure,
						limited: metrics.countRateLimited,
					}),
					...cameraRoutes(hub, clock),
					...controlRoutes({ hub, clock, events: accounts.events }),
					...certificateRoutes(() => tls?.report()),
					...operationRoutes(metrics, () => !stopping.signal.aborted, accounts.signIn),
					...staticRoutes<Principal, Action>(new StaticFiles(page), 'page.read'),
				],
				upgrades: [
					agentRoute(hub, {
						...common,
						publishers,
						acceptor: new Acceptor({ ...talks, takesPictures: true }),
						arrived,
					}),
					liveRoute({ ...common, feeds, acceptor: new Acceptor({ ...talks, takesPictures: false }), shown }),
				],
			}),
		);

		tls?.start(http.port, (certificate) => http.changeCertificate(certificate));

		const seed = config.seed && {
			...config.seed,
			host: config.host,
			camera: () => config.seed && hub.camera(config.seed.camera),
		};
		const seedListener =
			seed && lifetime.use(await listenForSeed({ ...seed, maxPictureBytes, incoming, clock, log, arrived }));

		const setupToken = owner.isSetUp ? undefined : newSetupToken(access.files, clock);
		await Promise.all([directory.kept(), metrics.followProcess()]);

		const drain = async () => {
			log.info('relay stops');
			const drained = new AbortController();
			stopping.abort();
			hub.end('shutting-down');
			await Promise.race([http.idle(), sleep(clock, DRAIN_MS, drained.signal)]);
			drained.abort();
			await lifetime.close();
		};
		let closed: Promise<void> | undefined;
		const close = () => {
			closed ??= drain();
			return closed;
		};
		return {
			port: http.port,
			seedPort: seedListener?.port,
			tls,
			owner,
			access,
			kept: () => directory.kept(),
			setupToken,
			fault: (thrown) => report('uncaught', thrown),
			close,
			[Symbol.asyncDispose]: close,
		};
	} catch (failure) {
		await lifetime.close();
		throw failure;
	}
}

/** An answer that ends of itself, as a lease. */
function answerLease(who: Principal, action: Action, camera: string | undefined, ended: () => void): Lease {
	return { who, action, ended, isBrief: true, ...(camera === undefined ? {} : { camera }) };
}

/** What those are told who come around the proxy that has the certificate: they come in the clear. */
function aroundProxy(): RelayError {
	return new RelayError('forbidden', 'This port is for the proxy in front of the relay; use its https address');
}

/** What newcomers are told while those who are here are sent away. */
function draining(): RelayError {
	return new RelayError('draining', 'The relay stops', { retryAfterSeconds: 1 });
}
