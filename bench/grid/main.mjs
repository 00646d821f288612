import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../../test/support/dist/browser.js';
import { RelayProcess } from '../../test/support/dist/relay-process.js';
import { median, table, targetTable } from '../report/numbers.mjs';

/** What it shows, in a line. */
export const summary = 'a grid of cameras in Chromium: frames a second of each tile, main thread, opening a tile';

/** Flags with their defaults. */
export const flags = { cameras: '16', seconds: '15', opens: '10' };

const FPS = 15;
const CLIPS = {
	video: { size: '1280x720', bitrate: '1500k' },
	preview: { size: '320x180', bitrate: '150k' },
};
const CLIP_SECONDS = 8;
const VIEWPORT = { width: 1920, height: 1080 };
const SETTLE_MS = 8000;
const FEED = join(import.meta.dirname, 'feed.mjs');

/**
 * Runs the bench: the same grid without and with previews.
 * @param {{cameras: string, seconds: string, opens: string}} given
 * @param {{cache: string, say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { cache, say }) {
	if (spawnSync('ffmpeg', ['-version']).status !== 0) throw new Error('ffmpeg is missing: apt-get install ffmpeg');
	const clips = Object.fromEntries(Object.keys(CLIPS).map((name) => [name, makeClip(cache, name)]));
	const rows = [];
	for (const preview of ['-', clips.preview]) {
		const found = await measure({ ...given, video: clips.video, preview });
		rows.push({ title: preview === '-' ? 'video alone' : 'with previews', ...found });
		say(JSON.stringify(rows.at(-1)));
	}
	return results(rows, given);
}

async function measure({ cameras, seconds, opens, video, preview }) {
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
		const page = await context.newPage();
		await page.goto(relay.url);
		await page.waitForFunction((count) => document.querySelectorAll('oriel-player').length === count, names.length);
		await page.waitForTimeout(SETTLE_MS);
		if (feed.exitCode !== null) throw new Error('the cameras ended; their words are above');
		const grid = await watchGrid(page, Number(seconds) * 1000);
		const opened = preview === '-' ? [] : await openTiles(page, names, Number(opens));
		return { ...grid, opened };
	} finally {
		feed?.kill();
		await browser.close();
		await relay[Symbol.asyncDispose]();
	}
}

/** Frames a second of each tile, and how busy the page's main thread is. */
async function watchGrid(page, ms) {
	const devtools = await page.context().newCDPSession(page);
	await devtools.send('Performance.enable');
	const busySeconds = async () =>
		(await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
	const began = await busySeconds();
	const from = performance.now();
	const rates = await page.evaluate(async (span) => {
		const players = [...document.querySelectorAll('oriel-player')];
		const sums = players.map(() => 0);
		const looks = span / 1000;
		for (let look = 0; look < looks; look++) {
			await new Promise((resolve) => setTimeout(resolve, 1000));
			players.forEach((player, index) => {
				sums[index] += player.framesPerSecond;
			});
		}
		return sums.map((sum) => sum / looks);
	}, ms);
	const busy = (await busySeconds()) - began;
	const says = await page.evaluate(() => [
		...new Set(
			[...document.querySelectorAll('oriel-player')]
				.map((player) => player.shadowRoot.querySelector('.note:not([hidden])')?.textContent)
				.filter(Boolean),
		),
	]);
	return { worst: Math.min(...rates), median: median(rates), busy: busy / ((performance.now() - from) / 1000), says };
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
					const { canvas } = player;
					const isBlack = canvas.dataset.empty !== undefined;
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
	const { size, bitrate } = CLIPS[name];
	const file = join(cache, `grid-${name}-${size}-${bitrate}.h264`);
	if (existsSync(file)) return file;
	const folder = mkdtempSync(join(tmpdir(), 'oriel-grid-'));
	const made = join(folder, 'clip.h264');
	const source = [
		'-f',
		'lavfi',
		'-i',
		`testsrc2=size=1280x720:rate=${FPS}:duration=${CLIP_SECONDS}`,
		'-vf',
		`noise=alls=8:allf=t,scale=${size.replace('x', ':')}`,
	];
	const coding = [
		'-c:v',
		'libx264',
		'-profile:v',
		'baseline',
		'-preset',
		'veryfast',
		'-tune',
		'zerolatency',
		'-g',
		'30',
		'-b:v',
		bitrate,
	];
	execFileSync('ffmpeg', ['-loglevel', 'error', ...source, '-pix_fmt', 'yuv420p', ...coding, '-f', 'h264', made]);
	execFileSync('cp', [made, file]);
	rmSync(folder, { recursive: true });
	return file;
}

function results(rows, { cameras, seconds, opens }) {
	const head = ['', 'slowest tile', 'median tile', 'main thread', 'the page says', 'opening, median', 'longest'];
	const ms = (times, of) => (times.length > 0 ? `${of(times).toFixed(0)} ms` : '');
	const body = rows.map(({ title, worst, median: middle, busy, says, opened }) => [
		title,
		...[
			`${worst.toFixed(1)} fps`,
			`${middle.toFixed(1)} fps`,
			`${Math.round(busy * 100)} %`,
			says.join('; ') || 'nothing',
		],
		...[ms(opened, median), ms(opened, (times) => Math.max(...times))],
	]);
	const { worst, busy, opened } = rows.at(-1);
	const targets = [
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
	const text = `${cameras} cameras of 720p${FPS} (H.264, ${CLIPS.video.bitrate}), previews of ${CLIPS.preview.size} (${CLIPS.preview.bitrate}), on one page of ${VIEWPORT.width}x${VIEWPORT.height} in headless Chromium, which decodes in software; cameras, relay and browser share the machine; ${seconds} s each.`;
	return [text, table([head, ...body]), targetTable(targets)].join('\n\n');
}
