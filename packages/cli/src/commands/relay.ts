import { CAMERA_NAME } from '@oriel/base';
import { isAddressRange, type Relay, type RelayConfig, relayConfigShape, startRelay } from '@oriel/relay';
import * as v from 'valibot';
import { integer, listOf, text, textLike, type Values } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';
import { addressOf, reachableAt } from '../platform/addresses.ts';
import { defaultDataDirectory } from '../platform/data-directory.ts';
import { PAGE_DIRECTORY, PROGRAM_DIRECTORY, VERSION } from '../platform/installation.ts';
import { thisMachine } from '../platform/machine.ts';
import { serveSystemd } from '../platform/notify-systemd.ts';
import { portProblem } from '../platform/port-problem.ts';
import { readSecretFile } from '../platform/secret-file.ts';
import type { Context } from './command.ts';
import { define } from './define.ts';
import { PLAIN_PORT, TLS_PORT, TLS_PORT_FOR_ANYBODY, tlsOf, tlsOptions } from './relay-tls.ts';
import { dataOption, logOption } from './shared-options.ts';

const port = integer('N', 0, 65_535);
const addressRange = textLike('CIDR', isAddressRange, 'expected an address or range like 203.0.113.7 or 10.0.0.0/8');
/** The options of `oriel relay`. */
export const relayOptions = {
	config: { kind: text('FILE'), help: 'a YAML file with these options' },
	data: dataOption,
	host: { kind: text('ADDR'), help: 'address to listen on', fallback: '0.0.0.0' },
	port: { kind: port, help: 'port to listen on', fallback: '443, or 8443 without the right to it; plain HTTP 8080' },
	...tlsOptions,
	'trust-proxy': {
		kind: listOf(addressRange),
		help: 'proxies whose X-Forwarded-For and X-Forwarded-Proto headers are trusted',
	},
	'max-picture-bytes': {
		kind: integer('N', 1024, 64 * 1024 * 1024),
		help: 'largest frame accepted',
		fallback: '4194304',
	},
	'max-connections': { kind: integer('N', 1, 1_000_000), help: 'connections in all', fallback: '10000' },
	'max-connections-per-address': {
		kind: integer('N', 1, 1_000_000),
		help: 'connections from one address; proxies that are trusted are not counted',
		fallback: '1024',
	},
	'max-frame-bytes': {
		kind: integer('N', 1_048_576, 1_099_511_627_776),
		help: 'memory for the frames of all cameras',
		fallback: '268435456',
	},
	'max-incoming-bytes': {
		kind: integer('N', 1_048_576, 1_099_511_627_776),
		help: 'memory for frames and messages that have not fully arrived yet',
		fallback: '134217728',
	},
	'max-unsent-bytes': {
		kind: integer('N', 1_048_576, 1_099_511_627_776),
		help: 'memory for data that viewers have not received yet',
		fallback: '134217728',
	},
	'owner-password-file': {
		kind: text('FILE'),
		help: 'set the owner’s password from this file, if none has been chosen',
	},
	'seed-port': { kind: port, help: 'also listen for length-prefixed JPEGs over TCP; needs the next two' },
	'seed-camera': {
		kind: textLike('NAME', (name) => CAMERA_NAME.test(name), 'expected lowercase letters, digits and hyphens'),
		help: 'the camera that arrives there',
	},
	'seed-allow': {
		kind: listOf(addressRange),
		help: 'addresses that may send there: the format has no keys',
	},
	log: logOption,
} as const;

/** The cloud side. */
export const relayCommand = define({
	name: 'relay',
	usage: 'relay [options]',
	help: 'Runs the relay: cameras send to it, people watch from it.',
	options: relayOptions,
	keepsRunning: true,
	async run(context, values) {
		const config = configOf(values, context);
		await using relay = await startOnSomePort(config, values, context);
		context.contain(relay.fault);
		context.print(greeting(config, relay));
		context.log.info('relay listens', {
			host: config.host,
			port: relay.port,
			version: VERSION,
			data: config.data,
			tls: relay.tls?.report().source ?? 'off',
		});
		const seedPort = relay.ports['lp-jpeg'];
		if (seedPort !== undefined) context.log.info('seed port is open', { port: seedPort });
		const ended = serveSystemd({ ...context, status: () => `listens on port ${relay.port}`, isAlive: () => true });
		await stopped(context.stopping).finally(ended);
	},
});

