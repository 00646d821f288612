import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { sleep } from '@oriel/base';
import { changeData, isSetUp, newSetupToken } from '@oriel/relay';
import { flag, type Option } from '../options/option.ts';
import { variableOf } from '../options/read.ts';
import { addressOf, reachableAt } from '../platform/addresses.ts';
import { PROGRAM_DIRECTORY, programWords } from '../platform/installation.ts';
import { hasBbr } from '../service/bbr.ts';
import { closedTo } from '../service/camera-service.ts';
import { carryOut } from '../service/carry-out.ts';
import { outsideHere, sourceHere } from '../service/firewall/here.ts';
import { lookHere } from '../service/firewall/look.ts';
import { closePorts, lossOf, openPorts } from '../service/firewall/open-ports.ts';
import { passageOf, readFirewall } from '../service/firewall/read-firewall.ts';
import type { Step } from '../service/machine.ts';
import {
	RELAY_ENVIRONMENT_PATH,
	RELAY_UNIT,
	RELAY_UNIT_PATH,
	readEnvironment,
	relayInstallSteps,
	relayUninstallSteps,
} from '../service/relay-service.ts';
import type { Context } from './command.ts';
import { define } from './define.ts';
import { configOf, relayOptions } from './relay-options.ts';
import { PLAIN_PORT, TLS_PORT } from './relay-tls.ts';

const DATA = '/var/lib/oriel';
const LISTENS_WITHIN_S = 30;
const CONNECT_TIMEOUT_MS = 5000;
const ANY_HOST = '0.0.0.0';
const ANY_HOST_6 = '::';
const UNIT = { name: RELAY_UNIT, paths: [RELAY_UNIT_PATH, RELAY_ENVIRONMENT_PATH] };

const dryRun: Option<boolean> = { kind: flag, help: 'say what would be done, and do nothing' };
const { config: _config, data: _data, log: _log, ...serviceOptions } = relayOptions;
const options = { 'dry-run': dryRun, ...serviceOptions } as const;

/** Makes the relay a service of this machine. */
export const relayInstall = define({
	name: 'relay install',
	usage: 'relay install [--dry-run] [options of "oriel relay"]',
	help: 'Makes the relay a service of this machine: user, unit, kernel settings, its own firewall; then prints the set-up link.',
	options,
	async run(context, { 'dry-run': isDry = false, ...said }) {
		const program = programWords();
		const given = Object.entries(said).filter(([, value]) => value !== undefined);
		const variables = new Map(given.map(([name, value]) => [variableOf(name), String(value)]));
		// What the service would refuse is refused here.
		const { tls, port: ownPort } = configOf({ ...said, config: undefined, data: DATA, log: undefined }, context);
		const isPlain = tls === undefined;
		const ports = portsOf({ port: ownPort, httpPort: said['http-port'], isPlain });
		const [port] = ports;
		const before = readFirewall(sourceHere);
		const firewall = openPorts(ports, before, outsideHere(), lookHere);
		const deployed = (name: string) => readFileSync(join(PROGRAM_DIRECTORY, 'dist', 'deploy', name), 'utf8');
		const steps = relayInstallSteps({
			...{
				program,
				unit: deployed('oriel-relay.service'),
				sysctl: deployed('90-oriel.conf'),
				hasBbr: hasBbr(sourceHere),
			},
			variables: given.length > 0 ? variables : undefined,
			firewall,
		});
		const mayRun = () => refuseClosed(program);
		if (isDry && before.unread !== undefined) context.print(unreadWords(before.unread));
		if (!carryOut(steps, { ...context, root: '', isDry, command: 'relay install', unit: UNIT, mayRun })) return;
		const { host = ANY_HOST } = said;
		await untilListening(context, host === ANY_HOST ? '127.0.0.1' : host, port);
		const scheme = isPlain ? 'http' : 'https';
		const names = [said.domain ?? [], said['public-ip'] ?? []].flat().map((name) => addressOf(name, port, scheme));
		const [address = ''] = [...names, ...reachableAt(host, port, scheme)];
		context.print(`\nThe relay runs: ${address}\n${await setUpWords(context, address)}`);
		context.print(firewallWords(ports, host === ANY_HOST_6 ? [4, 6] : [4], firewall));
		context.print(`In a cloud, let TCP ${ports.join(' and ')} in from 0.0.0.0/0 in the provider's firewall, too.\n`);
	},
});

