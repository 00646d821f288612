import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRelay } from '../fanout/contestants.mjs';
import { median, table, targetTable } from '../report/numbers.mjs';
import { cpuSeconds } from '../testbed/process-cpu.mjs';
import { LOAD_CORE, onTestbed, pinSelf, SERVER_CORE } from '../testbed/testbed.mjs';

/** What it shows, in a line. */
export const summary = 'what the agent costs beside a camera program that gives 2 Mbit/s of H.264';

/** Flags with their defaults. */
export const flags = { seconds: '20', rounds: '3' };

const FPS = 30;
const BITRATE = 2_000_000;
const MAX_SHARE = 0.05;
const MAX_BYTES = 90e6;
/** After its start V8 compiles and tidies up for about ten seconds, which would count as work. */
const SETTLE_SECONDS = 15;
const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/**
 * Runs the bench. Throws if fewer pictures than nine tenths of what the camera makes came through.
 * @param {{seconds: string, rounds: string}} given
 * @param {{cache: string, say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { cache, say }) {
	pinSelf();
	const film = makeFilm(cache);
	const [seconds, rounds] = [given.seconds, given.rounds].map(Number);
	const seen = [];
	for (let round = 1; round <= rounds; round++) {
		seen.push(await measure(film, seconds));
		const { share, bytes, megabits } = seen.at(-1);
		say(`round ${round}/${rounds}: ${percent(share)} of a core, ${megabytes(bytes)}, ${megabits.toFixed(2)} Mbit/s`);
	}
	const middle = (name) => median(seen.map((round) => round[name]));
	const most = Math.max(...seen.map(({ bytes }) => bytes));
	return [
		`1280x720 at ${FPS} pictures a second as \`rpicam-vid\` writes it (Annex B, a real ffmpeg in real time, started by \`exec:\`), through`,
		`\`oriel camera\` to a relay with one viewer; ${rounds} rounds of ${seconds} s. The camera program's own work is not counted.`,
		'',
		table([
			['', 'to the viewer', 'of a core', 'memory, the most'],
			['oriel camera', `${middle('megabits').toFixed(2)} Mbit/s`, percent(middle('share')), megabytes(most)],
		]),
		'',
		targetTable([
			{ text: `<= ${percent(MAX_SHARE)} of a core`, seen: percent(middle('share')), met: middle('share') <= MAX_SHARE },
			{ text: `<= ${megabytes(MAX_BYTES)} of memory (RSS)`, seen: megabytes(most), met: most <= MAX_BYTES },
		]),
	].join('\n');
}

/** Noise over a moving picture at a constant rate, half a minute of it and again, for as long as a round may take. */
function makeFilm(cache) {
	const film = join(cache, `capture-${BITRATE}.h264`);
	if (existsSync(film)) return film;
	mkdirSync(cache, { recursive: true });
	const picture = ['-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=${FPS},noise=alls=12:allf=t`, '-t', '30'];
	const limits = ['-minrate', BITRATE, '-maxrate', BITRATE, '-bufsize', BITRATE, '-x264-params', 'nal-hrd=cbr'];
	const encoder = [
		'-c:v',
		'libx264',
		'-preset',
		'ultrafast',
		'-tune',
		'zerolatency',
		'-profile:v',
		'baseline',
		'-g',
		60,
	];
	const out = ['-b:v', BITRATE, ...limits, '-threads', 1, '-f', 'h264', 'pipe:1'];
	const { status, stdout, stderr } = spawnSync('ffmpeg', [...picture, ...encoder, ...out].map(String), {
		maxBuffer: 2 ** 26,
	});
	if (status !== 0) throw new Error(`ffmpeg made no film: ${stderr}`);
	writeFileSync(film, Buffer.concat([stdout, stdout, stdout, stdout, stdout]));
	return film;
}

function measure(film, seconds) {
	return onTestbed(async (testbed) => {
		const server = await openRelay(testbed, ['mp4', '/cameras/film/stream.mp4'], { cameras: ['film'] });
		const camera = `exec:ffmpeg -hide_banner -nostdin -loglevel error -re -framerate ${FPS} -i '${film}' -c copy -f h264 pipe:1`;
		const address = `http://127.0.0.1:${server.port}`;
		process.env.ORIEL_CAMERA_KEY = server.keys.film;
		const command = [here('../../packages/cli/bin/oriel.mjs'), 'camera', address, '--name', 'film', '--source', camera];
		const agent = testbed.start('agent', [process.execPath, ...command], { core: SERVER_CORE });
		const [, path, header] = server.viewers;
		const watch = [process.execPath, here('../h264-fanout/viewers.mjs'), server.port, path, header, 1].map(String);
		const viewers = testbed.start('viewers', watch, { core: LOAD_CORE });
		await viewers.hear('ready');
		await testbed.wait(SETTLE_SECONDS);
		viewers.tell('begin');
		const before = cpuSeconds(agent.pid);
		await testbed.wait(seconds);
		const used = cpuSeconds(agent.pid) - before;
		viewers.tell('end');
		const { bytes, lasted } = await viewers.hear('measured');
		const megabits = (bytes * 8) / lasted / 1e6;
		if (megabits < (0.9 * BITRATE) / 1e6) throw new Error(`Only ${megabits.toFixed(2)} Mbit/s came through`);
		return { share: used / seconds, bytes: peakMemory(agent.pid), megabits };
	});
}

/** The most memory that a process ever held. */
function peakMemory(pid) {
	const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
	return Number(kibibytes) * 1024;
}

function percent(share) {
	return `${(share * 100).toFixed(1)} %`;
}

function megabytes(bytes) {
	return `${(bytes / 1e6).toFixed(0)} MB`;
}
