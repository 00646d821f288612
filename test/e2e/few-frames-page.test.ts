import { openBrowser } from '@oriel/testing/browser';
import type { Program } from '@oriel/testing/program';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Cameras without a preview, and how many frames a second at most reach a page that cannot show them all. */
const CAMERAS = {
	h264: { source: 'test:h264', fewPerSecond: 1 / 2 },
	jpeg: { source: 'test', fewPerSecond: 5 },
} as const;
const NAMES = Object.keys(CAMERAS);
const FPS = 24;
const SMALL_TILES = { width: 800, height: 600 };

describe('a grid of cameras without previews, in real Chromium', () => {
	let browser: Browser;
	let relay: RelayProcess;
	let page: Page;
	const cameras: Program[] = [];

	beforeAll(async () => {
		browser = await openBrowser();
		relay = await RelayProcess.start();
		for (const [name, { source }] of Object.entries(CAMERAS)) {
			const args = ['--source', source, '--preview', 'off', '--fps', `${FPS}`];
			cameras.push(cameraProcess(relay.url, name, await relay.addKey(name), args));
		}
		const [name = '', value = ''] = (await relay.setUp()).split('=');
		const context = await browser.newContext();
		await context.addCookies([{ name, value, url: relay.url }]);
		page = await context.newPage();
		await page.setViewportSize(SMALL_TILES);
		await page.goto(relay.url);
	});

	afterAll(async () => {
		await browser?.close();
		for (const camera of cameras) await camera.end();
		await relay?.[Symbol.asyncDispose]();
	});

	/** Frames of a camera that have come to the relay, and that have left it for the page. */
	const counts = async (camera: string) => ({
		came: await relay.metric(`oriel_ingest_frames_total{camera="${camera}"}`),
		left: await relay.metric(`oriel_egress_frames_total{camera="${camera}",transport="live"}`),
	});

	/** The part of a camera's next frames, two seconds of them, that leaves for the page. */
	const shareOf = async (camera: string) => {
		const before = await counts(camera);
		const after = await until(`more frames of ${camera}`, async () => {
			const now = await counts(camera);
			return now.came - before.came >= 2 * FPS && now;
		});
		return (after.left - before.left) / (after.came - before.came);
	};

	it('gets all frames while the page shows them, and key frames or a few JPEGs when it is starved', async () => {
		const tracks = () =>
			page.evaluate((names) => {
				const players = names.map((name) => document.querySelector<HTMLElement>(`[camera="${name}"]`));
				return players.map((player) => `${player?.dataset.track}, ${player?.dataset.state}`);
			}, NAMES);
		const areLive = async () => (await tracks()).every((seen) => seen === 'video, live');
		await until('both to be live', areLive);
		const whole = await Promise.all(NAMES.map(shareOf));
		expect(whole.every((share) => share > 0.8)).toBe(true);
		await page.evaluate(starve);
		for (const [camera, { fewPerSecond }] of Object.entries(CAMERAS)) {
			// At most one frame more than that is in a window.
			await until(`few frames of ${camera}`, async () => {
				const share = await shareOf(camera);
				return share > 0 && share <= (fewPerSecond + 1 / 2) / FPS;
			});
		}
		await until('both to go on', areLive);
	});
});

/** In the page: five screen refreshes a second at most, and time between them for what arrives. */
function starve(): void {
	const block = () => {
		const end = performance.now() + 180;
		while (performance.now() < end);
		requestAnimationFrame(block);
	};
	requestAnimationFrame(block);
}
