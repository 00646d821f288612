import { openBrowser } from '@oriel/testing/browser';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { type InPage, itShowsAll, RUNGS, shownToTheEnd, VIEWPORT, type WatchedPage, watcher } from './pages.ts';
import { Stage } from './stage.ts';

type Global = typeof globalThis & InPage;

describe('real Chromium', () => {
	let stage: Stage;
	let browser: Browser;
	const pages = new Map<string, WatchedPage>();

	beforeAll(async () => {
		const [script, ...opened] = await Promise.all([watcher(), Stage.open(), openBrowser()]);
		[stage, browser] = opened;
		await stage.beginEarly();
		await Promise.all(RUNGS.map(async (rung) => pages.set(rung, await open(rung, script))));
		await stage.begin();
		await Promise.all([...pages.values()].map(shownToTheEnd));
	});

	afterAll(async () => {
		await browser?.close();
		await stage?.[Symbol.asyncDispose]();
	});

	async function open(rung: string, script: string): Promise<WatchedPage> {
		const { url } = stage.relay;
		const context = await browser.newContext({ viewport: VIEWPORT });
		await context.addCookies([{ ...stage.cookie, url }]);
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
