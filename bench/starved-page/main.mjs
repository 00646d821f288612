import { table, targetTable } from '../report/numbers.mjs';
import { figuresOf } from '../slow-link/figures.mjs';
import { GOP_FPS, hasFfmpeg, makeGroups } from '../slow-link/fixture.mjs';
import { cleanUpAlways, whyNoLinks } from '../slow-link/link.mjs';
import { makeHousehold, Setup } from '../slow-link/setup.mjs';
import { startBusyLoops } from './busy-loops.mjs';

/** What it shows, in a line. */
export const summary = 'a busy device is told from a slow link, and shows what it can (needs root)';

/** Flags with their defaults. */
export const flags = { seconds: '20', loops: '6' };

const SETTLE_MS = 5000;
/** The words come and go after a few seconds: what is said later counts. */
const WORDS_MS = 8000;
const STREAM = { megabits: 3, groupSeconds: 2 };
const WIDE = 1e9;
const SLOW = 2e6;
const DEVICE = 'This device';
const CONNECTION = 'Your connection';
const CASES = [
	{ title: 'free device, wide link', bitsPerSecond: WIDE, isStarved: false, expected: undefined },
	{ title: 'starved device, wide link', bitsPerSecond: WIDE, isStarved: true, expected: DEVICE },
	{ title: 'free device, slow link', bitsPerSecond: SLOW, isStarved: false, expected: CONNECTION },
];

/**
 * Runs the bench.
 * @param {{seconds: string, loops: string}} given
 * @param {{cache: string, say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { cache, say }) {
	const why = whyNoLinks() ?? (hasFfmpeg() ? undefined : 'ffmpeg is missing: apt-get install ffmpeg');
	if (why) throw new Error(`no link here: ${why}`);
	cleanUpAlways();
	const household = makeHousehold();
	const fixture = await makeGroups(cache, STREAM, say);
	const rows = [];
	const targets = [];
	for (const method of (process.env.PLAYBACK_METHODS ?? 'webcodecs,mse').split(',')) {
		for (const one of CASES) {
			const found = await measure(
				{ household, fixture, method, loops: Number(given.loops), ...one },
				Number(given.seconds) * 1000,
			);
			const { figures, words } = found;
			rows.push([
				one.title,
				method,
				...['p50', 'p99'].map((name) => `${figures[name].toFixed(0)} ms`),
				figures.fps.toFixed(1),
				words.join('; ') || 'nothing',
			]);
			say(rows.at(-1).join(' | '));
			targets.push(...targetsOf(`${one.title}, ${method}`, one, found));
		}
	}
	const head = ['', 'shown by', 'age p50', 'p99', 'a second', 'the page says'];
	const text = `H.264 of ${STREAM.megabits} Mbit/s, ${GOP_FPS} a second, a key frame every ${STREAM.groupSeconds} s, on the page in headless Chromium. The browser has a core, which a starved device shares with ${given.loops} programs that never rest; the relay and the camera have the other. The wide link carries ${WIDE / 1e6} Mbit/s, the slow one ${SLOW / 1e6}. What the page says: its notes from ${WORDS_MS / 1000} s on.`;
	return [text, table([head, ...rows]), targetTable(targets)].join('\n\n');
}

async function measure({ household, fixture, method, loops, bitsPerSecond, isStarved }, ms) {
	const setup = new Setup(household, {
		hop: 'viewer',
		sender: 'oriel',
		fixture,
		bitsPerSecond,
		roundTripMs: 2,
		isPinned: true,
	});
	let end = () => {};
	try {
		setup.open();
		const viewer = await setup.watchPage(method);
		if (isStarved) end = startBusyLoops(loops);
		await new Promise((resolve) => setTimeout(resolve, SETTLE_MS + ms));
		const [arrivals] = await viewer.finish();
		const to = arrivals.at(-1).at;
		return {
			figures: figuresOf(arrivals, to - ms, to, bitsPerSecond),
			words: wordsFrom(viewer.notes(), arrivals[0].at + WORDS_MS),
		};
	} finally {
		end();
		await setup.end();
	}
}

/** The beginnings of what was said from a time on, each once. */
function wordsFrom(notes, from) {
	const said = notes
		.filter((_, index) => (notes[index + 1]?.at ?? Number.POSITIVE_INFINITY) > from)
		.map((note) => note.said);
	const kinds = said.map((words) => [DEVICE, CONNECTION].find((kind) => words.startsWith(kind)) ?? words);
	return [...new Set(kinds)].filter(Boolean);
}

function targetsOf(where, { expected, isStarved }, { figures, words }) {
	const said = words.filter((kind) => kind === DEVICE || kind === CONNECTION);
	const isRight = expected ? said.length === 1 && said[0] === expected : said.length === 0;
	const named = {
		text: `${where}: the page blames ${expected?.toLowerCase() ?? 'nothing'}, and nothing else`,
		seen: words.join('; ') || 'nothing',
		met: isRight,
	};
	if (!isStarved) return [named];
	return [named, { text: `${where}: >= 10 pictures a second`, seen: figures.fps.toFixed(1), met: figures.fps >= 10 }];
}
