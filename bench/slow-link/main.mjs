import { table, targetTable } from '../report/numbers.mjs';
import { H264_CASES, JPEG_CASES, percent, STEP_CASES, targetsOf } from './cases.mjs';
import { measureCrowd } from './crowd.mjs';
import { undecodable, wrongPictures } from './decode.mjs';
import { figuresOf, freshAfter, fullRateAfter } from './figures.mjs';
import { FPS, GROUP_SECONDS, hasFfmpeg, makeFixtures } from './fixture.mjs';
import { measureGroups } from './groups.mjs';
import { cleanUpAlways, whyNoLinks } from './link.mjs';
import { makeHousehold, Setup } from './setup.mjs';

/** What it shows, in a line. */
export const summary = 'how old pictures are behind a slow link, on either hop, against a naive sender (needs root)';

/** Flags with their defaults. */
export const flags = { seconds: '15', parts: 'jpeg,h264,groups,steps,crowd' };

const SETTLE_MS = 5000;
const STEP_MS = 8000;
const SENDERS = { oriel: 'Oriel', free: 'naive, if its queue is empty', all: 'naive, every picture' };

/**
 * Runs the bench.
 * @param {{seconds: string, parts: string}} given
 * @param {{cache: string, say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { cache, say }) {
	const why = whyNoLinks() ?? (hasFfmpeg() ? undefined : 'ffmpeg is missing: apt-get install ffmpeg');
	if (why) throw new Error(`no slow link here: ${why}`);
	cleanUpAlways();
	const testbed = { cache, fixtures: await makeFixtures(cache, say), household: makeHousehold(), say };
	const parts = { jpeg: jpegPart, h264: h264Part, groups: groupsPart, steps: stepsPart, crowd: crowdPart };
	const texts = [];
	const targets = [];
	for (const name of given.parts.split(',')) {
		const part = parts[name];
		if (!part) throw new Error(`there is no part "${name}"; there are ${Object.keys(parts).join(', ')}`);
		const found = await part(testbed, Number(given.seconds) * 1000);
		texts.push(found.text);
		targets.push(...found.targets);
	}
	return [...texts, targetTable(targets)].join('\n\n');
}

async function jpegPart(testbed, ms) {
	const { rows, targets } = await measureCases(testbed, JPEG_CASES, ['oriel', 'free', 'all'], ms);
	const words =
		'JPEGs of 25 000 bytes, 24 a second, behind a token bucket with a queue of 200 ms. Age: from the camera’s write to the viewer’s read. The share of the link is that of the pictures’ bytes: with its headers TCP fills it at 95 %. The naive senders are Node WebSocket servers with the kernel’s defaults, at the same time on twin links; the bytes go the same way on both hops, so they run once.';
	return { text: `${words}\n\n${table([HEAD, ...rows])}`, targets };
}

async function h264Part(testbed, ms) {
	const { rows, targets } = await measureCases(testbed, H264_CASES, ['oriel', 'all'], ms);
	const words = `H.264 of 3 Mbit/s by x264, 24 a second, a key frame every ${GROUP_SECONDS} s. What came was decoded by ffmpeg and each picture’s time code compared.`;
	return { text: `${words}\n\n${table([HEAD, ...rows])}`, targets };
}

const HEAD = ['slow hop', 'pictures', 'link', 'round trip', 'sender', 'age p50', 'p95', 'p99', 'a second', 'link used'];

async function measureCases(testbed, cases, senders, ms) {
	const rows = [];
	const targets = [];
	for (const one of cases) {
		const contestants = one.hop === 'viewer' ? senders : ['oriel'];
		const found = await Promise.all(contestants.map((sender) => measure(testbed, { ...one, sender }, ms)));
		found.forEach(({ figures, defects }, index) => {
			rows.push(rowOf(one, contestants[index], figures));
			testbed.say(rows.at(-1).join(' | '));
			if (contestants[index] === 'oriel') targets.push(...targetsOf(one, figures), ...defectTargets(one, defects));
		});
	}
	return { rows, targets };
}

function rowOf({ hop, codec, megabits, roundTripMs }, sender, { p50, p95, p99, fps, used }) {
	const ages = [p50, p95, p99].map((age) => `${age.toFixed(0)} ms`);
	return [
		hop,
		codec,
		`${megabits} Mbit/s`,
		`${roundTripMs} ms`,
		SENDERS[sender],
		...ages,
		fps.toFixed(1),
		percent(used),
	];
}

function defectTargets({ hop, codec, megabits, roundTripMs }, defects) {
	if (codec === 'jpeg') return [];
	const text = `${hop}, ${codec} on ${megabits} Mbit/s, ${roundTripMs} ms: no picture without what it depends on, none decoded wrong`;
	return [
		{ text, seen: `${defects.undecodable} and ${defects.wrong}`, met: defects.undecodable + defects.wrong === 0 },
	];
}

async function measure({ fixtures, household }, { hop, codec, megabits, roundTripMs, sender }, ms) {
	const bitsPerSecond = megabits * 1e6;
	return onSetup(household, { hop, sender, fixture: fixtures[codec], bitsPerSecond, roundTripMs }, async (setup) => {
		const isChecked = codec === 'h264' && sender === 'oriel';
		const viewer = await setup.watch('slow', 1, isChecked);
		await wait(SETTLE_MS + ms);
		const [arrivals] = await viewer.finish();
		const from = arrivals[0].at + SETTLE_MS;
		const defects = isChecked && {
			undecodable: undecodable(arrivals),
			wrong: await wrongPictures(
				viewer.pictures(),
				arrivals.map(({ index }) => index),
			),
		};
		return { figures: figuresOf(arrivals, from, from + ms, bitsPerSecond), defects };
	});
}

/** The link goes from 10 to 1 Mbit/s and back. Fresh is what is as young as that link allows, and half a second or a group. */
async function stepsPart({ fixtures, household, say }) {
	const rows = [];
	const targets = [];
	const found = await Promise.all(
		STEP_CASES.map(({ hop, codec, roundTripMs }) => {
			const trial = { hop, sender: 'oriel', fixture: fixtures[codec], bitsPerSecond: 10e6, roundTripMs };
			return onSetup(household, trial, (setup) => step(setup, codec));
		}),
	);
	STEP_CASES.forEach(({ hop, codec }, index) => {
		const { down, up, full, worst } = found[index];
		const seconds = (time) => `${time.toFixed(1)} s`;
		rows.push([hop, codec, seconds(down), seconds(up), seconds(full), `${worst.toFixed(0)} ms`]);
		say(rows.at(-1).join(' | '));
		const where = `${hop}, ${codec}, 10 to 1 to 10 Mbit/s`;
		targets.push(
			{
				text: `${where}: fresh 2 s after each change`,
				seen: `${seconds(down)}, ${seconds(up)}`,
				met: Math.max(down, up) <= 2,
			},
			{ text: `${where}: full rate again 5 s after it`, seen: seconds(full), met: full <= 5 },
		);
	});
	const head = [
		'slow hop',
		'pictures',
		'fresh after 10 to 1',
		'fresh after 1 to 10',
		'full rate after',
		'oldest picture',
	];
	const words = `The link steps while pictures flow. Fresh: for JPEG no older than 500 ms on 1 Mbit/s and 150 ms on 10; for H.264, of which 1 Mbit/s carries a third, one group more.`;
	return { text: `${words}\n\n${table([head, ...rows])}`, targets };
}

async function step(setup, codec) {
	const group = codec === 'h264' ? 1000 * GROUP_SECONDS : 0;
	const viewer = await setup.watch('slow', 1);
	await wait(SETTLE_MS);
	const narrowed = setup.narrow(1e6);
	await wait(STEP_MS);
	const widened = setup.narrow(10e6);
	await wait(STEP_MS);
	const [arrivals] = await viewer.finish();
	const end = widened + STEP_MS;
	return {
		down: freshAfter(arrivals, narrowed, widened, 500 + group),
		up: freshAfter(arrivals, widened, end, 150),
		full: fullRateAfter(arrivals, widened, end, FPS),
		worst: Math.max(...arrivals.filter(({ at }) => at >= narrowed).map(({ age }) => age)),
	};
}

async function groupsPart(testbed, ms) {
	return measureGroups(testbed, ms, onSetup);
}

async function crowdPart(testbed, ms) {
	return measureCrowd(testbed, ms, onSetup);
}

async function onSetup(household, trial, act) {
	const setup = new Setup(household, trial);
	try {
		setup.open();
		return await act(setup);
	} finally {
		await setup.end();
	}
}

function wait(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
