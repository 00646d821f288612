import { openBrowser } from '@oriel/testing/browser';
import { RelayProcess } from '@oriel/testing/relay-process';
import { noteSecretsIn } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/until';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';

const WIDTHS = [320, 390, 520, 720, 1280];

/** Pairs of things in the bar that lie over each other, in words. */
async function overlaps(page: Page): Promise<string[]> {
	return page.evaluate(() => {
		const shown = [
			...document.querySelectorAll('header :is([data-until], bdi, [data-wordmark], [data-tone], button, a)'),
		]
			.map((element) => ({ box: element.getBoundingClientRect(), words: element.textContent || element.className }))
			.filter(({ box }) => box.width > 0 && box.height > 0);
		return shown.flatMap((one, at) =>
			shown
				.slice(at + 1)
				.filter(({ box }) => box.left < one.box.right - 1 && one.box.left < box.right - 1)
				.map((other) => `${one.words} over ${other.words}`),
		);
	});
}

it('nothing in the bar lies over anything else, for a guest at any width, connected or not', async () => {
	await using relay = await RelayProcess.start();
	await relay.addKey('porch');
	const cookie = await relay.setUp();
	const response = await fetch(`${relay.url}/api/links`, {
		method: 'POST',
		headers: { cookie, origin: relay.url, 'content-type': 'application/json' },
		body: JSON.stringify({ label: 'Grandma and all of the neighbours', cameras: ['porch'], expiresInSeconds: 86_000 }),
	});
	if (!response.ok) throw new Error(await response.text());
	const { path } = (await response.json()) as { path: string };
	noteSecretsIn(path);
	await using browser = await openBrowser();
	const page = await browser.newPage();
	await page.goto(`${relay.url}${path}`);
	await page.getByText('expires in').waitFor();
	const look = async (state: string) => {
		await until(state, async () => (await page.getByTitle('Connection to the relay').textContent())?.includes(state));
		for (const width of WIDTHS) {
			await page.setViewportSize({ width, height: 700 });
			expect(await overlaps(page), `${state} at ${width} px`).toEqual([]);
		}
	};
	await look('Connected');
	await relay.crash();
	await look('Reconnecting');
});
