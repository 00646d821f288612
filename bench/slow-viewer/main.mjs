import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openRelay } from '../fanout/contestants.mjs';
import { PICTURE_BYTES } from '../fanout/load/picture.mjs';
import { loadTools } from '../fanout/load/tools.mjs';
import { checkDelivery, FPS, startSource, startViewers } from '../fanout/round.mjs';
import { median, table, targetTable } from '../report/numbers.mjs';
import { onTestbed, pinSelf } from '../testbed/testbed.mjs';
import { openSlowViewer } from './slow-viewer.mjs';

/** What it shows, in a line. */
export const summary = 'one viewer that never reads, among many: memory of the relay and delay of the others';

/** Flags with their defaults. */
export const flags = { viewers: '100', seconds: '4', rounds: '8' };

/** Looks at the memory in one round, at different moments of a picture's life. */
const LOOKS = 15;
const LOOK_SECONDS = 0.107;
const SETTLE_SECONDS = 5;
/** Looking at memory means collecting garbage, which slows what comes next: both halves of a round wait for that to pass. */
const RECOVER_SECONDS = 2;
const MAX_GROWTH = 2 * PICTURE_BYTES + 64 * 1024;
const MAX_CHANGE = 0.2;

/**
 * Runs the bench: rounds with and without the slow viewer in turn, on one relay.
 * @param {{viewers: string, seconds: string, rounds: string}} given
 * @param {{cache: string, say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export function run(given, { cache, say }) {
	pinSelf();
	const tools = loadTools(cache);
	const seconds = Number(given.seconds);
	return onTestbed(async (testbed) => {
		const probe = ['--expose-gc', '--import', pathToFileURL(join(import.meta.dirname, 'probe.mjs')).href];
		const server = await openRelay(testbed, ['mjpeg', '/cameras/bench/stream.mjpg'], { nodeOptions: probe, ipc: true });
		startSource(testbed, tools, server);
		const viewers = await startViewers(testbed, tools, server, Number(given.viewers));
		await testbed.wait(SETTLE_SECONDS);
		const without = [];
		const withSlow = [];
		const alone = async () => without.push(await observeRound(testbed, server, viewers, seconds));
		const beside = () =>
			besideSlowViewer(server, async () => withSlow.push(await observeRound(testbed, server, viewers, seconds)));
		for (let round = 1; round <= Number(given.rounds); round++) {
			// A process grows a little all the time; with the order turned about, that cancels out.
			for (const half of round % 2 ? [alone, beside] : [beside, alone]) await half();
			say(`round ${round}/${given.rounds}: without ${inBrief(without.at(-1))}; with ${inBrief(withSlow.at(-1))}`);
		}
		return results(tools, given, without, withSlow);
	});
}

async function besideSlowViewer(server, observe) {
	const slow = await openSlowViewer(server);
	try {
		await slow.full();
		await observe();
		if (!slow.isHeld()) throw new Error('The relay gave the slow viewer up before the measurement was over');
	} finally {
		slow.close();
	}
}

/** Delay first, memory after: collecting garbage takes time that would count as delay. */
async function observeRound(testbed, server, viewers, seconds) {
	await testbed.wait(RECOVER_SECONDS);
	viewers.tell(`measure ${seconds}`);
	const measured = await viewers.hear('measured');
	checkDelivery(measured);
	const looks = [];
	for (let look = 0; look < LOOKS; look++) {
		looks.push(await testbed.guard(askMemory(server.actor.child)));
		await testbed.wait(LOOK_SECONDS);
	}
	return { delayP99: measured.delayMs.p99, fpsMin: measured.fps.min, alive: median(looks) };
}

function askMemory(child) {
	return new Promise((resolve) => {
		child.once('message', resolve);
		child.send('alive?');
	});
}

function inBrief({ alive, delayP99 }) {
	return `${(alive / 1024).toFixed(0)} KiB alive, p99 ${delayP99.toFixed(2)} ms`;
}

function results(tools, { viewers, seconds, rounds }, without, withSlow) {
	const field = (list, name) => median(list.map((round) => round[name]));
	const growth = median(withSlow.map(({ alive }, round) => alive - without[round].alive));
	const change = field(withSlow, 'delayP99') / field(without, 'delayP99') - 1;
	const row = (title, list) => [
		title,
		`${(field(list, 'alive') / 1024).toFixed(0)} KiB`,
		`${field(list, 'delayP99').toFixed(2)} ms`,
		field(list, 'fpsMin').toFixed(2),
	];
	const targets = [
		{
			text: `memory grows by <= 2 pictures + 64 KiB (${(MAX_GROWTH / 1024).toFixed(0)} KiB)`,
			seen: `${(growth / 1024).toFixed(1)} KiB`,
			met: growth <= MAX_GROWTH,
		},
		{
			text: 'delay p99 of the others within 20 %',
			seen: `${change >= 0 ? '+' : ''}${(change * 100).toFixed(0)} %`,
			met: Math.abs(change) <= MAX_CHANGE,
		},
	];
	return [
		`${viewers} viewers of stream.mjpg, ${FPS} pictures of ${PICTURE_BYTES} bytes a second; load in ${tools.language}.`,
		`${rounds} rounds of ${seconds} s without and with the slow viewer, in turn and in turned order, on one relay, once its kernel buffers were full.`,
		'Alive: heap and buffers of the relay after a collection. Medians; growth is the median of the rounds’ differences.',
		'',
		table([['', 'alive', 'delay p99', 'fps worst viewer'], row('without', without), row('with', withSlow)]),
		'',
		targetTable(targets),
	].join('\n');
}
