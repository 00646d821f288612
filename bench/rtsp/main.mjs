import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { RtspCamera } from '@oriel/testing/rtsp-camera';
import { median, table } from '../report/numbers.mjs';

/** What it shows, in a line. */
export const summary = 'an RTSP camera read by the agent, and through ffmpeg, at the same time';

/** Flags with their defaults. */
export const flags = { seconds: '30', slow: '10' };

const FFMPEG =
	'ffmpeg -hide_banner -nostdin -loglevel error -rtsp_transport tcp -fflags nobuffer -flags low_delay -i URL -map 0:v:0 -an -c:v copy -f flv -flvflags no_duration_filesize pipe:1';
const CONTESTANTS = [
	['the agent', (url) => url],
	['the agent, with ffmpeg', (url) => `exec:${FFMPEG.replace('URL', url)}`],
];
/** So many bytes at the end of a picture tell it from all others. */
const TAIL_BYTES = 32;
/** What stands before the video in a packet: the heads of RTP and of a fragment. */
const HEAD_BYTES = 14;
const RECEIVER = fileURLToPath(new URL('receiver.mjs', import.meta.url));

/**
 * Runs the bench.
 * @param {{seconds: string, slow: string}} given
 * @param {{say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { say }) {
	const [seconds, slow] = [Number(given.seconds), Number(given.slow)];
	const cases = [
		[
			'25 a second, 1280x720, 4 Mbit/s',
			{ everySeconds: 0.04, keyEvery: 50, size: '1280x720', bitrate: 4_000_000 },
			seconds,
		],
		['1 a second', { everySeconds: 1 }, seconds],
		[`1 in ${slow} s`, { everySeconds: slow }, 7 * slow],
	];
	const rows = [];
	for (const [name, camera, duration] of cases) {
		say(`${name}, ${duration} s`);
		for (const [contestant, seen] of await measure(camera, duration)) rows.push([name, contestant, ...figures(seen)]);
	}
	const head = ['pictures', 'read by', 'came', 'first after', 'delay p50', 'delay, the most', 'processor, ms a second'];
	return [
		'A camera whose RTP a real ffmpeg makes, read over TCP by both at the same time, until they are stopped.',
		'The delay is from the last packet of a picture to the picture at the sink of the source.',
		'The processor time is that of the agent and of the program that it runs.',
		'',
		table([head, ...rows]),
	].join('\n');
}

async function measure(options, seconds) {
	const sent = new Map();
	const onPacket = (packet) => {
		if ((packet[1] & 0x80) === 0) return;
		const end = packet.findLastIndex((byte) => byte !== 0) + 1;
		if (end - HEAD_BYTES < TAIL_BYTES) return;
		const tail = packet.toString('hex', end - TAIL_BYTES, end);
		// Two pictures with the same end cannot be told from one another.
		sent.set(tail, sent.has(tail) ? undefined : now());
	};
	const camera = await RtspCamera.start({ ...options, onPacket });
	const running = CONTESTANTS.map(async ([name, specOf]) => [name, await receive(specOf(camera.url()), seconds)]);
	const results = await Promise.all(running);
	await camera[Symbol.asyncDispose]();
	return results.map(([name, { frames, ...rest }]) => {
		const isAlone = ({ tail }) => frames.filter((other) => other.tail === tail).length === 1;
		const told = frames.filter((frame) => isAlone(frame) && sent.get(frame.tail) !== undefined);
		const delays = told.map(({ at, tail }) => at - sent.get(tail));
		return [name, { ...rest, count: frames.length, delays, seconds }];
	});
}

function receive(spec, seconds) {
	const child = spawn(process.execPath, [RECEIVER, spec, `${seconds}`, `${TAIL_BYTES}`], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const frames = [];
	let rest;
	createInterface({ input: child.stdout }).on('line', (line) => {
		const told = JSON.parse(line);
		if (told.tail === undefined) rest = told;
		else frames.push(told);
	});
	return once(child, 'close').then(() => ({ frames, ...rest }));
}

function figures({ count, firstMs, delays, cpuMs, seconds }) {
	const ms = (value) => (value === undefined || Number.isNaN(value) ? '–' : `${value.toFixed(value < 10 ? 1 : 0)} ms`);
	const most = delays.length > 0 ? Math.max(...delays) : undefined;
	const middle = delays.length > 0 ? median(delays) : undefined;
	const first = firstMs === undefined ? 'none came' : `${(firstMs / 1000).toFixed(2)} s`;
	return [count, first, ms(middle), ms(most), (cpuMs / seconds).toFixed(1)];
}

/** Milliseconds of a clock that all processes of this machine share. */
function now() {
	return Number(process.hrtime.bigint()) / 1e6;
}
