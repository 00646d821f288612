import { median, table, targetTable } from '../report/numbers.mjs';
import { handOver } from './hand-over.mjs';

/** What it shows, in a line. */
export const summary = 'no look-ahead: from the last byte of a picture at the pipe to the picture at the sink';

/** Flags with their defaults. */
export const flags = { pictures: '300', rounds: '3' };

const KINDS = [
	{ title: 'H.264 on a raw pipe', format: 'h264', options: [], limitMs: 5 },
	{ title: 'the same, 4 slices a picture', format: 'h264', options: ['-x264-params', 'slices=4'], limitMs: 5 },
	{ title: 'FLV', format: 'flv', options: ['-flvflags', 'no_duration_filesize'], limitMs: 2 },
];

/**
 * Runs the bench. Throws if pictures cannot be told apart in what ffmpeg writes.
 * @param {{pictures: string, rounds: string}} given
 * @param {{say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { say }) {
	const [pictures, rounds] = [given.pictures, given.rounds].map(Number);
	const rows = [];
	const targets = [];
	for (const { title, limitMs, ...kind } of KINDS) {
		const delays = [];
		for (let round = 0; round < rounds; round++) delays.push(...(await handOver(kind, pictures)));
		delays.sort((a, b) => a - b);
		const at = (share) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))];
		const seen = `${median(delays).toFixed(2)} ms`;
		say(`${title}: median ${seen}`);
		rows.push([title, String(delays.length), seen, `${at(0.95).toFixed(2)} ms`, `${at(0.99).toFixed(2)} ms`]);
		targets.push({ text: `${title}: median <= ${limitMs} ms`, seen, met: median(delays) <= limitMs });
	}
	return [
		`Real ffmpeg (x264 zerolatency, 640x480 at 30 pictures a second) at a pipe, read as \`oriel camera --source -\` reads it; ${rounds} runs each.`,
		'It writes a picture at a time, so the time of the last byte is that of the chunk.',
		'',
		table([['', 'pictures', 'median', 'p95', 'p99'], ...rows]),
		'',
		targetTable(targets),
	].join('\n');
}
