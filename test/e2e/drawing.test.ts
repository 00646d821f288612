import { cameraId, type TimeCode } from '@oriel/testcard';
import { look, openBrowser } from '@oriel/testing/browser';
import { PageProxy } from '@oriel/testing/page-proxy';
import { isTimed } from '@oriel/testing/patience';
import type { Program } from '@oriel/testing/program';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const CAMERAS = { porch: 'test:h264', yard: 'test' } as const;
const DRAW_WORKER = '**/assets/draw-worker-*.js';
/** Players that are opened and closed one after another. */
const PLAYERS = isTimed ? 1_000 : 30;

/** What the scripts of this file put on the page. */
interface InPage {
	readonly workers: Worker[];
	/** Frames that came out of decoders, and those that were closed. */
	readonly videoFrames: { decoded: number; closed: number };
	/** Players that have had a picture and have none now. */
	readonly black: string[];
	workerFrames(): Promise<{ readonly received: number; readonly closed: number }>;
}
type Global = typeof globalThis & InPage;

describe('pictures in real Chromium', () => {
	let browser: Browser;
	let relay: RelayProcess;
	let proxy: PageProxy;
	let context: BrowserContext;
	let page: Page;
	let errors: string[];
	let cookie: { name: string; value: string };
	const cameras: Program[] = [];

	beforeAll(async () => {
		browser = await openBrowser();
		relay = await RelayProcess.start();
		proxy = await PageProxy.open(relay.port, `(${countFramesInWorker})();`);
		for (const [name, source] of Object.entries(CAMERAS)) {
			const args = ['--source', source, '--size', '320x240'];
			cameras.push(cameraProcess(relay.url, name, await relay.addKey(name), args));
		}
		const [name = '', value = ''] = (await relay.setUp()).split('=');
		cookie = { name, value };
	});

	afterEach(() => context?.close());

	afterAll(async () => {
		await browser?.close();
		for (const camera of cameras) await camera.end();
		await proxy?.[Symbol.asyncDispose]();
		await relay?.[Symbol.asyncDispose]();
	});

	async function open(url: string, prepare: (context: BrowserContext) => Promise<unknown> = async () => {}) {
		context = await browser.newContext();
		await context.addCookies([{ ...cookie, url: relay.url }]);
		await context.addInitScript(watchPage);
		await prepare(context);
		page = await context.newPage();
		errors = [];
		page.on('pageerror', ({ message }) => errors.push(message));
		page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
		await page.goto(url);
	}

	/** Where the player of a camera draws: there is one canvas, or that of the worker over it. */
	const isInWorker = (camera: string) =>
		page.evaluate((name) => {
			const player = document.querySelector(`oriel-player[camera="${name}"]`);
			return player?.shadowRoot?.querySelector('canvas + canvas') != null;
		}, camera);

	const inWorker = (camera: string) => until(`${camera} to be drawn in the worker`, () => isInWorker(camera));

	const picture = async (camera: string, after?: TimeCode): Promise<TimeCode> => {
		const code = await until(`a picture of ${camera}`, async () => {
			const seen = (await look(page, camera)).code;
			return seen && seen.sequence > (after?.sequence ?? -1) ? seen : undefined;
		});
		expect(code.camera).toBe(cameraId(camera));
		return code;
	};

	const requireNoBlack = async () => expect(await page.evaluate(() => (globalThis as Global).black)).toEqual([]);

	it.each(Object.keys(CAMERAS))(
		'of %s are drawn in the worker, as the page’s security policy allows',
		async (camera) => {
			await open(relay.url);
			const first = await picture(camera);
			await inWorker(camera);
			await picture(camera, await picture(camera, first));
			expect(await page.evaluate(() => (globalThis as Global).workers.length), 'one for all players').toBe(1);
			await requireNoBlack();
			expect(errors).toEqual([]);
		},
	);

	it('go on on the page when the worker dies', async () => {
		await open(relay.url);
		const names = Object.keys(CAMERAS);
		const before = [];
		for (const camera of names) {
			await inWorker(camera);
			before.push(await picture(camera));
		}
		await page.evaluate(() => (globalThis as Global).workers[0]?.terminate());
		for (const camera of names)
			await until(`${camera} to be drawn on the page`, async () => !(await isInWorker(camera)));
		for (const [index, camera] of names.entries()) await picture(camera, await picture(camera, before[index]));
		await requireNoBlack();
		expect(errors).toEqual([]);
	});

	it('are drawn on the page where the worker does not load', async () => {
		let asked = 0;
		await open(relay.url, (made) =>
			made.route(DRAW_WORKER, (route) => {
				asked++;
				return route.fulfill({ status: 404 });
			}),
		);
		for (const camera of Object.keys(CAMERAS)) {
			await picture(camera, await picture(camera));
			expect(await isInWorker(camera)).toBe(false);
		}
		expect(asked).toBe(1);
		expect(errors.filter((error) => !error.includes('404'))).toEqual([]);
	});

	it('are drawn on the page by a module of another site, which may start no worker', async () => {
		const html = `<script type="module" src="${relay.url}/player.js"></script>
			<oriel-player camera="porch"></oriel-player><oriel-player camera="yard"></oriel-player>`;
		await open(`${proxy.url}/elsewhere`, async (made) => {
			// The page is made here and not served: to the browser it comes from nowhere.
			await made.grantPermissions(['local-network-access']);
			await made.route(`${proxy.url}/elsewhere`, (route) => route.fulfill({ body: html, contentType: 'text/html' }));
			// The relay does not offer its files to other sites.
			await made.route(`${relay.url}/**`, async (route) => {
				const response = await route.fetch();
				const headers = { ...response.headers(), 'access-control-allow-origin': '*' };
				await route.fulfill({ response, headers: { ...headers, 'cross-origin-resource-policy': 'cross-origin' } });
			});
		});
		for (const camera of Object.keys(CAMERAS)) {
			await picture(camera, await picture(camera));
			expect(await isInWorker(camera)).toBe(false);
		}
		expect(await page.evaluate(() => (globalThis as Global).workers.length)).toBe(0);
		expect(errors).toEqual([]);
	});

	it.each(Object.keys(CAMERAS))('of %s stay when the player is moved in the page, and go on', async (camera) => {
		await open(relay.url);
		await inWorker(camera);
		await picture(camera);
		const isEmpty = await page.evaluate((name) => {
			const player = document.querySelector<HTMLElement & { canvas: HTMLCanvasElement }>(`[camera="${name}"]`);
			if (player) document.body.replaceChildren(player);
			return player?.canvas.width !== 320 || player.canvas.dataset.empty !== undefined;
		}, camera);
		expect(isEmpty).toBe(false);
		const before = await picture(camera);
		await inWorker(camera);
		await picture(camera, before);
		await requireNoBlack();
		expect(errors).toEqual([]);
	});

	it(`leave no frame open behind, over ${PLAYERS} players`, async () => {
		await open(proxy.url);
		await inWorker('porch');
		await page.evaluate(async (count) => {
			const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
			document.body.replaceChildren();
			for (let index = 0; index < count; index++) {
				const player = document.createElement('oriel-player') as HTMLElement & { canvas: HTMLCanvasElement };
				player.setAttribute('camera', 'porch');
				document.body.append(player);
				// Some are closed before their first picture, some while one is under way.
				const isPatient = index % 3 > 0;
				for (let wait = 0; wait < 60 && isPatient && player.canvas.dataset.empty !== undefined; wait++) await frame();
				const isInWorker = () => player.shadowRoot?.querySelector('canvas + canvas') != null;
				for (let wait = 0; wait < 600 && index % 3 === 2 && !isInWorker(); wait++) await frame();
				player.remove();
			}
		}, PLAYERS);
		const counts = () =>
			page.evaluate(async () => {
				const { videoFrames, workerFrames } = globalThis as Global;
				return { ...videoFrames, worker: await workerFrames() };
			});
		const seen = await until('all frames to be closed', async () => {
			const { decoded, closed, worker } = await counts();
			const isDone = decoded === closed && worker.received === worker.closed;
			return isDone ? { decoded, worker } : undefined;
		});
		expect(seen.decoded).toBeGreaterThan(PLAYERS / 2);
		expect(seen.worker.received).toBeGreaterThanOrEqual(PLAYERS / 3);
		expect(errors).toEqual([]);
	});
});

