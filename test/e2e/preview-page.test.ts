import { openBrowser } from '@oriel/testing/browser';
import { UsbThroughFfmpeg } from '@oriel/testing/fake-camera/usb-through-ffmpeg';
import type { Program } from '@oriel/testing/program';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** `usb` is encoded by the real ffmpeg, at twice the rate of its preview; all previews are what `--preview auto` makes. */
const CAMERAS = {
	jpeg: ['--source', 'test'],
	h264: ['--source', 'test:h264'],
	usb: ['--source', '/dev/video0', '--size', '640x360', '--fps', '20'],
} as const;
const WIDE = 640;
const SMALL = 320;
const USB_PREVIEW_FPS = 10;
/** All tiles are in view. */
const SMALL_TILES = { width: 800, height: 1000 };
const LARGE_TILES = { width: 1800, height: 1800 };

/** What the player of a camera shows: which track, and the picture's own width. `isBlack`: nothing is on the canvas. */
interface Seen {
	readonly track: string | undefined;
	readonly state: string | undefined;
	readonly width: number;
	readonly isBlack: boolean;
}

describe('previews, in real Chromium', () => {
	let browser: Browser;
	let relay: RelayProcess;
	let context: BrowserContext;
	let page: Page;
	const cameras: Program[] = [];
	const machine = new UsbThroughFfmpeg();

	beforeAll(async () => {
		browser = await openBrowser();
		relay = await RelayProcess.start();
		for (const [name, args] of Object.entries(CAMERAS)) {
			const key = await relay.addKey(name);
			cameras.push(cameraProcess(relay.url, name, key, args, machine.environment));
		}
		const [name = '', value = ''] = (await relay.setUp()).split('=');
		context = await browser.newContext();
		await context.addCookies([{ name, value, url: relay.url }]);
		page = await context.newPage();
		await page.addInitScript(watchPlayers);
	});

	afterAll(async () => {
		await context?.close();
		await browser?.close();
		for (const camera of cameras) await camera.end();
		await relay?.[Symbol.asyncDispose]();
		machine[Symbol.dispose]();
	});

	const seen = (camera: string) =>
		page.evaluate((name) => {
			const player = document.querySelector<HTMLElement & { canvas: HTMLCanvasElement }>(`[camera="${name}"]`);
			const { track, state } = player?.dataset ?? {};
			const canvas = player?.canvas;
			const isBlack = canvas === undefined || canvas.dataset.empty !== undefined;
			return { track, state, width: canvas?.width ?? 0, isBlack } satisfies Seen;
		}, camera);

	const shows = (camera: string, track: string, width: number) =>
		until(`${camera} to show its ${track}`, async () => {
			const now = await seen(camera);
			return now.track === track && now.state === 'live' && now.width === width;
		});

	const rateOf = (camera: string) =>
		page.evaluate((name) => {
			const player = document.querySelector<HTMLElement & { framesPerSecond: number }>(`[camera="${name}"]`);
			return player?.framesPerSecond ?? 0;
		}, camera);

	/** The tracks that players of the camera have shown since the page was opened, and whether one was ever black again. */
	const history = (camera: string) =>
		page.evaluate((name) => (globalThis as unknown as Watched).shown[name] ?? [], camera);

	it.each(Object.keys(CAMERAS))('of %s stand in small tiles, and the video in large ones', async (camera) => {
		await page.setViewportSize(SMALL_TILES);
		await page.goto(relay.url);
		await shows(camera, 'preview', SMALL);
		await page.setViewportSize(LARGE_TILES);
		await shows(camera, 'video', WIDE);
		await page.setViewportSize(SMALL_TILES);
		await shows(camera, 'preview', SMALL);
		expect(await history(camera)).not.toContain('black again');
	});

	it.each(Object.keys(CAMERAS))(
		'of %s are shown at once when a tile is opened, then the video; closing goes back',
		async (camera) => {
			await page.setViewportSize(SMALL_TILES);
			await page.goto(relay.url);
			await shows(camera, 'preview', SMALL);
			await page.click(`a[data-camera="${camera}"]`);
			await until('one large player', async () => (await page.locator('oriel-player').count()) === 1);
			await shows(camera, 'video', WIDE);
			// Where the video's first frame comes before the preview is decoded, that is what is shown first.
			// It is noted at the refresh of the screen behind the one that shows it.
			const orders = ['preview, video', 'video'];
			await until(`the history to be ${orders.join(' or ')}`, async () =>
				orders.includes((await history(camera)).at(-1) ?? ''),
			);
			await page.goBack();
			await shows(camera, 'preview', SMALL);
			expect(await history(camera)).not.toContain('black again');
		},
	);
	it('of a camera that ffmpeg encodes have half of its rate', async () => {
		await page.setViewportSize(SMALL_TILES);
		await page.goto(relay.url);
		await shows('usb', 'preview', SMALL);
		await until('the rate of the preview', async () => Math.abs((await rateOf('usb')) - USB_PREVIEW_FPS) < 1.5);
	});
});

interface Watched {
	readonly shown: Record<string, string[]>;
}

/** In the page: notes with each screen refresh which track each player shows, and whether its picture has gone. */
function watchPlayers(): void {
	const shown: Record<string, string[]> = {};
	Object.assign(globalThis, { shown });
	const known = new WeakMap<Element, number>();
	const note = (player: HTMLElement & { canvas?: HTMLCanvasElement }) => {
		const camera = player.getAttribute('camera') ?? '';
		const notes = shown[camera] ?? [];
		shown[camera] = notes;
		const isBlack = player.canvas?.dataset.empty !== undefined;
		const { track } = player.dataset;
		const at = known.get(player);
		if (isBlack || track === undefined) {
			if (at !== undefined) notes.push('black again');
			return;
		}
		if (at === undefined) known.set(player, notes.push(track) - 1);
		else if (!notes[at]?.endsWith(track)) notes[at] += `, ${track}`;
	};
	const look = () => {
		for (const player of document.querySelectorAll<HTMLElement>('oriel-player')) note(player);
		requestAnimationFrame(look);
	};
	look();
}
