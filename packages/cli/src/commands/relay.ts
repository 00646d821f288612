import { type Relay, type RelayConfig, startRelay } from '@oriel/relay';
import type { Values } from '../options/option.ts';
import { addressOf, reachableAt } from '../platform/addresses.ts';
import { PAGE_DIRECTORY, PROGRAM_DIRECTORY, VERSION } from '../platform/installation.ts';
import { thisMachine } from '../platform/machine.ts';
import { serveSystemd } from '../platform/notify-systemd.ts';
import { portProblem } from '../platform/port-problem.ts';
import { readSecretFile } from '../platform/secret-file.ts';
import type { Context } from './command.ts';
import { define } from './define.ts';
import { configOf, relayOptions } from './relay-options.ts';
import { TLS_PORT_FOR_ANYBODY } from './relay-tls.ts';

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