/** In the page: its workers, the frames that are decoded and closed, and players that become black. */
function watchPage(): void {
	const videoFrames = { decoded: 0, closed: 0 };
	const [workers, black]: [Worker[], string[]] = [[], []];
	globalThis.Worker = class extends Worker {
		constructor(url: string | URL, options?: WorkerOptions) {
			super(url, options);
			workers.push(this);
		}
	};
	globalThis.VideoDecoder = class extends VideoDecoder {
		constructor({ output, error }: VideoDecoderInit) {
			super({
				error,
				output(frame) {
					videoFrames.decoded++;
					output(frame);
				},
			});
		}
	};
	const close = VideoFrame.prototype.close;
	VideoFrame.prototype.close = function () {
		if (this.format !== null) videoFrames.closed++;
		close.call(this);
	};
	const channel = new BroadcastChannel('frames of the worker');
	const workerFrames = () =>
		new Promise((resolve) => {
			channel.onmessage = ({ data }) => resolve(data);
			channel.postMessage('count');
		});
	Object.assign(globalThis, { workers, videoFrames, black, workerFrames });
	const shown = new WeakSet<Element>();
	const lookAtAll = () => {
		for (const player of document.querySelectorAll<HTMLElement & { canvas?: HTMLCanvasElement }>('oriel-player')) {
			const isBlack = player.canvas?.dataset.empty !== undefined;
			if (!isBlack) shown.add(player);
			else if (shown.has(player)) black.push(player.getAttribute('camera') ?? '');
		}
		requestAnimationFrame(lookAtAll);
	};
	lookAtAll();
}

/** In the worker: the frames that come and those that are closed. */
function countFramesInWorker(): void {
	const counts = { received: 0, closed: 0 };
	addEventListener('message', ({ data }) => {
		if (data.picture instanceof VideoFrame) counts.received++;
	});
	const close = VideoFrame.prototype.close;
	VideoFrame.prototype.close = function () {
		if (this.format !== null) counts.closed++;
		close.call(this);
	};
	const channel = new BroadcastChannel('frames of the worker');
	channel.onmessage = () => channel.postMessage(counts);
}
