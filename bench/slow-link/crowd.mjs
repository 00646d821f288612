import { readFileSync } from 'node:fs';
import { median, table } from '../report/numbers.mjs';
import { figuresOf } from './figures.mjs';
import { FPS } from './fixture.mjs';
import { now } from './now.mjs';

const FAST = 80;
const SLOW = 20;
/** All slow viewers together have this, of 96 Mbit/s that they would need. */
const BITS_PER_SECOND = 20e6;
const SETTLE_MS = 4000;
const ROUNDS = 6;
/** Of resident memory while the slow are there; V8 lets garbage lie about for some megabytes. */
const MAX_GROWTH = 24 * 1024 * 1024;

/** 80 viewers without and with 20 more that are slow, in turn on one relay. */
export function measureCrowd({ fixtures, household, say }, ms, onSetup) {
	const trial = {
		hop: 'viewer',
		sender: 'oriel',
		fixture: fixtures.jpeg,
		bitsPerSecond: BITS_PER_SECOND,
		roundTripMs: 20,
		isPinned: true,
	};
	return onSetup(household, trial, async (setup) => {
		const fast = await setup.watch('fast', FAST);
		await wait(SETTLE_MS);
		const spans = { without: [], with: [] };
		const memory = { without: [], with: [] };
		const slowFigures = [];
		for (let round = 0; round < ROUNDS; round++) {
			await span(setup, ms / 2, spans.without, memory.without);
			const slow = await setup.watch('slow', SLOW);
			await wait(SETTLE_MS);
			await span(setup, ms / 2, spans.with, memory.with);
			const [from, to] = spans.with.at(-1);
			const arrivals = await slow.finish();
			slowFigures.push(figuresOf(arrivals.flat(), from, to, BITS_PER_SECOND));
			await slow.end();
			await wait(SETTLE_MS);
		}
		const viewers = await fast.finish();
		const without = spans.without.map(([from, to]) => round(viewers, from, to));
		const beside = spans.with.map(([from, to]) => round(viewers, from, to));
		const results = summarize(without, beside, memory, slowFigures);
		say(results.text);
		return results;
	});
}

async function span(setup, ms, spans, memory) {
	const from = now();
	await wait(ms);
	spans.push([from, now()]);
	memory.push(residentBytes(setup.relayPid()));
}

function round(viewers, from, to) {
	const all = figuresOf(viewers.flat(), from, to, 1);
	const rates = viewers.map((arrivals) => figuresOf(arrivals, from, to, 1).fps);
	return { p50: all.p50, p99: all.p99, least: Math.min(...rates) };
}

function summarize(without, beside, memory, slow) {
	const middle = (list, name) => median(list.map((item) => item[name]));
	const change = middle(beside, 'p99') / middle(without, 'p99') - 1;
	const growth = Math.max(...memory.with) - Math.max(...memory.without.slice(0, 1));
	const row = (title, list, bytes) => [
		title,
		`${middle(list, 'p50').toFixed(1)} ms`,
		`${middle(list, 'p99').toFixed(1)} ms`,
		middle(list, 'least').toFixed(2),
		`${(median(bytes) / 2 ** 20).toFixed(0)} MiB`,
	];
	const words = `${FAST} viewers of 25 000 byte JPEGs, ${FPS} a second, without and with ${SLOW} more that share ${BITS_PER_SECOND / 1e6} Mbit/s, in turn on one relay, ${ROUNDS} rounds; medians. The relay has a core, and it and the ${FAST} go before whatever else the machine does. The slow saw pictures ${middle(slow, 'p50').toFixed(0)} ms old (p99 ${middle(slow, 'p99').toFixed(0)} ms) and used ${(middle(slow, 'used') * 100).toFixed(0)} % of their link.`;
	const rate = middle(beside, 'least') / middle(without, 'least');
	return {
		text: `${words}\n\n${table([
			[`the ${FAST}`, 'age p50', 'p99', 'a second, worst viewer', 'memory of the relay'],
			row('alone', without, memory.without),
			row(`with ${SLOW} slow ones`, beside, memory.with),
		])}`,
		targets: [
			{
				text: `${FAST} viewers beside ${SLOW} slow ones: rate >= 99 %`,
				seen: `${(rate * 100).toFixed(1)} %`,
				met: rate >= 0.99,
			},
			{
				text: 'their age p99 +- 20 %',
				seen: `${change >= 0 ? '+' : ''}${(change * 100).toFixed(0)} %`,
				met: Math.abs(change) <= 0.2,
			},
			{
				text: `memory of the process grows by <= ${MAX_GROWTH / 2 ** 20} MiB`,
				seen: `${(growth / 2 ** 20).toFixed(1)} MiB`,
				met: growth <= MAX_GROWTH,
			},
		],
	};
}

function residentBytes(pid) {
	const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
	return Number(kilobytes) * 1024;
}

function wait(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
