import { readFileSync } from 'node:fs';
import { cameraId, readTimeCode, type TimeCode } from '@oriel/testcard';
import { look, openBrowser } from '@oriel/testing/browser';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';

interface Saved {
	readonly name: string;
	readonly width: number;
	readonly height: number;
	readonly code: TimeCode | undefined;
}

/** Presses S, and reads the file that comes of it. */
async function save(page: Page): Promise<Saved> {
	const coming = page.waitForEvent('download');
	await page.keyboard.press('s');
	const download = await coming;
	const jpeg = readFileSync(await download.path()).toString('base64');
	const { width, height, pixels } = await page.evaluate(async (base64) => {
		const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
		const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
		const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
		const context = canvas.getContext('2d');
		context?.drawImage(bitmap, 0, 0);
		const data = context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? new Uint8ClampedArray();
		return { width: bitmap.width, height: bitmap.height, pixels: Array.from(data) };
	}, jpeg);
	const rgba = Uint8Array.from(pixels);
	return { name: download.suggestedFilename(), width, height, code: readTimeCode({ width, height, rgba }) };
}

it.each(['webcodecs', 'mse'])(
	'the saved picture is the one that is seen, turned as it is seen (%s)',
	async (method) => {
		await using relay = await RelayProcess.start();
		const key = await relay.addKey('porch');
		const cookie = await relay.setUp();
		await using camera = cameraProcess(relay.url, 'porch', key, ['--source', 'test:h264', '--size', '320x240']);
		await camera.said(/connected to the relay/);
		await using browser = await openBrowser();
		const context = await browser.newContext({ acceptDownloads: true });
		const [name = '', value = ''] = cookie.split('=');
		await context.addCookies([{ name, value, url: relay.url, httpOnly: true, sameSite: 'Lax' }]);
		const page = await context.newPage();
		await page.goto(`${relay.url}/?method=${method}#/porch`);
		const seen = await until('a picture', async () => (await look(page, 'porch')).code);
		const saved = await save(page);
		const later = await until('a later picture', async () => (await look(page, 'porch')).code);
		expect(saved).toMatchObject({ width: 320, height: 240, name: expect.stringMatching(/^porch .*\.jpg$/) });
		expect(saved.code?.camera).toBe(cameraId('porch'));
		expect(saved.code?.time).toBeGreaterThanOrEqual(seen.time);
		expect(saved.code?.time).toBeLessThanOrEqual(later.time);
		await page.keyboard.press('r');
		expect(await save(page)).toMatchObject({ width: 240, height: 320 });
	},
);
