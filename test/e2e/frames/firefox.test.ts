import { openFirefox } from '@oriel/testing/firefox';
import { PageProxy } from '@oriel/testing/page-proxy';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { Fixture } from './fixture.ts';
import { CAMERAS } from './inputs.ts';
import {
	connected,
	type InPage,
	itShowsAll,
	PLAYBACK_METHODS,
	shownToTheEnd,
	VIEWPORT,
	type WatchedPage,
	watchers,
} from './pages.ts';

type Global = typeof globalThis & InPage;

describe('real Firefox', () => {
	let fixture: Fixture;
	let browser: Browser;
	let proxy: PageProxy;
	const pages = new Map<string, WatchedPage>();

	beforeAll(async () => {
		const [scripts, ...opened] = await Promise.all([watchers(), Fixture.open(), openFirefox()]);
		[fixture, browser] = opened;
		proxy = await PageProxy.open(fixture.relay.port, scripts.worker);
		await fixture.beginEarly();
		for (const method of PLAYBACK_METHODS) pages.set(method, await open(method, scripts.page));
		await Promise.all([...pages.values()].map(connected));
		await fixture.begin();
		await Promise.all([...pages.values()].map(shownToTheEnd));
	});

	afterAll(async () => {
		await browser?.close();
		await proxy?.[Symbol.asyncDispose]();
		await fixture?.[Symbol.asyncDispose]();
	});

	/** In a window of its own: a tab behind another one shows nothing. */
	async function open(method: string, script: string): Promise<WatchedPage> {
		const context = await browser.createBrowserContext();
		await context.setCookie({ ...fixture.cookie, domain: '127.0.0.1' });
		const page = await context.newPage({ type: 'window' });
		await page.setViewport(VIEWPORT);
		await page.evaluateOnNewDocument(script);
		await page.goto(`${proxy.url}/?method=${method}`);
		return {
			seen: () => page.evaluate(() => (globalThis as Global).seen),
			fileOf: (camera) => page.evaluate((name) => (globalThis as Global).fileOf(name), camera),
			isConnected: () => page.evaluate((count) => (globalThis as Global).isConnected(count), CAMERAS.length),
		};
	}

	itShowsAll((method) => pages.get(method) as WatchedPage);
});
