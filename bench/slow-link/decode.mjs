import { spawn } from 'node:child_process';
import { readTimeCode } from '../../packages/testcard/dist/index.js';
import { SIZE } from './fixture.mjs';

const STRIP_HEIGHT = 24;

/**
 * Decodes what a viewer got with the system's ffmpeg and compares the time code of each picture with the one that it
 * should have. Any artefact that reaches the bottom of the picture, and any picture decoded from the wrong one, shows.
 * @param {Buffer} stream Annex B, as it came
 * @param {readonly number[]} expected the pictures that came, by their number in the fixture
 * @returns {Promise<number>} how many are wrong or missing
 */
export async function wrongPictures(stream, expected) {
	const crop = `crop=${SIZE.width}:${STRIP_HEIGHT}:0:${SIZE.height - STRIP_HEIGHT}`;
	const raw = ['-vf', crop, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-fps_mode', 'passthrough', '-'];
	const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-f', 'h264', '-i', '-', ...raw], {
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	const chunks = [];
	let complaints = '';
	ffmpeg.stdout.on('data', (chunk) => chunks.push(chunk));
	ffmpeg.stderr.on('data', (text) => {
		complaints += text;
	});
	ffmpeg.stdin.on('error', () => {});
	ffmpeg.stdin.end(stream);
	await new Promise((resolve) => ffmpeg.once('close', resolve));
	if (complaints) throw new Error(`ffmpeg complains about what the viewer got: ${complaints.slice(0, 500)}`);
	const strips = Buffer.concat(chunks);
	const bytes = SIZE.width * STRIP_HEIGHT * 4;
	let wrong = Math.abs(expected.length - strips.length / bytes);
	expected.forEach((sequence, index) => {
		const rgba = strips.subarray(index * bytes, (index + 1) * bytes);
		if (rgba.length < bytes) return;
		const code = readTimeCode({ width: SIZE.width, height: STRIP_HEIGHT, rgba });
		if (code?.sequence !== sequence) wrong++;
	});
	return wrong;
}

/** How many pictures came of which one that they depend on did not. @param {import('./setup.mjs').Arrival[]} arrivals */
export function undecodable(arrivals) {
	let last;
	let broken = 0;
	for (const { key, sequence } of arrivals) {
		if (!key && sequence !== last + 1) broken++;
		last = sequence;
	}
	return broken;
}
