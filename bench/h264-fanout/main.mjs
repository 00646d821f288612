import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openRelay } from '../fanout/contestants.mjs';
import { median, table, targetTable } from '../report/numbers.mjs';
import { freePorts, listening } from '../testbed/ports.mjs';
import { cpuSeconds } from '../testbed/process-cpu.mjs';
import { LOAD_CORE, onTestbed, pinSelf, SERVER_CORE } from '../testbed/testbed.mjs';

/** What it shows, in a line. */
export const summary = 'many viewers of stream.mp4: the relay against a bare Node loop that writes as many bytes';

/** Flags with their defaults. */
export const flags = { viewers: '100', seconds: '8', rounds: '3' };

const FPS = 30;
/** With the pattern's own pictures that is about 2 Mbit/s. */
const SIZE = '848x480';
/** After its start V8 compiles and tidies up for about ten seconds, which at these small rates would count as work. */
const SETTLE_SECONDS = 15;
const MAX_RATIO = 1.3;
const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/**
 * Runs the bench. Throws if a viewer of either got less than its pictures.
 * @param {{viewers: string, seconds: string, rounds: string}} given
 * @param {{say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { say }) {
	pinSelf();
	const [viewers, seconds, rounds] = [given.viewers, given.seconds, given.rounds].map(Number);
	const ratios = [];
	const rows = { relay: [], bare: [] };
	for (let round = 1; round <= rounds; round++) {
		const relay = await measureRelay(viewers, seconds);
		const bare = await measureBare(viewers, seconds, Math.round(relay.bytesPerSecond / viewers / FPS));
		rows.relay.push(relay);
		rows.bare.push(bare);
		ratios.push(relay.micros / bare.micros);
		say(`round ${round}/${rounds}: relay ${brief(relay)}, bare ${brief(bare)}, ratio ${ratios.at(-1).toFixed(2)}`);
	}
	const ratio = median(ratios);
	const row = (title, list) => {
		const middle = (name) => median(list.map((item) => item[name]));
		const rate = `${((middle('bytesPerSecond') * 8) / viewers / 1e6).toFixed(2)} Mbit/s`;
		return [title, rate, `${middle('micros').toFixed(1)} µs`, `${(middle('busy') * 100).toFixed(1)} %`];
	};
	const target = {
		text: `CPU a picture <= ${MAX_RATIO} x the bare loop`,
		seen: `${ratio.toFixed(2)} x`,
		met: ratio <= MAX_RATIO,
	};
	return [
		`${viewers} viewers of one H.264 camera, ${SIZE} at ${FPS} pictures a second; ${rounds} rounds of ${seconds} s in turn, medians. The relay's CPU includes taking`,
		'the pictures in; the bare loop makes nothing and takes nothing in.',
		'',
		table([
			['', 'to each viewer', 'CPU a picture', 'of a core'],
			row('relay, stream.mp4', rows.relay),
			row('bare Node loop', rows.bare),
		]),
		'',
		targetTable([target]),
	].join('\n');
}

function brief({ micros, bytesPerSecond }) {
	return `${micros.toFixed(1)} µs a picture at ${(bytesPerSecond / 1e6).toFixed(2)} MB/s`;
}

function measureRelay(viewers, seconds) {
	return onTestbed(async (testbed) => {
		const server = await openRelay(testbed, ['mp4', '/cameras/pattern/stream.mp4'], { cameras: ['pattern'] });
		const env = { ...process.env, ORIEL_CAMERA_KEY: server.keys.pattern };
		const args = [
			'camera',
			`http://127.0.0.1:${server.port}`,
			'--name',
			'pattern',
			'--source',
			'test:h264',
			'--size',
			SIZE,
			'--fps',
			String(FPS),
		];
		// It makes its pictures on the viewers' core: only what the relay itself does counts.
		const camera = spawn(process.execPath, [here('../../packages/cli/bin/oriel.mjs'), ...args], {
			env,
			stdio: 'ignore',
		});
		try {
			return await measure(testbed, server.actor.pid, [server.port, ...server.viewers.slice(1)], viewers, seconds);
		} finally {
			camera.kill('SIGKILL');
		}
	});
}

function measureBare(viewers, seconds, bytes) {
	return onTestbed(async (testbed) => {
		const [port] = await freePorts(1);
		const actor = testbed.start('bare', [process.execPath, here('bare.mjs'), port, bytes, FPS].map(String), {
			core: SERVER_CORE,
		});
		await testbed.guard(listening(port));
		return measure(testbed, actor.pid, [port, '/', 'x-bench: 1'], viewers, seconds);
	});
}

async function measure(testbed, pid, [port, path, header], count, seconds) {
	const command = [process.execPath, here('viewers.mjs'), port, path, header, count].map(String);
	const viewers = testbed.start('viewers', command, { core: LOAD_CORE });
	await viewers.hear('ready');
	await testbed.wait(SETTLE_SECONDS);
	viewers.tell('begin');
	const before = cpuSeconds(pid);
	await testbed.wait(seconds);
	const used = cpuSeconds(pid) - before;
	viewers.tell('end');
	const { bytes, least, lasted } = await viewers.hear('measured');
	if (least < (0.8 * bytes) / count)
		throw new Error(`One viewer got ${least} bytes, the average ${Math.round(bytes / count)}`);
	return { bytesPerSecond: bytes / lasted, micros: (used * 1e6) / (count * FPS * seconds), busy: used / seconds };
}
