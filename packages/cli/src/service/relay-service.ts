import type { Step } from './machine.ts';
import { unitWord } from './quote.ts';

export const RELAY_UNIT = 'oriel-relay.service';
export const RELAY_UNIT_PATH = `/etc/systemd/system/${RELAY_UNIT}`;
/** Options of `oriel relay` as variables. */
export const RELAY_ENVIRONMENT_PATH = '/etc/oriel/relay.env';
const SYSCTL_PATH = '/etc/sysctl.d/90-oriel.conf';
const MODULES_PATH = '/etc/modules-load.d/oriel.conf';
const OPEN = { mode: 0o644, group: 'root', secret: false } as const;

export interface RelayServiceOptions {
	/** Program and first arguments, as the unit will run it. */
	readonly program: readonly string[];
	/** The unit and the kernel settings as they are in the package. */
	readonly unit: string;
	readonly sysctl: string;
	/** Whether this kernel has BBR, built in or as a module. */
	readonly hasBbr: boolean;
	/** Options of `oriel relay` as variables; undefined: those that are there stay. */
	readonly variables: ReadonlyMap<string, string> | undefined;
	/** Opens the ports. */
	readonly firewall: readonly Step[];
}

/** All that makes the relay a service of the machine, in order. Doing it again changes nothing. */
export function relayInstallSteps(options: RelayServiceOptions): Step[] {
	const { program, unit, sysctl, hasBbr, variables, firewall } = options;
	const settings = hasBbr ? `${sysctl}${BBR}` : sysctl;
	return [
		...(hasBbr
			? [file(MODULES_PATH, 'tcp_bbr\n'), { do: 'run', command: ['modprobe', 'tcp_bbr'], mayFail: true } as const]
			: []),
		file(SYSCTL_PATH, settings),
		// A container has the settings of its host.
		{ do: 'run', command: ['sysctl', '--quiet', '--load', SYSCTL_PATH], mayFail: true },
		...firewall,
		...(variables === undefined ? [] : [file(RELAY_ENVIRONMENT_PATH, environment(variables), 0o600)]),
		file(
			RELAY_UNIT_PATH,
			unit.replace(/^ExecStart=.*$/m, () => `ExecStart=${[...program, 'relay'].map(unitWord).join(' ')}`),
		),
		{ do: 'run', command: ['systemctl', 'daemon-reload'] },
		{ do: 'run', command: ['systemctl', 'enable', '--now', RELAY_UNIT] },
	];
}

/** Ends the service and removes what `relayInstallSteps` has written. The relay's data stays. */
export function relayUninstallSteps(firewall: readonly Step[]): Step[] {
	return [
		{ do: 'run', command: ['systemctl', 'disable', '--now', RELAY_UNIT], mayFail: true },
		...[RELAY_UNIT_PATH, RELAY_ENVIRONMENT_PATH, SYSCTL_PATH, MODULES_PATH].map(
			(path): Step => ({ do: 'remove', path }),
		),
		...firewall,
		{ do: 'run', command: ['systemctl', 'daemon-reload'] },
	];
}

/** Loss on a mobile link is no sign of a full one: BBR keeps sending where cubic halves its rate. */
const BBR = `
net.core.default_qdisc = fq
net.ipv4.tcp_congestion_control = bbr
`;

function file(path: string, content: string, mode = 0o644): Step {
	return { do: 'file', path, content, ...OPEN, mode };
}

function environment(variables: ReadonlyMap<string, string>): string {
	const lines = [...variables].map(([name, value]) => `${name}="${value.replaceAll(/[\\"$`]/g, '\\$&')}"\n`);
	return `# Written by "oriel relay install": options of "oriel relay" as variables.\n${lines.join('')}`;
}

/** The variables in such a file, also in one that was written by hand. */
export function readEnvironment(text: string): Map<string, string> {
	const lines = text.matchAll(/^\s*([A-Z][A-Z0-9_]*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\n]*))\s*$/gm);
	return new Map(
		[...lines].map(([, name = '', double, single, bare = '']) => [
			name,
			double?.replaceAll(/\\(.)/g, '$1') ?? single ?? bare.trim(),
		]),
	);
}
