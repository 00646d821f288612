import { join } from 'node:path';
import { loadTools } from '../fanout/load/tools.mjs';
import { runRound } from '../fanout/round.mjs';
import { openTarget } from '../flood/relay.mjs';
import { median, table, targetTable } from '../report/numbers.mjs';
import { pinSelf } from '../testbed/testbed.mjs';
import { bareStart, idleAgent, idleNode, idleRelay, relayStart, versionStart } from './programs.mjs';

/** What it shows, in a line. */
export const summary = 'what the program weighs: its start, its memory at rest, its processor time a frame';

/** Flags with their defaults. `before`: another checkout that has been built, to compare with. */
export const flags = { rounds: '7', seconds: '6', rest: '20', before: '' };

const ROOT = join(import.meta.dirname, '..', '..');
const VIEWERS = [1, 10];
const MB = 1e6;

/** What is measured of a checkout, each a number in its unit. */
const FIGURES = {
	version: { title: '`oriel --version`', unit: 'ms', of: (root) => versionStart(root) },
	listening: { title: 'relay: start to open port', unit: 'ms', of: (root) => relayStart(root) },
	relay: {
		title: 'relay at rest: memory',
		unit: 'MB',
		of: async (root, { rest }) => (await idleRelay(root, rest)) / MB,
	},
	agent: {
		title: 'agent at rest: memory',
		unit: 'MB',
		of: async (root, { rest }) => (await idleAgent(root, rest)) / MB,
	},
	...Object.fromEntries(
		VIEWERS.map((viewers) => [
			`viewers${viewers}`,
			{
				title: `relay: processor time a frame, ${viewers === 1 ? '1 viewer' : `${viewers} viewers`}`,
				unit: 'µs',
				of: (root, given) => framesCpu(root, viewers, given),
			},
		]),
	),
};

/**
 * Runs the bench: in each round every checkout once, one after the other.
 * @param {{rounds: string, seconds: string, rest: string, before: string}} given
 * @param {{cache: string, say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { cache, say }) {
	pinSelf();
	const settings = { seconds: Number(given.seconds), rest: Number(given.rest), tools: loadTools(cache) };
	const roots = [...(given.before ? [['before', given.before]] : []), ['now', ROOT]];
	const seen = { bare: [], node: [] };
	for (const [title] of roots) seen[title] = Object.fromEntries(Object.keys(FIGURES).map((name) => [name, []]));
	for (let round = 0; round < Number(given.rounds); round++) {
		seen.bare.push(await bareStart());
		seen.node.push((await idleNode(1)) / MB);
		for (const [name, { of }] of Object.entries(FIGURES)) {
			for (const [title, root] of roots) seen[title][name].push(await of(root, settings));
		}
		say(`round ${round + 1}: ${JSON.stringify(seen)}`);
	}
	return report(seen, roots, given);
}

/** Microseconds of the relay for each frame that a viewer gets: JPEGs of 25 000 bytes by WebSocket. */
async function framesCpu(root, viewers, { seconds, tools }) {
	const contestant = { name: 'relay', open: (testbed) => openTarget(testbed, root) };
	return (await runRound(contestant, tools, { viewers, seconds })).cpuMicros;
}

function report(seen, roots, { rounds, seconds, rest }) {
	const [bare, node] = [median(seen.bare), median(seen.node)];
	const middle = (title, name) => median(seen[title][name]);
	const cell = (name, title) => `${middle(title, name).toFixed(0)} ${FIGURES[name].unit}`;
	const rows = Object.keys(FIGURES).map((name) => [
		FIGURES[name].title,
		...roots.map(([title]) => cell(name, title)),
		...(roots.length > 1 ? [`${ratio(seen, name).toFixed(2)} x`] : []),
	]);
	const head = ['', ...roots.map(([title]) => title), ...(roots.length > 1 ? ['now to before'] : [])];
	const words = `${rounds} rounds, the checkouts in turn; medians, and for ratios the medians of the rounds' ratios. The program has a core of its own. A
bare \`node -e 0\` takes ${bare.toFixed(0)} ms, and a Node process that does nothing ${node.toFixed(0)} MB. Memory is the resident set after ${rest} s of rest, the agent's with a
source without viewers. Frames: JPEGs of 25 000 bytes, 24 a second, to viewers of \`/live\`, over ${seconds} s.`;
	return `${words}\n\n${table([head, ...rows])}\n\n${targetTable(targets(seen, roots))}`;
}

/** Median over the rounds of what it is now to what it was before. */
function ratio(seen, name) {
	return median(seen.now[name].map((value, round) => value / seen.before[name][round]));
}

function targets(seen, roots) {
	const middle = (name) => median(seen.now[name]);
	const atMost = (text, value, limit, unit) => ({
		text,
		seen: `${value.toFixed(limit < 10 ? 2 : 0)} ${unit}`,
		met: value <= limit,
	});
	const versions = median(seen.now.version.map((value, round) => value / seen.bare[round]));
	return [
		atMost('`oriel --version` <= 2 x a bare Node start', versions, 2, 'x'),
		atMost('the relay listens <= 400 ms after its start', middle('listening'), 400, 'ms'),
		atMost('a relay at rest <= 60 MB', middle('relay'), 60, 'MB'),
		atMost('an agent at rest <= 55 MB', middle('agent'), 55, 'MB'),
		...(roots.length > 1
			? VIEWERS.map((viewers) =>
					atMost(
						`processor time a frame, viewers: ${viewers}, <= 0.6 x before`,
						ratio(seen, `viewers${viewers}`),
						0.6,
						'x',
					),
				)
			: []),
	];
}
