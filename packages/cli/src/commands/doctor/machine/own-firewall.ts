import { commandLine, lossOf, openPorts } from '../../../service/firewall/open-ports.ts';
import { type Firewall, passageOf, readFirewall } from '../../../service/firewall/read-firewall.ts';
import type { Refusal } from '../../../service/firewall/ruleset.ts';
import type { Finding } from '../finding.ts';
import type { Check } from './check.ts';
import { closed } from './data-directory.ts';
import type { RelayFacts } from './relay-facts.ts';
import { familiesOf, listenersOf } from './sockets.ts';
import type { MachineView } from './view.ts';
import { textAt } from './view.ts';

const WHAT = 'own firewall';

/**
 * Whether the rules of this machine let new connections to the relay's ports in. Read, not tried: a connection from inside to
 * the own address goes by loopback, which the rules treat in another way.
 */
export const ownFirewall: Check = (view, relay) => {
	const { look, outside } = view;
	if (view.file('/proc/net/tcp').is === 'missing')
		return [{ what: WHAT, verdict: 'unknown', words: 'not looked at: only the firewalls of Linux are known' }];
	const firewall = readFirewall({ look, read: (path) => textAt(view, path) });
	if (firewall.unread !== undefined) return [unread(firewall.unread, view)];
	const ports = portsFromOutside(view, relay);
	if (ports.length === 0)
		return [{ what: WHAT, verdict: 'good', words: 'not needed: the relay listens on loopback only' }];
	const looks = ports.flatMap(({ port, families }) =>
		families.map((family) => ({ port, family, ...passageOf({ ...outside, port, family }, firewall) })),
	);
	const refused = looks.filter(({ refusals }) => refusals.length > 0);
	if (refused.length > 0) return [refusedFinding(refused, firewall, view, relay)];
	const unsure = looks.filter(({ exceptions }) => exceptions.length > 0);
	if (unsure.length > 0) {
		const rules = [...new Set(unsure.flatMap(({ exceptions }) => exceptions))].join('; ');
		const words = `lets ${portWords(looks)} in, but these rules refuse some senders or could not be judged: ${rules}`;
		return [
			{ what: WHAT, verdict: 'unknown', words, cure: 'Check that these rules keep out only those that you mean.' },
		];
	}
	return [{ what: WHAT, verdict: 'good', words: `lets ${portWords(looks)} in` }];
};

/** Where nothing listens yet, the ports that the relay would open. */
function portsFromOutside(view: MachineView, { port, httpPort }: RelayFacts): { port: number; families: (4 | 6)[] }[] {
	const listeners = listenersOf(view) ?? [];
	const ports = httpPort === undefined ? [port] : [port, httpPort];
	return ports.flatMap((each) => {
		const isThere = listeners.some((one) => one.port === each);
		const families = isThere ? familiesOf(listeners, each) : [4 as const];
		return families.length === 0 ? [] : [{ port: each, families }];
	});
}

interface Look {
	readonly port: number;
	readonly family: 4 | 6;
	readonly refusals: readonly Refusal[];
	readonly exceptions: readonly string[];
}

function refusedFinding(
	refused: readonly Look[],
	firewall: Firewall,
	view: MachineView,
	{ port }: RelayFacts,
): Finding {
	const ports = [...new Set(refused.map((look) => look.port))];
	const rules = new Set(refused.flatMap(({ refusals }) => refusals.map(ruleWords)));
	const some = [...new Set(refused.flatMap(({ exceptions }) => exceptions))];
	const steps = openPorts(ports, firewall, view.outside, view.look);
	const loss = lossOf(steps, view.look);
	return {
		what: WHAT,
		verdict: ports.includes(port) ? 'bad' : 'poor',
		words: [
			`refuses ${portWords(refused)}: ${[...rules].join('; ')}`,
			...(some.length > 0 ? [`these rules let some senders in, or could not be judged: ${some.join('; ')}`] : []),
		].join('; '),
		cure: loss === undefined ? commandLine(steps) : `${commandLine(steps)}  # ${loss}`,
	};
}

function ruleWords({ chain: { program, table, name }, kind, at, words }: Refusal): string {
	const how = kind === 'drop' ? 'drops without an answer' : 'rejects';
	return `${program}, table ${table}, chain ${name}${at === undefined ? '' : `, rule ${at + 1}`} ${how} (${words})`;
}

function portWords(looks: readonly Pick<Look, 'port' | 'family'>[]): string {
	const ports = [...new Set(looks.map(({ port }) => port))];
	return ports
		.map((port) => {
			const families = looks.filter((look) => look.port === port).map(({ family }) => `IPv${family}`);
			return `TCP ${port} (${families.join(', ')})`;
		})
		.join(' and ');
}

function unread(reason: string, view: MachineView): Finding {
	if (!view.isRoot) return closed(WHAT, reason, view);
	return { what: WHAT, verdict: 'unknown', words: `not looked at: ${reason}`, cure: LIST };
}

const LIST =
	'If you did not set up a firewall here, there is none; to see its rules, install nftables: sudo nft list ruleset';