/** The configuration that options ask for. Throws UsageError where they contradict each other. */
export function configOf(values: Values<typeof relayOptions>, { env }: Pick<Context, 'env'>): RelayConfig {
	const seed = seedOf(values);
	const tls = tlsOf(values);
	return v.parse(relayConfigShape, {
		data: values.data ?? defaultDataDirectory(env),
		host: values.host,
		port: values.port ?? (tls.tls ? TLS_PORT : PLAIN_PORT),
		...tls,
		...(values['trust-proxy'] ? { trustProxy: [...values['trust-proxy']] } : {}),
		maxPictureBytes: values['max-picture-bytes'],
		maxConnections: values['max-connections'],
		maxConnectionsPerAddress: values['max-connections-per-address'],
		memory: {
			frames: values['max-frame-bytes'],
			incoming: values['max-incoming-bytes'],
			unsent: values['max-unsent-bytes'],
		},
		...(seed ? { seed } : {}),
	});
}

function seedOf(values: Values<typeof relayOptions>): RelayConfig['seed'] {
	const { 'seed-port': seedPort, 'seed-camera': camera, 'seed-allow': allow } = values;
	if (seedPort === undefined && camera === undefined && allow === undefined) return undefined;
	if (seedPort !== undefined && camera !== undefined && allow !== undefined)
		return { port: seedPort, camera, allow: [...allow] };
	throw new UsageError(
		'--seed-port, --seed-camera and --seed-allow go together: any sender that reaches that port is accepted without a key, so name the camera and the addresses that may send',
	);
}

/** On the usual port for https if the system lets us; if it does not, and none was asked for, on one that needs no rights. */
async function startOnSomePort(
	config: RelayConfig,
	values: Values<typeof relayOptions>,
	context: Context,
): Promise<Relay> {
	const isFree = values.port === undefined;
	const passwordFile = values['owner-password-file'];
	const ownerPassword = passwordFile === undefined ? undefined : () => readSecretFile(passwordFile, context.log);
	const own = { version: VERSION, page: PAGE_DIRECTORY, program: PROGRAM_DIRECTORY };
	const machine = { random: Math.random, machine: thisMachine() };
	const start = (port: number) => startRelay({ ...config, port }, { ...context, ...own, ...machine, ownerPassword });
	try {
		return await start(config.port);
	} catch (failure) {
		const problem = portProblem(config.port, failure);
		if (problem === undefined) throw failure;
		if (!isFree || !config.tls) throw new Error(problem, { cause: failure });
		context.log.warn(`${problem}. Until then the relay uses port ${TLS_PORT_FOR_ANYBODY}`);
		return start(TLS_PORT_FOR_ANYBODY);
	}
}

function greeting({ host, tls }: RelayConfig, { port: openPort, tls: identity, owner, setupToken }: Relay): string {
	const scheme = identity ? 'https' : 'http';
	const named = tls?.mode === 'auto' ? (tls.domains ?? [tls.publicAddress ?? []].flat()) : [];
	const found = identity?.report().source === 'ordered' ? identity.certificate.names : [];
	const addresses = [
		...new Set([
			...[...named, ...found].map((name) => addressOf(name, openPort, scheme)),
			...reachableAt(host, openPort, scheme),
		]),
	];
	const [address = '', ...others] = addresses;
	const also = others.length > 0 ? `  (or ${others.join(', ')}; from outside, the machine’s public address)\n` : '';
	const words = identity?.certificate.isSelfSigned ? pinWords(address, identity) : '';
	if (owner.isSetUp || setupToken === undefined) return `\n  Oriel relay\n\n  ${address}\n${also}${words}\n`;
	return `\n  Oriel relay: open this link to choose your password (it works once, for 24 hours)\n\n  ${address}/#setup=${setupToken}\n${also}${words}\n`;
}

/** What people and cameras need where the certificate is self-signed. */
function pinWords(address: string, { certificate, report }: NonNullable<Relay['tls']>): string {
	const { problem } = report();
	const why = problem === null ? '' : `  Why: ${problem}.\n`;
	return [
		'\n  The certificate is self-signed: browsers warn before they show the page.',
		'  Cameras that are set up by hand check the relay by its pin:\n',
		`  oriel camera ${address} --relay-pin ${certificate.pin}\n`,
		why,
	].join('\n');
}

/** Resolves when the program is to end. */
export function stopped(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener('abort', () => resolve(), { once: true });
	});
}
