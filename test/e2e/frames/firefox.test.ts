import { openFirefox } from '@oriel/testing/firefox';
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
	watcher,
} from './pages.ts';

type Global = typeof globalThis & InPage;

describe('real Firefox', () => {
	let fixture: Fixture;
	let browser: Browser;
	const pages = new Map<string, WatchedPage>();

	beforeAll(async () => {
		const [script, ...opened] = await Promise.all([watcher(), Fixture.open(), openFirefox()]);
		[fixture, browser] = opened;
		await fixture.beginEarly();
		for (const method of PLAYBACK_METHODS) pages.set(method, await open(method, script));
		await Promise.all([...pages.values()].map(connected));
		await fixture.begin();
		await Promise.all([...pages.values()].map(shownToTheEnd));
	});

	afterAll(async () => {
		await browser?.close();
		await fixture?.[Symbol.asyncDispose]();
	});

	/** In a window of its own: a tab behind another one shows nothing. */
	async function open(method: string, script: string): Promise<WatchedPage> {
		const context = await browser.createBrowserContext();
		await context.setCookie({ ...fixture.cookie, domain: '127.0.0.1' });
		const page = await context.newPage({ type: 'window' });
		await page.setViewport(VIEWPORT);
		await page.evaluateOnNewDocument(script);
		await page.goto(`${fixture.relay.url}/?method=${method}`);
		return {
			seen: () => page.evaluate(() => (globalThis as Global).seen),
			fileOf: (camera) => page.evaluate((name) => (globalThis as Global).fileOf(name), camera),
			isConnected: () => page.evaluate((count) => (globalThis as Global).isConnected(count), CAMERAS.length),
		};
	}

	itShowsAll((method) => pages.get(method) as WatchedPage);
});
