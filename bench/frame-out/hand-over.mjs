import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { openSource } from '../../packages/agent/dist/index.js';
import { systemClock as clock } from '../../packages/base/dist/index.js';

const MEDIA = 'testsrc2=size=640x480:rate=30';
const ENCODER = '-c:v libx264 -preset ultrafast -tune zerolatency -b:v 2M -maxrate 2M -bufsize 200k -g 60'.split(' ');
/** What comes first brings the headers, and finds code that has not run before. */
const WARM_UP = 30;

/**
 * Milliseconds from the arrival of each picture's last byte to its arrival at the sink.
 * @param {{format: string, options: readonly string[]}} kind
 * @param {number} pictures
 * @returns {Promise<number[]>}
 */
export async function handOver({ format, options }, pictures) {
	const args = ['-v', 'error', '-re', '-f', 'lavfi', '-i', MEDIA, ...ENCODER, ...options, '-f', format, 'pipe:1'];
	const ffmpeg = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit'] });
	const gone = once(ffmpeg, 'close');
	const input = new PassThrough();
	const chunks = [];
	const frames = [];
	ffmpeg.stdout.on('data', (chunk) => {
		chunks.push(performance.now());
		input.write(chunk);
	});
	const source = openSource('-', { name: 'bench', input, clock, random: Math.random });
	const enough = new AbortController();
	const sink = {
		frame() {
			frames.push(performance.now());
			if (frames.length === pictures + WARM_UP) enough.abort();
		},
		poster() {},
		preview() {},
		advise() {},
	};
	await source.run(sink, enough.signal);
	ffmpeg.kill('SIGKILL');
	await gone;
	return delaysOf(chunks, frames);
}

/** The last picture came with the last chunk that had arrived by then: counted back from there, they go together. */
function delaysOf(chunks, frames) {
	const arrived = chunks.filter((at) => at <= frames.at(-1));
	const headers = arrived.length - frames.length;
	if (headers < 0 || headers > 2)
		throw new Error(
			`${arrived.length} chunks for ${frames.length} pictures: ffmpeg does not write a picture at a time`,
		);
	return frames.map((at, index) => at - arrived[index + headers]).slice(WARM_UP);
}
