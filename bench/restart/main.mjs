import { join } from 'node:path';
import { median, table, targetTable } from '../report/numbers.mjs';
import { openSetup } from './setup.mjs';

/** What it shows, in a line. */
export const summary = 'a killed relay that is started again: its open port, and the first new picture in Chromium';

/** Flags with their defaults. `before`: another checkout that has been built, to compare with. */
export const flags = { rounds: '5', down: '0,20', before: '' };

const ROOT = join(import.meta.dirname, '..', '..');
const START_TARGET_MS = 400;
const PICTURE_TARGET_MS = 1500;

/**
 * Runs the bench: in each round every relay is killed and started again, one after the other.
 * @param {{rounds: string, down: string, before: string}} given
 * @param {{cache: string, say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { say }) {
	const roots = [...(given.before ? [['before', given.before]] : []), ['now', ROOT]];
	const rows = [];
	const targets = [];
	for (const seconds of given.down.split(',').map(Number)) {
		const seen = Object.fromEntries(roots.map(([title]) => [title, []]));
		for (let round = 0; round < Number(given.rounds); round++) {
			for (const [title, root] of roots) {
				seen[title].push(await inSetup(root, seconds));
				say(`down for ${seconds} s, ${title}: ${JSON.stringify(seen[title].at(-1))}`);
			}
		}
		for (const [title] of roots) rows.push(row(seconds, title, seen[title]));
		targets.push(...targetsOf(seconds, seen.now));
	}
	const head = [
		'down for',
		'relay',
		'start to open port',
		'its processor time',
		'port to JPEG',
		'port to H.264',
		'worst',
	];
	const words = `640x480 at 30 pictures a second, loopback, headless Chromium; ${given.rounds} rounds, medians. The relay is ended by SIGKILL and started
again; a picture is new if it was taken after the kill, and counts when it has been drawn.`;
	return `${words}\n\n${table([head, ...rows])}\n\n${targetTable(targets)}`;
}

async function inSetup(root, seconds) {
	const setup = await openSetup(root);
	try {
		return await setup.restart(seconds);
	} finally {
		await setup.close();
	}
}

function row(seconds, title, seen) {
	const middle = (field) => ms(median(seen.map((one) => one[field])));
	return [`${seconds} s`, title, middle('start'), middle('startCpu'), middle('jpeg'), middle('h264'), ms(worst(seen))];
}

function targetsOf(seconds, seen) {
	const start = median(seen.map((one) => one.start));
	const picture = median(seen.map(({ jpeg, h264 }) => Math.max(jpeg, h264)));
	const after = `down for ${seconds} s:`;
	return [
		{
			text: `${after} port open <= ${START_TARGET_MS} ms after the start`,
			seen: ms(start),
			met: start <= START_TARGET_MS,
		},
		{
			text: `${after} new picture of both <= ${PICTURE_TARGET_MS} ms after that`,
			seen: ms(picture),
			met: picture <= PICTURE_TARGET_MS,
		},
	];
}

function worst(seen) {
	return Math.max(...seen.flatMap(({ jpeg, h264 }) => [jpeg, h264]));
}

function ms(number) {
	return `${Math.round(number)} ms`;
}
