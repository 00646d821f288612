import { setMaxListeners } from 'node:events';
import { type Clock, guardedClock, Lifetime, LimitedLog, type Log, LoopLag } from '@oriel/base';
import { MAX_CAMERAS } from '@oriel/protocol';
import * as v from 'valibot';
import type { Access } from './auth/access.ts';
import { openAccounts } from './auth/accounts.ts';
import { newSetupToken, type Owner } from './auth/owner.ts';
import type { Derive } from './auth/password-hash.ts';
import { CORE_PERMISSIONS, Policy } from './auth/policy.ts';
import { openRelayDirectory } from './auth/store/data-directory.ts';
import type { Disk } from './auth/store/disk.ts';
import { closing } from './closing.ts';
import { type RelayOptions, relayConfigShape } from './config.ts';
import { Hub } from './core/hub.ts';
import { OpenPublishers } from './core/open-publishers.ts';
import { faultReporter } from './errors/faults.ts';
import { Peers } from './http/peer.ts';
import { listenHttp } from './listen-http.ts';
import { memoryLimits } from './memory/limits.ts';
import { Memory } from './memory/memory.ts';
import { Metrics } from './metrics/metrics.ts';
import { type ReadSetting, readSetting, unsentLimitAdvice } from './outputs/unsent-limit.ts';
import { OutsideNote } from './outside-note.ts';
import { openPlugins } from './plugin/open-plugins.ts';
import type { Plugin } from './plugin/plugin.ts';
import { PLUGINS } from './plugins.ts';
import { acceptors } from './socket/acceptors.ts';
import { openTls, type Tls } from './tls/open.ts';
import type { Machine } from './tls/public-address.ts';

export interface RelayDependencies {
	readonly clock: Clock;
	readonly log: Log;
	readonly version: string;
	/** Folder with the built page. */
	readonly page: string;
	/** Folder of the package `oriel`, which the relay passes on to the cameras' machines; undefined: it does not. */
	readonly program?: string | undefined;
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
	/** Inputs and outputs; default: all that Oriel has. */
	readonly plugins?: readonly Plugin[] | undefined;
}

/** A running relay. */
export interface Relay extends AsyncDisposable {
	/** The port that was opened. */
	readonly port: number;
	/** Ports of inputs and outputs that listen themselves, by their names. */
	readonly ports: Readonly<Record<string, number>>;
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
	/** Tells every client to come back soon, then ends within a few seconds. Twice is fine. */
	close(): Promise<void>;
}

/**
 * Starts a relay: opens its data directory, its inputs and outputs, then its port. Rejects, with nothing left open, if one of
 * them cannot be, or if `options` are not valid.
 */
export async function startRelay(options: RelayOptions, dependencies: RelayDependencies): Promise<Relay> {
	// A limit that a program leaves out must not become none: `undefined` and `NaN` compare with every size as false.
	const config = v.parse(relayConfigShape, options);
	const { clock: timers, version, page, disk, derive, ownerPassword, plugins = PLUGINS } = dependencies;
	const log = new LimitedLog(dependencies.log, timers);
	const metrics = new Metrics(version);
	const report = faultReporter(log, metrics.countFault);
	const clock = guardedClock(timers, (thrown) => report('timer', thrown));
	const lifetime = new Lifetime();
	const stopping = new AbortController();
	// Every connection listens to it; Node would warn of a leak at the eleventh.
	setMaxListeners(0, stopping.signal);
	try {
		const memory = new Memory(memoryLimits(config.maxPictureBytes, config.memory), metrics.countMemoryPassed);
		const directory = await openRelayDirectory(config.data, { clock, log, report, disk });
		lifetime.add(() => directory.close());
		const policy = new Policy(CORE_PERMISSIONS, ...plugins.map(({ permissions = {} }) => permissions));
		const refused = metrics.countAuthFailure;
		const accounts = await openAccounts({ data: directory, policy, clock, log, refused, derive, report });
		lifetime.add(() => accounts.close());
		const { access, owner, events } = accounts;
		// Before anything can be asked: no answer ever says that an owner is missing whose password is at hand.
		if (ownerPassword && !owner.isSetUp) await owner.setPassword(ownerPassword());

		const by = (camera: string) => ({ kind: 'camera', credential: '', camera }) as const;
		const takenOver = ({ name }: { readonly name: string }) =>
			events.record({ kind: 'camera-taken-over', by: by(name), about: name });
		const hub = lifetime.use(
			new Hub({ clock, log, report, maxCameras: MAX_CAMERAS, frames: memory.frames, takenOver }),
		);
		followKeys(hub, access, config.seed?.camera);

		const { random = () => 0.5, machine = { interfaces: {}, maker: '' } } = dependencies;
		const tlsOptions = { data: directory, host: config.host, clock, log, random, machine };
		const tls = config.tls && lifetime.use(await openTls(config.tls, tlsOptions));

		const outside = await OutsideNote.open({ data: directory, clock, machine });
		const lag = new LoopLag(clock);
		lifetime.add(() => lag.stop());
		const peers = new Peers(config.trustProxy);
		const opened = await openPlugins(plugins, lifetime, {
			...{ config, hub, access, memory, clock, lag, log, report, metrics },
			signal: stopping.signal,
			program: dependencies.program === undefined ? undefined : { folder: dependencies.program, version },
			pin: () => (tls?.certificate.isSelfSigned ? tls.certificate.pin : undefined),
			software: `oriel-relay/${version}`,
			publishers: new OpenPublishers(() => metrics.countRateLimited('publishers')),
			fellBehind: unsentLimitAdvice(dependencies.readSetting ?? readSetting, log),
			acceptor: acceptors({ config, memory, clock, log, peers }),
		});
		metrics.follow({ memory, hub, outputs: opened.outputs, certificateEnds: () => tls?.certificate.notAfter });
		const parts = { config, accounts, hub, metrics, peers, tls, outside, clock, log, report, version, page, opened };
		const http = lifetime.use(await listenHttp({ ...parts, signal: stopping.signal }));
		tls?.start(http.port, (certificate) => http.changeCertificate(certificate));

		const setupToken = owner.isSetUp ? undefined : newSetupToken(access.files, clock);
		metrics.followProcess();
		await directory.kept();
		const close = closing({ lifetime, hub, http, stopping, clock, log });
		return {
			...{ port: http.port, ports: opened.ports, tls, owner, access, setupToken, close },
			kept: () => directory.kept(),
			fault: (thrown) => report('uncaught', thrown),
			[Symbol.asyncDispose]: close,
		};
	} catch (failure) {
		await lifetime.close();
		throw failure;
	}
}

/** The hub has the cameras that have a key, and the one that needs none. */
function followKeys(hub: Hub, access: Access, keyless: string | undefined): void {
	const without: [string, string][] = keyless === undefined ? [] : [[keyless, keyless]];
	const follow = () => hub.setCameras(new Map([...without, ...access.cameras]));
	access.onChange(follow);
	follow();
}
