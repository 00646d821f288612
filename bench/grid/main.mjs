import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../../test/support/dist/browser.js';
import { RelayProcess } from '../../test/support/dist/relay-process.js';
import { DRAW_WORKER } from '../latency/probe-script.mjs';
import { median, table, targetTable } from '../report/numbers.mjs';

/** What it shows, in a line. */
export const summary =
	'a grid of cameras in Chromium, drawn on the page and in a worker: frames a second, CPU, opening a tile';

/** Flags with their defaults. */
export const flags = { cameras: '16', seconds: '15', opens: '10', grids: 'video,previews,jpeg', drawn: 'page,worker' };

const FPS = 15;
const CLIPS = {
	video: { size: '1280x720', bitrate: '1500k' },
	preview: { size: '320x180', bitrate: '150k' },
	/** JPEG, of that quality (ffmpeg's -q:v). */
	jpeg: { size: '640x360', quality: '5' },
};
/** What the cameras of a grid send. */
const GRIDS = {
	video: { title: 'video alone', video: 'video' },
	jpeg: { title: 'JPEG alone', video: 'jpeg' },
	previews: { title: 'with previews', video: 'video', preview: 'preview' },
};
const CLIP_SECONDS = 8;
const VIEWPORT = { width: 1920, height: 1080 };
const SETTLE_MS = 8000;
const FEED = join(import.meta.dirname, 'feed.mjs');

/**
 * Runs the bench: the same grid without and with previews, drawn on the page and in the worker.
 * @param {{cameras: string, seconds: string, opens: string}} given
 * @param {{cache: string, say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { cache, say }) {
	if (spawnSync('ffmpeg', ['-version']).status !== 0) throw new Error('ffmpeg is missing: apt-get install ffmpeg');
	const clips = Object.fromEntries(Object.keys(CLIPS).map((name) => [name, makeClip(cache, name)]));
	const rows = [];
	for (const grid of given.grids.split(',')) {
		const { title, video, preview } = GRIDS[grid];
		for (const drawn of given.drawn.split(',')) {
			const streams = { video: clips[video], preview: clips[preview] ?? '-' };
			const found = await measure({ ...given, ...streams, isInWorker: drawn === 'worker' });
			rows.push({
				title: `${title}, drawn ${drawn === 'worker' ? 'in the worker' : 'on the page'}`,
				grid,
				drawn,
				...found,
			});
			say(JSON.stringify(rows.at(-1)));
		}
	}
	return results(rows, given);
}

async function measure({ cameras, seconds, opens, video, preview, isInWorker }) {
	const names = Array.from({ length: Number(cameras) }, (_, index) => `cam-${index + 1}`);
	const relay = await RelayProcess.start();
	const browser = await openBrowser();
	let feed;
	try {
		const keys = [];
		for (const name of names) keys.push(`${name}=${await relay.addKey(name)}`);
		feed = spawn(process.execPath, [FEED, `ws://127.0.0.1:${relay.port}/agent`, video, preview, ...keys], {
			stdio: 'inherit',
		});
		const [name, value] = (await relay.setUp()).split('=');
		const context = await browser.newContext({ viewport: VIEWPORT });
		await context.addCookies([{ name, value, url: relay.url }]);
		// A worker whose code does not load: the page draws.
		if (!isInWorker) await context.route(DRAW_WORKER, (route) => route.abort());
		const page = await context.newPage();
		await page.goto(relay.url);
		await page.waitForFunction((count) => document.querySelectorAll('oriel-player').length === count, names.length);
		await page.waitForTimeout(SETTLE_MS);
		if (feed.exitCode !== null) throw new Error('the cameras ended; their words are above');
		const grid = await watchGrid(page, Number(seconds) * 1000);
		await requireWorker(page, isInWorker);
		const opened = preview === '-' ? [] : await openTiles(page, names, Number(opens));
		return { ...grid, opened };
	} finally {
		feed?.kill();
		await browser.close();
		await relay[Symbol.asyncDispose]();
	}
}

/** Frames a second of each tile, the age of the pictures, how busy the page's main thread is, and the browser's CPU time. */
async function watchGrid(page, ms) {
	const devtools = await page.context().newCDPSession(page);
	const browser = await page.context().browser().newBrowserCDPSession();
	await devtools.send('Performance.enable');
	const mainSeconds = async () => {
		const { metrics } = await devtools.send('Performance.getMetrics');
		return ['TaskDuration', 'ThreadTime'].map((wanted) => metrics.find(({ name }) => name === wanted).value);
	};
	const cpuSeconds = async () =>
		(await browser.send('SystemInfo.getProcessInfo')).processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
	const [began, cpuBegan] = [await mainSeconds(), await cpuSeconds()];
	const from = performance.now();
	const { rates, ages } = await page.evaluate(async (span) => {
		const players = [...document.querySelectorAll('oriel-player')];
		const sums = players.map(() => 0);
		const seenAges = [];
		const looks = span / 1000;
		for (let look = 0; look < looks; look++) {
			await new Promise((resolve) => setTimeout(resolve, 1000));
			players.forEach((player, index) => {
				sums[index] += player.framesPerSecond;
				if (player.ageMs !== undefined) seenAges.push(player.ageMs);
			});
		}
		return { rates: sums.map((sum) => sum / looks), ages: seenAges };
	}, ms);
	const [busy, mainCpu] = (await mainSeconds()).map((ended, index) => ended - began[index]);
	const cpu = (await cpuSeconds()) - cpuBegan;
	const seconds = (performance.now() - from) / 1000;
	const says = await page.evaluate(() => [
		...new Set(
			[...document.querySelectorAll('oriel-player')]
				.map((player) => player.shadowRoot.querySelector('.note:not([hidden])')?.textContent)
				.filter(Boolean),
		),
	]);
	const shown = rates.reduce((sum, rate) => sum + rate, 0);
	return {
		...{ worst: Math.min(...rates), median: median(rates), age: median(ages), busy: busy / seconds },
		...{ mainCpu: mainCpu / seconds, cpu: cpu / seconds, cpuMsAFrame: (1000 * cpu) / seconds / shown, says },
	};
}

