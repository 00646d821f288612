import type { Step } from '../machine.ts';
import type { Look } from './look.ts';
import { type Firewall, type Outside, passageOf } from './read-firewall.ts';
import type { InputChain, Refusal } from './ruleset.ts';

/** By this our rules are found again. */
const COMMENT = 'oriel-relay';
const FAMILIES = [4, 6] as const;

type Command = readonly [string, ...string[]];

/**
 * Opens TCP ports in the machine's own firewall: what manages it decides how. Nothing to do where nothing refuses them. Where
 * the rules could not be read, a firewall that is managed by a program is told all the same.
 */
export function openPorts(ports: readonly number[], firewall: Firewall, outside: Outside, look: Look): Step[] {
	const closed = ports.flatMap((port) => {
		const refusals = FAMILIES.flatMap((family) => passageOf({ ...outside, family, port }, firewall).refusals);
		return refusals.length > 0 || firewall.unread !== undefined ? [{ port, refusals }] : [];
	});
	if (closed.length === 0) return [];
	const { manager } = firewall;
	const isManaged = ({ chain }: Refusal) => isOf(manager, chain);
	const told = closed
		.filter(({ refusals }) => refusals.length === 0 || refusals.some(isManaged))
		.map(({ port }) => port);
	const rules = closed.flatMap(({ port, refusals }) =>
		foremost(refusals.filter((refusal) => !isManaged(refusal))).map((refusal) => insertion(port, refusal)),
	);
	return [...byManager('open', told, manager, outside, look), ...kept(rules, look)];
}

/** Takes the rules of `openPorts` away again. */
export function closePorts(ports: readonly number[], firewall: Firewall, outside: Outside, look: Look): Step[] {
	const removals = firewall.chains.flatMap(({ program, table, name, chains }) => {
		const ours = (chains.get(name) ?? []).filter(({ words }) => words.includes(COMMENT));
		return ours.map(({ words, handle }) => {
			if (program === 'nft')
				return run(['nft', 'delete', 'rule', ...table.split(' '), name, 'handle', `${handle}`], true);
			return run([program, ...inTable(table), '-D', ...words.split(' ').slice(1)], true);
		});
	});
	return [...byManager('close', ports, firewall.manager, outside, look), ...kept(removals, look)];
}

type CommandStep = Step & { readonly do: 'run' };

function kept(steps: readonly CommandStep[], look: Look): CommandStep[] {
	const isIptables = steps.some(({ command: [program] }) => program !== 'nft');
	return isIptables ? [...steps, ...keeping(look)] : [...steps];
}

/** Whether a chain is written by that program, so that it alone may change it. */
function isOf(manager: Firewall['manager'], { table, chains }: InputChain): boolean {
	if (manager === 'firewalld') return table.endsWith(' firewalld') || chains.has('INPUT_ZONES');
	return manager === 'ufw' && (chains.has('ufw-before-input') || chains.has('ufw6-before-input'));
}

function byManager(
	what: 'open' | 'close',
	ports: readonly number[],
	manager: Firewall['manager'],
	outside: Outside,
	look: Look,
): CommandStep[] {
	if (manager === undefined || ports.length === 0) return [];
	if (manager === 'firewalld') return firewalld(what === 'open' ? 'add' : 'remove', ports, zoneOf(outside, look));
	if (what === 'open') return ports.map((port) => run(['ufw', 'allow', `${port}/tcp`]));
	return ports.map((port) => run(['ufw', 'delete', 'allow', `${port}/tcp`], true));
}

/** Whether rules that `openPorts` adds are gone after a restart of the machine, in words; undefined: they stay. */
export function lossOf(steps: readonly Step[], look: Look): string | undefined {
	const programs = steps.flatMap((step) => (step.do === 'run' ? [step.command[0]] : []));
	if (programs.includes('nft'))
		return 'The rule lasts until the machine restarts. Put it into /etc/nftables.conf, too, before what refuses the port.';
	const isIptables = programs.some((program) => /^ip6?tables/.test(program));
	if (!isIptables || keeping(look).length > 0) return undefined;
	return 'The rule lasts until the machine restarts: no program here restores it. Install iptables-persistent, then run: sudo netfilter-persistent save';
}

/** The firewall's programs as one line for a shell. */
export function commandLine(steps: readonly Step[]): string {
	const commands = steps.flatMap((step) => (step.do === 'run' ? [step.command] : []));
	return commands.map((command) => `sudo ${command.map(shellWord).join(' ')}`).join(' && ');
}

function shellWord(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function firewalld(verb: 'add' | 'remove', ports: readonly number[], zone: string | undefined): CommandStep[] {
	const where = zone === undefined ? [] : [`--zone=${zone}`];
	const rules = ports.map((port) => `--${verb}-port=${port}/tcp`);
	return [
		run(['firewall-cmd', '--quiet', '--permanent', ...where, ...rules]),
		run(['firewall-cmd', '--quiet', '--reload']),
	];
}

/** The zone of the interface where connections come in; undefined: the default zone, to which firewalld adds unless told otherwise. */
function zoneOf({ interface: name }: Outside, look: Look): string | undefined {
	const zone = name === undefined ? undefined : look('firewall-cmd', `--get-zone-of-interface=${name}`)?.trim();
	return zone === '' || zone === look('firewall-cmd', '--get-default-zone')?.trim() ? undefined : zone;
}

/** One refusal of each chain, the first: a chain may see both families. */
function foremost(refusals: readonly Refusal[]): Refusal[] {
	const first = new Map<InputChain, Refusal>();
	for (const refusal of refusals) {
		const { at = Number.POSITIVE_INFINITY } = first.get(refusal.chain) ?? {};
		if (!first.has(refusal.chain) || (refusal.at !== undefined && refusal.at < at)) first.set(refusal.chain, refusal);
	}
	return [...first.values()];
}

/** Before what refuses: Oracle's images end INPUT with a REJECT, behind which no rule is ever reached. */
function insertion(port: number, { chain, at }: Refusal): CommandStep {
	const { program, table, name, chains } = chain;
	const rules = chains.get(name) ?? [];
	if (program !== 'nft') {
		const place = String((at ?? rules.length) + 1);
		const rule = ['-p', 'tcp', '--dport', String(port), '-m', 'comment', '--comment', COMMENT, '-j', 'ACCEPT'];
		return run([program, ...inTable(table), '-I', name, place, ...rule]);
	}
	const rule = ['tcp', 'dport', String(port), 'accept', 'comment', `"${COMMENT}"`];
	const handle = at === undefined ? undefined : rules[at]?.handle;
	if (handle === undefined) return run(['nft', 'add', 'rule', ...table.split(' '), name, ...rule]);
	return run(['nft', 'insert', 'rule', ...table.split(' '), name, 'position', String(handle), ...rule]);
}

function inTable(table: string): string[] {
	return table === 'filter' ? [] : ['-t', table];
}

/** Programs that keep the rules of iptables over a restart: of Debian and Ubuntu, as Oracle's images have it, and of Red Hat's family. */
const KEEPERS = ['/usr/sbin/netfilter-persistent', '/usr/libexec/iptables/iptables.init'];

function keeping(look: Look): CommandStep[] {
	const keeper = KEEPERS.find((path) => look('test', '-x', path) !== undefined);
	return keeper === undefined ? [] : [run([keeper, 'save'])];
}

function run(command: Command, mayFail = false): CommandStep {
	return mayFail ? { do: 'run', command, mayFail } : { do: 'run', command };
}
