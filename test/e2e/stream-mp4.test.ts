import { execFile } from 'node:child_process';
import { inspectJpeg } from '@oriel/media';
import { Program } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const QUIET = ['-hide_banner', '-loglevel', 'error'];
const PATTERN = [...QUIET, '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=24'];
const GROUP = 48;
const X264 = [
	'-pix_fmt',
	'yuv420p',
	'-c:v',
	'libx264',
	'-preset',
	'ultrafast',
	'-tune',
	'zerolatency',
	'-g',
	`${GROUP}`,
];
const FRAMES = 48;

interface Probed {
	readonly packets: readonly { readonly dts_time: string; readonly pts_time: string; readonly flags: string }[];
	readonly streams: readonly { readonly codec_name: string; readonly width: number; readonly height: number }[];
}

/** Runs a program to its end and gives what it printed; rejects if it failed or complained. */
function run(program: string, args: readonly string[]): Promise<string> {
	return new Promise((resolve, reject) => {
		execFile(program, args, { timeout: 60_000 }, (failure, stdout, stderr) => {
			if (failure || stderr !== '') reject(new Error(`${program} ${args.join(' ')}: ${stderr} ${failure ?? ''}`));
			else resolve(stdout);
		});
	});
}

describe.concurrent('H.264 from programs that know nothing of Oriel, to programs that know nothing of it either', () => {
	let relay: RelayProcess;
	let cookie: string;
	let token: string;

	beforeAll(async () => {
		relay = await RelayProcess.start();
		cookie = await relay.setUp();
		token = await relay.addToken();
	});

	afterAll(() => relay[Symbol.asyncDispose]());

	it('ffmpeg sends FLV to the URL with the key as its password, ffprobe and ffmpeg watch stream.mp4', async () => {
		const url = (await ingestUrl('flv')).replace('http://', `http://x:${await relay.addKey('flv')}@`);
		await using _camera = new Program('ffmpeg', [...PATTERN, ...X264, '-f', 'flv', url]);
		await expectFilm('flv');
	});

	it('ffmpeg sends Annex B through curl -T -, ffprobe and ffmpeg watch stream.mp4', async () => {
		const url = await ingestUrl('annexb');
		const key = await relay.addKey('annexb');
		await using curl = new Program('curl', ['-sS', '-T', '-', '-H', `Authorization: Bearer ${key}`, url]);
		await using ffmpeg = new Program('ffmpeg', [...PATTERN, ...X264, '-flush_packets', '1', '-f', 'h264', '-']);
		ffmpeg.pipeInto(curl.stdin);
		await expectFilm('annexb');
		await ffmpeg.end('SIGTERM');
		curl.stdin.end();
		expect(JSON.parse((await curl.said(/\{.*\}/))[0])).toMatchObject({ skippedBytes: 0 });
	});

	async function ingestUrl(camera: string): Promise<string> {
		await relay.addKey(camera);
		await until(`the relay to know ${camera}`, () => relay.knows(camera, cookie));
		return `${relay.url}/cameras/${camera}/ingest`;
	}

	async function expectFilm(camera: string): Promise<void> {
		await expectSnapshot(camera);
		// So that what follows begins in the middle of a group.
		await until('the middle of a group', async () => {
			const place = (await relay.metric(`oriel_ingest_frames_total{camera="${camera}"}`)) % GROUP;
			return place > GROUP / 4 && place < GROUP / 2;
		});
		const film = `${relay.url.replace('http://', `http://x:${token}@`)}/cameras/${camera}/stream.mp4`;
		const show = ['-show_packets', '-show_streams', '-select_streams', 'v', '-of', 'json'];
		const probed = await run('ffprobe', [...QUIET, '-read_intervals', `%+#${FRAMES}`, ...show, film]);
		const { packets, streams } = JSON.parse(probed) as Probed;
		expect(streams[0]).toMatchObject({ codec_name: 'h264', width: 320, height: 240 });
		expect(packets.length).toBeGreaterThanOrEqual(FRAMES);
		expect(packets[0]?.flags).toMatch(/^K/);
		const times = packets.map(({ dts_time: time }) => Number(time));
		for (const [index, time] of times.entries()) if (index > 0) expect(time).toBeGreaterThan(times[index - 1] ?? time);
		expect(packets.map(({ pts_time: time }) => Number(time))).toEqual(times);
		// Copying complains of times that do not rise, decoding of pictures that lack another.
		const frames = ['-frames:v', `${FRAMES}`, '-f', 'null', '-'];
		await run('ffmpeg', [...QUIET, '-i', film, '-c', 'copy', ...frames]);
		const asItIs = ['-fps_mode', 'passthrough', '-enc_time_base', '-1'];
		await run('ffmpeg', [...QUIET, '-xerror', '-err_detect', 'explode', '-i', film, ...asItIs, ...frames]);
	}

	async function expectSnapshot(camera: string): Promise<void> {
		const response = await until(`a picture of ${camera}`, async () => {
			const answer = await fetch(`${relay.url}/cameras/${camera}/snapshot.jpg`, { headers: { cookie } });
			return answer.ok && answer;
		});
		expect(inspectJpeg(new Uint8Array(await response.arrayBuffer()))).toMatchObject({ width: 320, height: 240 });
	}
});
