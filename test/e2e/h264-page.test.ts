import { cameraId, type TimeCode } from '@oriel/testcard';
import { look, openBrowser } from '@oriel/testing/browser';
import { Cable } from '@oriel/testing/cable';
import { withinMs } from '@oriel/testing/patience';
import type { Program } from '@oriel/testing/program';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CAMERA = 'gate';
/** A name that is not this machine's for the browser: no secure context, as on http://raspberrypi.local. */
const ELSEWHERE = 'camera.test';

describe('an H.264 camera, in real Chromium', () => {
	let browser: Browser;
	let relay: RelayProcess;
	let cable: Cable;
	let camera: Program;
	let cookie: { name: string; value: string };

	beforeAll(async () => {
		browser = await openBrowser([`--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`]);
		relay = await RelayProcess.start();
		cable = await Cable.lay(relay.port);
		camera = cameraProcess(relay.url, CAMERA, await relay.addKey(CAMERA), ['--source', 'test:h264', '--fps', '24']);
		await camera.said(/connected to the relay/);
		const [name = '', value = ''] = (await relay.setUp()).split('=');
		cookie = { name, value };
	});

	afterAll(async () => {
		await browser.close();
		await camera.end();
		await cable[Symbol.asyncDispose]();
		await relay[Symbol.asyncDispose]();
	});

	it('is shown by WebCodecs, every picture exact and in order', async () => {
		await withPage({}, async (page) => {
			const codes = await watch(page, 60);
			expect(await methodOf(page)).toBe('webcodecs');
			expectInOrder(codes);
		});
	});

	it('is shown by MSE where the page is not secure, as on plain http on another host', async () => {
		await withPage({ host: ELSEWHERE }, async (page) => {
			expect(await page.evaluate(() => 'VideoDecoder' in window)).toBe(false);
			const codes = await watch(page, 30);
			expect(await methodOf(page)).toBe('mse');
			expectInOrder(codes);
		});
	});

	it('is shown by MSE where WebCodecs is missing', async () => {
		await withPage({ without: ['VideoDecoder'] }, async (page) => {
			await watch(page, 5);
			expect(await methodOf(page)).toBe('mse');
		});
	});

	it('is explained in words where neither is there', async () => {
		await withPage({ without: ['VideoDecoder', 'MediaSource', 'ManagedMediaSource'] }, async (page) => {
			const words = () => page.evaluate(() => document.querySelector('oriel-player')?.shadowRoot?.textContent ?? '');
			await until('words about H.264', async () => /H\.264/.test(await words()));
			expect(await methodOf(page)).toBeUndefined();
		});
	});

	it('comes back on a key frame after a link that stood still for 5 seconds, and says what was missed', async () => {
		await withPage({ port: cable.port }, async (page) => {
			const [, last] = await watch(page, 2);
			cable.cut();
			const cutAt = performance.now();
			await until('5 seconds to pass', () => performance.now() - cutAt >= 5000);
			cable.mend();
			const mendedAt = Date.now() * 1000;
			await until('a picture of now', async () => ((await look(page, CAMERA)).code?.time ?? 0) > mendedAt);
			const codes = await watch(page, 20);
			expectInOrder(codes);
			expect(codes[0]?.sequence).toBeGreaterThan((last?.sequence ?? 0) + 4 * 24);
			const skipped = () =>
				page.evaluate(
					() => (document.querySelector('oriel-player') as unknown as { skipped: { frames: number } }).skipped.frames,
				);
			expect(await until('the player to know what it missed', skipped)).toBeGreaterThan(0);
		});
	});

	it('is joined in the middle of a group, with a current picture at once', async () => {
		await withPage({}, async (page) => {
			const openedAt = Date.now();
			const [first] = await watch(page, 1);
			// The group's key frame may be two seconds old; what is shown first is not.
			expect((first?.time ?? 0) / 1000).toBeGreaterThan(openedAt - withinMs(500));
		});
	});

	interface PageWish {
		readonly host?: string;
		readonly port?: number;
		readonly without?: readonly string[];
	}

	async function withPage(wish: PageWish, act: (page: Page) => Promise<void>): Promise<void> {
		const { host = '127.0.0.1', port = relay.port, without = [] } = wish;
		const url = `http://${host}:${port}`;
		const context: BrowserContext = await browser.newContext();
		try {
			await context.addCookies([{ ...cookie, url }]);
			await context.addInitScript((names: readonly string[]) => {
				for (const name of names) Reflect.deleteProperty(window, name);
			}, without);
			const page = await context.newPage();
			await page.goto(url);
			await act(page);
		} finally {
			await context.close();
		}
	}

	/** The next different pictures that are shown, each of them whole and of this camera. */
	async function watch(page: Page, count: number): Promise<TimeCode[]> {
		const codes: TimeCode[] = [];
		await until(`${count} pictures`, async () => {
			const { code } = await look(page, CAMERA);
			if (code?.camera === cameraId(CAMERA) && code.sequence !== codes.at(-1)?.sequence) codes.push(code);
			return codes.length >= count;
		});
		return codes;
	}

	function methodOf(page: Page): Promise<string | undefined> {
		return page.evaluate(() => (document.querySelector('oriel-player') as unknown as { method?: string }).method);
	}
});

function expectInOrder(codes: readonly TimeCode[]): void {
	codes.forEach((code, index) => {
		const before = codes[index - 1];
		if (before) expect(code.time).toBeGreaterThan(before.time);
	});
}
