import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTimeCode } from '@oriel/media';
import { Firefox } from '@oriel/testing/bidi-firefox';
import { openBrowser } from '@oriel/testing/browser';
import { bundle } from '@oriel/testing/bundle';
import { PacedUpload } from '@oriel/testing/paced-upload';
import { Program } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { type Recording, timeCoded } from '@oriel/testing/time-coded';
import { until } from '@oriel/testing/until';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const RATE = 5;
const PICTURES = 45;
/** Of a stream that goes on: decoders hold back the last. */
const FILMED = PICTURES - 6;
const [WIDTH, HEIGHT] = [320, 192];
const PICTURE_BYTES = WIDTH * HEIGHT * 4;
/** Of what a page shows while others use the machine: a picture may go between two refreshes of its screen. */
const MOST = 0.85;

interface Seen {
	readonly numbers: number[];
	readonly ages: (number | null)[];
	readonly size: readonly [number, number];
	readonly rung: string | null;
}

/** Streams that ffmpeg and browsers play, each with what makes it odd. */
const STREAMS: readonly (Partial<Recording> & { readonly what: string; readonly size: readonly [number, number] })[] = [
	{ what: 'B-frames, bare', size: [320, 192], x264: ['-bf', '3', '-b_strategy', '0', '-x264-params', 'scenecut=0'] },
	{ what: 'B-frames as x264 makes them, in FLV', size: [320, 192], container: 'flv' },
	{ what: 'pixels twice as wide as high', size: [640, 192], x264: ['-vf', 'setsar=2', '-tune', 'zerolatency'] },
];

describe.each(STREAMS)('a stream with $what', ({ size, ...recording }) => {
	let relay: RelayProcess;
	let cookie: { name: string; value: string };
	let pieces: Buffer[];
	let upload: PacedUpload;
	let browser: Browser;
	let firefox: Firefox;
	let look: () => Promise<Map<string, Seen>>;
	let film: string;
	let shownByVlc: string;
	let vlc: Program;
	let ffmpeg: Promise<(number | undefined)[]>;

	beforeAll(async () => {
		relay = await RelayProcess.start();
		const [name = '', value = ''] = (await relay.setUp()).split('=');
		cookie = { name, value };
		const key = await relay.addKey('cam');
		film = `${relay.url.replace('http://', `http://x:${await relay.addToken()}@`)}/cameras/cam/stream.mp4`;
		pieces = await timeCoded('cam', { pictures: PICTURES, framesPerSecond: RATE, ...recording });
		await until('the relay to know the camera', () => relay.knows('cam', `${name}=${value}`));
		const watcher = await bundle(new URL('../e2e/in-page/watch-codes.ts', import.meta.url));
		browser = await openBrowser();
		firefox = await Firefox.open();
		const pages = new Map<string, () => Promise<Seen>>();
		for (const rung of ['webcodecs', 'mse']) {
			const context = await browser.newContext();
			await context.addCookies([{ ...cookie, url: relay.url }]);
			await context.addInitScript(watcher);
			const page = await context.newPage();
			await page.goto(`${relay.url}/?rung=${rung}`);
			pages.set(`Chromium, ${rung}`, () => page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen));
			const evaluate = await firefox.page(`${relay.url}/?rung=${rung}`, cookie, watcher);
			pages.set(`Firefox, ${rung}`, async () => (await evaluate('globalThis.seen')) as Seen);
		}
		look = async () =>
			new Map(await Promise.all([...pages].map(async ([title, get]) => [title, await get()] as const)));
		upload = new PacedUpload(`${relay.url}/cameras/cam/ingest`, key, pieces, RATE);
		await until('the first pictures', async () => (await relay.metric('oriel_ingest_frames_total{camera="cam"}')) > 1);
		shownByVlc = mkdtempSync(join(tmpdir(), 'oriel-vlc-'));
		chmodSync(shownByVlc, 0o777);
		vlc = startVlc(film, shownByVlc);
		ffmpeg = codesIn(['-i', film], FILMED);
		await upload.done;
	});

	afterAll(async () => {
		await upload[Symbol.asyncDispose]();
		await vlc.end();
		await firefox[Symbol.asyncDispose]();
		await browser.close();
		await relay[Symbol.asyncDispose]();
		rmSync(shownByVlc, { recursive: true, force: true });
	});

	it.each(['Chromium, webcodecs', 'Chromium, mse', 'Firefox, webcodecs', 'Firefox, mse'])(
		'is shown in its order and shape in %s',
		async (title) => {
			const enough = (seen: Seen | undefined) => (seen?.numbers.at(-1) ?? 0) >= PICTURES - 6;
			await until(`${title} to come to the end`, async () => enough((await look()).get(title)));
			const seen = (await look()).get(title);
			const { numbers = [] } = seen ?? {};
			expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
			const [first = 0] = numbers;
			const last = numbers.at(-1) ?? 0;
			expect(numbers.length / (last - first + 1), `shown: ${numbers}`).toBeGreaterThanOrEqual(MOST);
			expect([seen?.size, seen?.rung]).toEqual([size, title.split(', ')[1]]);
		},
	);

	it('comes to ffmpeg with every picture, in order', async () => {
		expect(await ffmpeg).toEqual(Array.from({ length: FILMED }, (_, at) => at));
	});

	it('comes to VLC, run by an ordinary user, with every picture, in order, none of them late', async () => {
		const files = () => readdirSync(shownByVlc).sort();
		await until('VLC to come to the end', () => files().length >= FILMED);
		await vlc.end();
		expect(vlc.stderr).not.toMatch(/too late|conversion failed|Could not convert timestamp/);
		const numbers = await Promise.all(
			files()
				.slice(0, FILMED)
				.map((file) => codesIn(['-i', join(shownByVlc, file)])),
		);
		expect(numbers.flat()).toEqual(Array.from({ length: FILMED }, (_, at) => at));
	});
});

/** The numbers of the pictures that ffmpeg makes of this input, in their order. */
function codesIn(input: readonly string[], frames = 1): Promise<(number | undefined)[]> {
	const output = ['-fps_mode', 'passthrough', '-frames:v', `${frames}`, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'];
	const options = { encoding: 'buffer', maxBuffer: 1 << 28 } as const;
	return new Promise((resolve, reject) => {
		execFile('ffmpeg', ['-loglevel', 'error', ...input, ...output], options, (failure, stdout) => {
			if (failure) reject(failure);
			else resolve(Array.from({ length: frames }, (_, at) => codeIn(stdout.subarray(at * PICTURE_BYTES))));
		});
	});
}

function codeIn(pixels: Buffer): number | undefined {
	return readTimeCode({ width: WIDTH, height: HEIGHT, rgba: pixels.subarray(0, PICTURE_BYTES) })?.sequence;
}

/** Writes each picture that VLC shows into the folder. VLC refuses to run as root. */
function startVlc(film: string, folder: string): Program {
	const scene = ['--video-filter=scene', '--scene-ratio=1', '--scene-format=png', `--scene-path=${folder}`];
	const vlc = [
		'cvlc',
		'-vv',
		'--no-audio',
		'--vout',
		'dummy',
		...scene,
		`--scene-width=${WIDTH}`,
		`--scene-height=${HEIGHT}`,
		film,
	];
	return process.getuid?.() === 0
		? new Program('runuser', ['-u', 'nobody', '--', ...vlc])
		: new Program('vlc', vlc.slice(1));
}
