import { openBrowser } from '@oriel/testing/browser';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { Fixture } from './fixture.ts';
import { type InPage, itShowsAll, RUNGS, shownToTheEnd, VIEWPORT, type WatchedPage, watcher } from './pages.ts';

type Global = typeof globalThis & InPage;

describe('real Chromium', () => {
	let fixture: Fixture;
	let browser: Browser;
	const pages = new Map<string, WatchedPage>();

	beforeAll(async () => {
		const [script, ...opened] = await Promise.all([watcher(), Fixture.open(), openBrowser()]);
		[fixture, browser] = opened;
		await fixture.beginEarly();
		await Promise.all(RUNGS.map(async (rung) => pages.set(rung, await open(rung, script))));
		await fixture.begin();
		await Promise.all([...pages.values()].map(shownToTheEnd));
	});

	afterAll(async () => {
		await browser?.close();
		await fixture?.[Symbol.asyncDispose]();
	});

	async function open(rung: string, script: string): Promise<WatchedPage> {
		const { url } = fixture.relay;
		const context = await browser.newContext({ viewport: VIEWPORT });
		await context.addCookies([{ ...fixture.cookie, url }]);
		await context.addInitScript(script);
		const page = await context.newPage();
		await page.goto(`${url}/?rung=${rung}`);
		return {
			seen: () => page.evaluate(() => (globalThis as Global).seen),
			fileOf: (camera) => page.evaluate((name) => (globalThis as Global).fileOf(name), camera),
		};
	}

	itShowsAll((rung) => pages.get(rung) as WatchedPage);
});
