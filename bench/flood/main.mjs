import { execFileSync } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NodeProgram } from '@oriel/testing/node-program';
import { loadTools } from '../fanout/load/tools.mjs';
import { FPS, startSource, startViewers } from '../fanout/round.mjs';
import { median, table, targetTable } from '../report/numbers.mjs';
import { cpuSeconds } from '../testbed/process-cpu.mjs';
import { LOAD_CORE, onTestbed, pinSelf } from '../testbed/testbed.mjs';
import { openTarget } from './relay.mjs';

/** What it shows, in a line. */
export const summary = 'floods of one client: how late the pictures of others come meanwhile';

/** Flags with their defaults. `before`: another checkout that has been built, to compare with. */
export const flags = { seconds: '5', only: '', before: '', viewers: '4' };

const ROOT = join(import.meta.dirname, '..', '..');
/** `npm test` and `npm run test:long` run the same attacks. */
const ATTACKER = pathToFileURL(join(ROOT, 'test', 'security', 'attacks', 'attacker.ts'));
const SETTLE_SECONDS = 2;
/** Between the beginning of a flood and the measurement. */
const BEGIN_SECONDS = 1;
const MOST_ADDED_MS = 100;
const FIRST = -20;
/** Behind the honest programs on the same core: what is measured is the relay, not this machine. */
const LAST = ['nice', '-n', '39'];

/**
 * Runs the bench: each flood on a relay of its own, measured first without and then with it.
 * @param {{seconds: string, only: string, before: string, viewers: string}} given
 * @param {{cache: string, say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { cache, say }) {
	pinSelf();
	const tools = loadTools(cache);
	const wanted = given.only.split(',').filter(Boolean);
	const attacker = await NodeProgram.compile(ATTACKER);
	const floods = JSON.parse(execFileSync(process.execPath, [attacker.path], { encoding: 'utf8' }));
	const attacks = floods.filter((name) => wanted.length === 0 || wanted.includes(name));
	const roots = [...(given.before ? [['before', given.before]] : []), ['now', ROOT]];
	const rows = [];
	for (const attack of attacks) {
		for (const [title, root] of roots) {
			const seen = await onTestbed((testbed) => observe(testbed, tools, root, attacker, attack, given)).catch(
				(failure) => ({
					failure,
				}),
			);
			rows.push({ attack, title, ...seen });
			say(`${attack}, ${title}: ${inBrief(rows.at(-1))}`);
		}
	}
	attacker[Symbol.dispose]();
	return results(rows, given, tools);
}

async function observe(testbed, tools, root, attacker, name, { seconds, viewers: count }) {
	const server = await openTarget(testbed, root);
	const source = startSource(testbed, tools, server);
	const viewers = await startViewers(testbed, tools, server, Number(count));
	for (const { pid } of [server.actor, source, viewers]) goFirst(pid);
	await testbed.wait(SETTLE_SECONDS);
	const look = async () => {
		await testbed.guard(askLongestWork(server.actor.child));
		viewers.tell(`measure ${seconds}`);
		const [began, from] = [cpuSeconds(server.actor.pid), performance.now()];
		const measured = await viewers.hear('measured');
		const busy = (1000 * (cpuSeconds(server.actor.pid) - began)) / (performance.now() - from);
		return {
			...measured.delayMs,
			part: measured.fps.min / FPS,
			closed: measured.closed,
			busy,
			work: await testbed.guard(askLongestWork(server.actor.child)),
		};
	};
	const without = await look();
	const wanted = JSON.stringify([{ name, target: server.target }]);
	const flood = testbed.start('attacker', [...LAST, process.execPath, attacker.path, wanted], { core: LOAD_CORE });
	await flood.hear('begun');
	await testbed.wait(BEGIN_SECONDS);
	const during = await look();
	return { without, during };
}

/** Since it was asked before, in milliseconds of processor time. */
function askLongestWork(child) {
	return new Promise((resolve) => {
		child.once('message', resolve);
		child.send('longest?');
	});
}

/** Before whatever else this machine does, where that is allowed: the longest delay of a run should be the relay's. */
function goFirst(pid) {
	try {
		setPriority(pid, FIRST);
	} catch {
		// Only root may.
	}
}

function added({ without, during }) {
	return during.max - without.max;
}

function inBrief(row) {
	if (row.failure) return `failed: ${row.failure.message.slice(0, 200)}`;
	const { during } = row;
	return `${percent(during.part)} of the pictures, p50 ${ms(during.p50)}, p99 ${ms(during.p99)}, most ${ms(during.max)}, longest work ${ms(during.work)}, relay ${percent(during.busy)} busy, ${during.closed} closed`;
}

const ms = (value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
const percent = (part) => `${Math.round(part * 100)} %`;

function results(rows, { seconds, viewers }, { language }) {
	const alone = rows.filter(({ without }) => without).map(({ without }) => without);
	const field = (name) => median(alone.map((look) => look[name]));
	const cells = (row) => {
		if (row.failure) return [row.attack, row.title, 'the relay ended, or gave nothing', '', '', '', '', ''];
		const { part, p50, p99, max, busy, work } = row.during;
		return [row.attack, row.title, percent(part), ms(p50), ms(p99), ms(max), ms(work), percent(busy)];
	};
	const now = rows.filter(({ title }) => title === 'now');
	const longestWork = Math.max(...now.map((row) => (row.failure ? Number.POSITIVE_INFINITY : row.during.work)));
	const worst = Math.max(...now.map((row) => (row.failure ? Number.POSITIVE_INFINITY : added(row))));
	return [
		`${viewers} viewers of one camera at ${FPS} pictures a second on a relay with 102 cameras; each flood from a process of its own on the core of the load, behind the`,
		`honest ones, with a relay of its own; ${seconds} s each; load in ${language}. Delay: from the source's sending to the last byte at a viewer; it grows`,
		"with whatever else the machine does. Longest work: processor time of the relay's main thread between two looks of its event loop, which does not.",
		'',
		table([
			['flood', '', 'pictures, worst viewer', 'delay p50', 'p99', 'most', 'longest work', 'relay, of a core'],
			[
				'none (median of all)',
				'',
				percent(field('part')),
				ms(field('p50')),
				ms(field('p99')),
				ms(field('max')),
				ms(field('work')),
				percent(field('busy')),
			],
			...rows.map(cells),
		]),
		'',
		targetTable([
			{
				text: `no flood adds more than ${MOST_ADDED_MS} ms to the longest delay`,
				seen: `${worst.toFixed(0)} ms`,
				met: worst <= MOST_ADDED_MS,
			},
			{
				text: `in no flood does the relay work for more than ${MOST_ADDED_MS} ms without a break`,
				seen: `${longestWork.toFixed(0)} ms`,
				met: longestWork <= MOST_ADDED_MS,
			},
		]),
	].join('\n');
}
