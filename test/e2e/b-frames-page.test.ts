import { openBrowser } from '@oriel/testing/browser';
import { bundle } from '@oriel/testing/bundle';
import { PacedUpload } from '@oriel/testing/paced-upload';
import { RelayProcess } from '@oriel/testing/relay-process';
import { timeCoded } from '@oriel/testing/time-coded';
import { until } from '@oriel/testing/until';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const RATE = 5;
const PICTURES = 30;
/** Decoders hold back the last pictures of a stream that goes on. */
const LAST = PICTURES - 6;
/** What is shown of a stream, while others use the machine: a picture may go between two refreshes of the screen. */
const MOST = 0.8;

interface Seen {
	/** In the order in which they were shown. */
	readonly numbers: readonly number[];
	readonly rung: string | undefined;
}

describe('an H.264 camera with B-frames, as x264 makes them by default, in real Chromium', () => {
	let relay: RelayProcess;
	let browser: Browser;
	let pieces: readonly Buffer[];
	let watcher: string;

	beforeAll(async () => {
		relay = await RelayProcess.start();
		browser = await openBrowser();
		pieces = await timeCoded('cam', { pictures: PICTURES, framesPerSecond: RATE });
		watcher = await bundle(new URL('in-page/watch-codes.ts', import.meta.url));
	});

	afterAll(async () => {
		await browser.close();
		await relay[Symbol.asyncDispose]();
	});

	it('is shown in its order, by WebCodecs and by MSE', async () => {
		const [name = '', value = ''] = (await relay.setUp()).split('=');
		const key = await relay.addKey('cam');
		await until('the relay to know the camera', () => relay.knows('cam', `${name}=${value}`));
		const open = async (rung: string) => {
			const context = await browser.newContext();
			await context.addCookies([{ name, value, url: relay.url }]);
			await context.addInitScript(watcher);
			const page = await context.newPage();
			await page.goto(`${relay.url}/?rung=${rung}`);
			return () => page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);
		};
		const looks = [await open('webcodecs'), await open('mse')] as const;
		await using upload = new PacedUpload(`${relay.url}/cameras/cam/ingest`, key, pieces, RATE);
		await upload.done;
		for (const [at, rung] of ['webcodecs', 'mse'].entries()) {
			const look = looks[at] ?? looks[0];
			await until(`${rung} to come to the end`, async () => ((await look()).numbers.at(-1) ?? 0) >= LAST);
			const seen = await look();
			expect(seen.rung).toBe(rung);
			expect(seen.numbers, 'in order').toEqual([...seen.numbers].sort((a, b) => a - b));
			// The page starts up in the first half, and jumps to the present.
			const later = seen.numbers.filter((number) => number >= LAST / 2);
			const span = (seen.numbers.at(-1) ?? 0) - LAST / 2 + 1;
			expect(later.length / span, `shown by ${rung}: ${seen.numbers}`).toBeGreaterThanOrEqual(MOST);
		}
	});
});
