import { reasonOf } from '@oriel/base';
import { LETS_ENCRYPT, type RelayConfig } from '@oriel/relay';
import type { Environment } from '../../../options/read.ts';
import { readOptions } from '../../../options/read.ts';
import { RELAY_ENVIRONMENT_PATH } from '../../../service/relay-service.ts';
import { configOf, relayOptions } from '../../relay-options.ts';
import { TLS_PORT, TLS_PORT_FOR_ANYBODY } from '../../relay-tls.ts';
import { listenersOf } from './sockets.ts';
import { type MachineView, textAt } from './view.ts';

const DEFAULT_MAX_CONNECTIONS = 10_000;

/** How the relay of this machine runs, or would run. */
export interface RelayFacts {
	/** Its process, if it was found. */
	readonly pid: number | undefined;
	/** Why its options are not known; undefined: they are. */
	readonly doubt: string | undefined;
	readonly config: RelayConfig;
	readonly port: number;
	/** For plain HTTP beside TLS; undefined: none. */
	readonly httpPort: number | undefined;
	readonly maxConnections: number;
	/** Names that certificates are ordered for. */
	readonly domains: readonly string[];
	/** The authority that they are ordered from; undefined: none are. */
	readonly authority: string | undefined;
}

/** Reads the options of the running relay from its command line and environment, as itself has; else those of the service. */
export async function relayFacts(view: MachineView): Promise<RelayFacts> {
	const { argv, env, doubt } = saidTo(view);
	try {
		return await factsOf(view, argv, env, doubt);
	} catch (failure) {
		return factsOf(view, [], {}, `its options could not be read: ${reasonOf(failure)}`);
	}
}

interface Said {
	readonly argv: readonly string[];
	readonly env: Environment;
	readonly doubt?: string;
}

function saidTo(view: MachineView): Said {
	const { running } = view;
	if (running.state === 'here') {
		const words = textAt(view, `/proc/${running.pid}/cmdline`)?.split('\0') ?? [];
		const at = words.indexOf('relay');
		const argv = at < 0 ? [] : words.slice(at + 1, -1);
		const environment = textAt(view, `/proc/${running.pid}/environ`);
		if (environment === undefined)
			return { argv, env: {}, doubt: 'its environment can be read by root only, so options given there are not known' };
		return { argv, env: variablesIn(environment.split('\0')) };
	}
	if (running.state === 'unknown') return { argv: [], env: {}, doubt: running.words };
	const file = textAt(view, RELAY_ENVIRONMENT_PATH) ?? '';
	return { argv: [], env: variablesIn(file.split('\n').map((line) => line.replace(/^(\w+)="(.*)"$/, '$1=$2'))) };
}

function variablesIn(lines: readonly string[]): Environment {
	const entries = lines.map((line) => /^(ORIEL_\w+|STATE_DIRECTORY)=(.*)$/s.exec(line)?.slice(1, 3) ?? []);
	return Object.fromEntries(entries.filter((entry) => entry.length === 2));
}

async function factsOf(
	view: MachineView,
	argv: readonly string[],
	env: Environment,
	doubt: string | undefined,
): Promise<RelayFacts> {
	const { values } = await readOptions(relayOptions, argv, env);
	const config = configOf(values, { env });
	const { tls } = config;
	const isOrdered = tls?.mode === 'auto';
	return {
		pid: view.running.state === 'here' ? view.running.pid : undefined,
		doubt,
		config,
		port: values.port ?? (tls ? tlsPort(view) : config.port),
		httpPort: tls?.httpPort ?? undefined,
		maxConnections: config.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
		domains: isOrdered ? (tls.domains ?? []) : [],
		authority: isOrdered ? (tls.directory ?? LETS_ENCRYPT) : undefined,
	};
}

/** Without the right to open its port the relay has moved to the other. */
function tlsPort(view: MachineView): number {
	const ports = listenersOf(view)?.map(({ port }) => port) ?? [];
	return !ports.includes(TLS_PORT) && ports.includes(TLS_PORT_FOR_ANYBODY) ? TLS_PORT_FOR_ANYBODY : TLS_PORT;
}
