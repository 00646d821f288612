import { table } from '../report/numbers.mjs';
import { bestSender } from './best-sender.mjs';
import { undecodable } from './decode.mjs';
import { figuresOf } from './figures.mjs';
import { GOP_FPS, makeGroups } from './fixture.mjs';

const LINK_MEGABITS = 2;
const ROUND_TRIP_MS = 20;
/** Of the link's bits the headers of TCP take the rest. */
const PAYLOAD = 0.955;
const SETTLE_MS = 8000;
const CASES = [3, 6].flatMap((megabits) => [1, 2, 4].map((groupSeconds) => ({ megabits, groupSeconds })));
const VIEWERS = [
	{ title: 'light client', hop: 'viewer' },
	{ title: 'light client, slow uplink', hop: 'uplink' },
	{ title: 'page, WebCodecs', hop: 'viewer', method: 'webcodecs' },
	{ title: 'page, MSE', hop: 'viewer', method: 'mse' },
];

/**
 * Streams that are larger than their link, by the length of their groups.
 * @param {{cache: string, household: object, say: (words: string) => void}} testbed
 * @param {number} ms
 */
export async function measureGroups({ cache, household, say }, ms, onSetup) {
	const rows = [];
	const targets = [];
	for (const { megabits, groupSeconds } of CASES) {
		const fixture = await makeGroups(cache, { megabits, groupSeconds }, say);
		const best = bestSender(fixture, LINK_MEGABITS * PAYLOAD * 1e6);
		const stream = [`${megabits} Mbit/s`, `${groupSeconds} s`];
		rows.push([...stream, 'best possible', ...cells(best)]);
		for (const viewer of VIEWERS) {
			const figures = await measure({ household, fixture, ...viewer }, ms, onSetup);
			rows.push([...stream, viewer.title, ...cells(figures)]);
			say(rows.at(-1).join(' | '));
			targets.push(
				...targetsOf(
					`${megabits} into ${LINK_MEGABITS}, groups of ${groupSeconds} s, ${viewer.title}`,
					figures,
					best,
					groupSeconds,
				),
			);
		}
	}
	const head = [
		'stream',
		'groups',
		'viewer',
		'age p50',
		'p99',
		'a second',
		'longest still',
		'of what the link carries',
	];
	const words = `H.264 by x264, ${GOP_FPS} a second, larger than the link of ${LINK_MEGABITS} Mbit/s (token bucket, queue of 200 ms, ${ROUND_TRIP_MS} ms), which carries ${LINK_MEGABITS * PAYLOAD} Mbit/s of data. The camera cannot make key frames on request. Light clients: until the last byte was read. Pages: headless Chromium, until the picture was on the canvas or presented; the share of the link is that of the pictures shown. Best possible: computed, a sender that sends each group in order until the next begins, without any queue: no sender does better without lowering the share of the link.`;
	return { text: `${words}\n\n${table([head, ...rows])}`, targets };
}

function cells({ p50, p99, fps, still, used }) {
	return [
		`${p50.toFixed(0)} ms`,
		`${p99.toFixed(0)} ms`,
		fps.toFixed(1),
		`${still.toFixed(0)} ms`,
		`${(used * 100).toFixed(0)} %`,
	];
}

function measure({ household, fixture, hop, method }, ms, onSetup) {
	const bitsPerSecond = LINK_MEGABITS * 1e6;
	return onSetup(
		household,
		{ hop, sender: 'oriel', fixture, bitsPerSecond, roundTripMs: ROUND_TRIP_MS },
		async (setup) => {
			const viewer = await (method ? setup.watchPage(method) : setup.watch('slow', 1));
			await new Promise((resolve) => setTimeout(resolve, SETTLE_MS + ms));
			const [arrivals] = await viewer.finish();
			if (!method && undecodable(arrivals) > 0) throw new Error('A picture came without what it depends on');
			const from = arrivals[0].at + SETTLE_MS;
			return figuresOf(arrivals, from, from + ms, bitsPerSecond * PAYLOAD);
		},
	);
}

/** Of each target what is asked, and where the link and the stream forbid it, what they allow. */
function targetsOf(where, { p50, p99, fps, still, used }, best, groupSeconds) {
	const frames = Math.min(0.6 * GOP_FPS, 0.9 * best.fps);
	const age = Math.max(500, best.p50 + 150);
	const stillMs = Math.max(700, best.still + 150);
	const ms = (name, seen, limit) => ({
		text: `${where}: ${name} <= ${limit.toFixed(0)} ms`,
		seen: `${seen.toFixed(0)} ms`,
		met: seen <= limit,
	});
	return [
		{ text: `${where}: >= 90 % of the link`, seen: `${(used * 100).toFixed(0)} %`, met: used >= 0.9 },
		{ text: `${where}: >= ${frames.toFixed(1)} pictures a second`, seen: fps.toFixed(1), met: fps >= frames },
		ms('age p50', p50, 500),
		...(age > 500 ? [ms('age p50, the best possible and 150 ms', p50, age)] : []),
		ms('age p99', p99, 1000 * groupSeconds),
		ms('longest still', still, stillMs),
	];
}