/** That it was drawn where it was to be. */
async function requireWorker(page, isInWorker) {
	const canvases = await page.evaluate(
		() => document.querySelector('oriel-player').shadowRoot.querySelectorAll('canvas').length,
	);
	if (canvases !== (isInWorker ? 2 : 1)) throw new Error(`a player has ${canvases} canvases`);
}

/** Opens tiles: until the video is on the canvas; -1 where the player was black in between. */
async function openTiles(page, names, count) {
	const times = [];
	for (let turn = 0; turn < count; turn++) {
		const camera = names[turn % names.length];
		times.push(
			await page.evaluate(async (name) => {
				const began = performance.now();
				document.querySelector(`a[data-camera="${name}"]`).click();
				let wasShown = false;
				for (;;) {
					await new Promise((resolve) => requestAnimationFrame(resolve));
					const player = document.querySelector('main oriel-player');
					const tiles = document.querySelectorAll('oriel-player').length;
					if (tiles !== 1 || !player) continue;
					// What is seen, without a copy of it being made, as `player.canvas` does.
					const canvas = [...player.shadowRoot.querySelectorAll('canvas:not([data-empty])')].at(-1);
					const isBlack = canvas === undefined;
					if (isBlack && wasShown) return -1;
					wasShown ||= !isBlack;
					if (!isBlack && player.dataset.track === 'video' && canvas.width > 1000) return performance.now() - began;
					if (performance.now() - began > 10_000) return 10_000;
				}
			}, camera),
		);
		await page.goBack();
		await page.waitForFunction((all) => document.querySelectorAll('oriel-player').length === all, names.length);
		await page.waitForTimeout(1500);
	}
	return times;
}

function makeClip(cache, name) {
	mkdirSync(cache, { recursive: true });
	const { size, bitrate, quality } = CLIPS[name];
	const file = join(cache, `grid-${name}-${size}-${bitrate ?? quality}.${bitrate ? 'h264' : 'mjpeg'}`);
	if (existsSync(file)) return file;
	const folder = mkdtempSync(join(tmpdir(), 'oriel-grid-'));
	const made = join(folder, 'clip');
	const source = [
		'-f',
		'lavfi',
		'-i',
		`testsrc2=size=1280x720:rate=${FPS}:duration=${CLIP_SECONDS}`,
		'-vf',
		`noise=alls=8:allf=t,scale=${size.replace('x', ':')}`,
	];
	const h264 = '-pix_fmt yuv420p -c:v libx264 -profile:v baseline -preset veryfast -tune zerolatency -g 30';
	const coding = bitrate
		? [...h264.split(' '), '-b:v', bitrate, '-f', 'h264']
		: [...'-pix_fmt yuvj420p -c:v mjpeg'.split(' '), '-q:v', quality, '-f', 'mjpeg'];
	execFileSync('ffmpeg', ['-loglevel', 'error', ...source, ...coding, made]);
	execFileSync('cp', [made, file]);
	rmSync(folder, { recursive: true });
	return file;
}

function results(rows, { cameras, seconds, opens }) {
	const head = [
		...[
			'',
			'slowest tile',
			'median tile',
			'age, median',
			'main thread',
			'its CPU',
			'browser, of a core',
			'CPU a frame',
		],
		...['the page says', 'opening, median', 'longest'],
	];
	const ms = (times, of) => (times.length > 0 ? `${of(times).toFixed(0)} ms` : '');
	const body = rows.map(({ title, worst, median: middle, age, busy, mainCpu, cpu, cpuMsAFrame, says, opened }) => [
		title,
		...[
			`${worst.toFixed(1)} fps`,
			`${middle.toFixed(1)} fps`,
			`${age.toFixed(0)} ms`,
			`${Math.round(busy * 100)} %`,
			`${Math.round(mainCpu * 100)} %`,
			`${Math.round(cpu * 100)} %`,
			`${cpuMsAFrame.toFixed(2)} ms`,
			says.join('; ') || 'nothing',
		],
		...[ms(opened, median), ms(opened, (times) => Math.max(...times))],
	]);
	const text = `${cameras} cameras of 720p${FPS} (H.264, ${CLIPS.video.bitrate}), previews of ${CLIPS.preview.size} (${CLIPS.preview.bitrate}), or of JPEG of ${CLIPS.jpeg.size}, on one page of ${VIEWPORT.width}x${VIEWPORT.height} in headless Chromium, which decodes in software; cameras, relay and browser share the machine; ${seconds} s each.`;
	return [text, table([head, ...body]), targetTable(targetsOf(rows, opens))].join('\n\n');
}

function targetsOf(rows, opens) {
	const found = rows.find(({ grid, drawn }) => grid === 'previews' && drawn === 'worker');
	if (!found) return [];
	const { worst, busy, opened } = found;
	return [
		{ text: 'every tile >= 10 frames a second', seen: worst.toFixed(1), met: worst >= 10 },
		{ text: 'main thread < 50 % busy', seen: `${Math.round(busy * 100)} %`, met: busy < 0.5 },
		{
			text: 'opening a tile shows its video within 300 ms',
			seen: `${median(opened).toFixed(0)} ms`,
			met: median(opened) <= 300,
		},
		{
			text: 'no black frame while opening',
			seen: `${opened.filter((time) => time < 0).length} of ${opens}`,
			met: opened.every((time) => time >= 0),
		},
	];
}
