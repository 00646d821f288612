import { table, targetTable } from '../report/numbers.mjs';
import { openStudio } from './studio.mjs';

/** What it shows, in a line. */
export const summary =
	'capture to canvas in real Chromium, by the time code in the picture, for every way of showing it';

/** Flags with their defaults. */
export const flags = { frames: '300', joins: '10' };

const PLAYBACK_METHODS = [
	{ method: 'jpeg', camera: 'pattern', title: 'JPEG', median: undefined, p95: undefined },
	{ method: 'webcodecs', camera: 'pattern-h264', title: 'H.264, WebCodecs', median: 15, p95: 25 },
	{ method: 'mse', camera: 'pattern-h264', title: 'H.264, MSE', median: 45, p95: undefined },
];
const JOIN_TARGET_MS = 300;

/**
 * Runs the bench. Throws if a way shows nothing, or pictures out of order.
 * @param {{frames: string, joins: string}} given
 * @param {{cache: string, say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { say }) {
	const frames = Number(given.frames);
	const studio = await openStudio();
	const rows = [];
	const targets = [];
	try {
		for (const { method, camera, title, median, p95 } of PLAYBACK_METHODS) {
			const stop = await studio.start(camera);
			const ages = await studio.watch(camera, method, frames);
			stop();
			const seen = { median: percentile(ages, 0.5), p95: percentile(ages, 0.95), p99: percentile(ages, 0.99) };
			say(`${title}: median ${ms(seen.median)}, p95 ${ms(seen.p95)} over ${ages.length} pictures`);
			rows.push([title, `${ages.length}`, ms(seen.median), ms(seen.p95), ms(seen.p99)]);
			if (median) targets.push(target(`${title}: median`, seen.median, median));
			if (p95) targets.push(target(`${title}: p95`, seen.p95, p95));
		}
		await studio.start('pattern');
		await studio.start('long-groups');
		const joins = [];
		for (let count = 0; count < Number(given.joins); count++) joins.push(await studio.join('long-groups', 'webcodecs'));
		say(`joining: ${joins.map((join) => ms(join)).join(', ')}`);
		rows.push([
			'joining in the middle of a 4 s group',
			`${joins.length}`,
			ms(percentile(joins, 0.5)),
			ms(percentile(joins, 0.95)),
			'',
		]);
		targets.push(target('joining, median', percentile(joins, 0.5), JOIN_TARGET_MS));
	} finally {
		await studio.close();
	}
	const head = ['way', 'pictures', 'median', 'p95', 'p99'];
	const words =
		'640x480 at 30 pictures a second, loopback, headless Chromium without a GPU. The age is read from the canvas as soon as a picture is drawn; for MSE when the video presents it.';
	return `${words}\n\n${table([head, ...rows])}\n\n${targetTable(targets)}`;
}

function target(text, seen, limit) {
	return { text: `${text} <= ${limit} ms`, seen: ms(seen), met: seen <= limit };
}

function percentile(numbers, share) {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function ms(number) {
	return `${number.toFixed(1)} ms`;
}
