import { openBrowser } from '@oriel/testing/browser';
import { PageProxy } from '@oriel/testing/page-proxy';
import type { Browser } from 'playwright-core';
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

describe('real Chromium', () => {
	let fixture: Fixture;
	let browser: Browser;
	let proxy: PageProxy;
	const pages = new Map<string, WatchedPage>();

	beforeAll(async () => {
		const [scripts, ...opened] = await Promise.all([watchers(), Fixture.open(), openBrowser()]);
		[fixture, browser] = opened;
		proxy = await PageProxy.open(fixture.relay.port, scripts.worker);
		await fixture.beginEarly();
		await Promise.all(PLAYBACK_METHODS.map(async (method) => pages.set(method, await open(method, scripts.page))));
		await Promise.all([...pages.values()].map(connected));
		await fixture.begin();
		await Promise.all([...pages.values()].map(shownToTheEnd));
	});

	afterAll(async () => {
		await browser?.close();
		await proxy?.[Symbol.asyncDispose]();
		await fixture?.[Symbol.asyncDispose]();
	});

	async function open(method: string, script: string): Promise<WatchedPage> {
		const { url } = fixture.relay;
		const context = await browser.newContext({ viewport: VIEWPORT });
		await context.addCookies([{ ...fixture.cookie, url }]);
		await context.addInitScript(script);
		const page = await context.newPage();
		await page.goto(`${proxy.url}/?method=${method}`);
		return {
			seen: () => page.evaluate(() => (globalThis as Global).seen),
			fileOf: (camera) => page.evaluate((name) => (globalThis as Global).fileOf(name), camera),
			isConnected: () => page.evaluate((count) => (globalThis as Global).isConnected(count), CAMERAS.length),
		};
	}

	itShowsAll((method) => pages.get(method) as WatchedPage);
});