/** Takes the service away again. */
export const relayUninstall = define({
	name: 'relay uninstall',
	usage: 'relay uninstall [--dry-run]',
	help: 'Ends the service that "oriel relay install" has made. The data stays.',
	options: { 'dry-run': dryRun },
	run(context, { 'dry-run': isDry = false }) {
		const steps = relayUninstallSteps(closePorts(installedPorts(), readFirewall(sourceHere), outsideHere(), lookHere));
		carryOut(steps, { ...context, root: '', isDry, command: 'relay uninstall', unit: UNIT });
	},
});

/** What the machine's own firewall still needs after `steps`; '' if nothing. */
function firewallWords(ports: readonly number[], families: readonly (4 | 6)[], steps: readonly Step[]): string {
	const after = readFirewall(sourceHere);
	if (after.unread !== undefined) return unreadWords(after.unread);
	const outside = outsideHere();
	const refusals = ports.flatMap((port) =>
		families.flatMap((family) => {
			const found = passageOf({ ...outside, family, port }, after).refusals;
			return found.map(({ chain, words }) => `TCP ${port} (IPv${family}): ${chain.table}: ${words}`);
		}),
	);
	const loss = lossOf(steps, lookHere);
	return [
		...(loss === undefined ? [] : [`${loss}\n`]),
		...(refusals.length === 0 ? [] : [`This machine's own firewall still refuses ${refusals.join('; ')}.\n`]),
	].join('');
}

function unreadWords(reason: string): string {
	return `This machine's own firewall was not looked at: ${reason}.\n`;
}

/** The ports that an earlier installation has opened. */
function installedPorts(): number[] {
	const text = existsSync(RELAY_ENVIRONMENT_PATH) ? readFileSync(RELAY_ENVIRONMENT_PATH, 'utf8') : '';
	const variables = readEnvironment(text);
	return portsOf({
		port: Number(variables.get('ORIEL_PORT') ?? 0) || undefined,
		httpPort: Number(variables.get('ORIEL_HTTP_PORT') ?? 80),
		isPlain: variables.get('ORIEL_TLS') === 'off',
	});
}

interface Chosen {
	readonly port: number | undefined;
	readonly httpPort: number | undefined;
	readonly isPlain: boolean;
}

/** The relay's own port first. */
function portsOf({ port, httpPort = 80, isPlain }: Chosen): [number, ...number[]] {
	const own = port ?? (isPlain ? PLAIN_PORT : TLS_PORT);
	return isPlain || httpPort === 0 ? [own] : [own, httpPort];
}

/** The service runs as a user of its own, which sees no home directory. */
function refuseClosed(program: readonly string[]): void {
	for (const path of program) {
		const closed = /^\/(home|root|run\/user)\//.test(path) ? path : closedTo(path);
		if (closed)
			throw new Error(`The service could not run ${path}. Put Oriel and Node where all may read, e.g. /opt/oriel`);
	}
}

/** systemd has been told by the relay that it is ready; without one that waits for this, its port says so. */
async function untilListening({ clock, stopping }: Context, host: string, port: number): Promise<void> {
	for (let waited = 0; waited < LISTENS_WITHIN_S * 2; waited++) {
		if (await accepts(host, port)) return;
		await sleep(clock, 500, stopping);
	}
	throw new Error(`The relay does not listen on port ${port}; "journalctl -u oriel-relay -n 20" says why`);
}

function accepts(host: string, port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
		const end = (isOpen: boolean) => {
			socket.destroy();
			resolve(isOpen);
		};
		socket.once('connect', () => end(true));
		socket.once('timeout', () => end(false));
		socket.once('error', () => end(false));
	});
}

/** '' if the relay has its owner already. */
async function setUpWords({ clock, log }: Context, address: string): Promise<string> {
	const token = await changeData(DATA, { clock, log }, (files) =>
		isSetUp(files) ? undefined : newSetupToken(files, clock),
	);
	if (token === undefined) return '';
	return `Open this link to choose your password (it works once, for 24 hours):\n\n  ${address}/#setup=${token}\n\n`;
}
