import { openBrowser } from '@oriel/testing/browser';
import { RelayProcess } from '@oriel/testing/relay-process';
import { expect, it } from 'vitest';

it('says in the visible part of the page that it needs scripts, where a browser runs none', async () => {
	await using relay = await RelayProcess.start();
	await using browser = await openBrowser();
	const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
	const page = await context.newPage();
	await page.goto(relay.url);
	const words = page.locator('noscript');
	expect(await words.textContent()).toContain('Oriel needs JavaScript');
	const box = await words.boundingBox();
	expect(box?.height).toBeGreaterThan(10);
	expect((box?.y ?? -1) >= 0 && (box?.y ?? 844) + (box?.height ?? 0) <= 844).toBe(true);
});

it('follows the theme of the device until the user chooses another', async () => {
	await using relay = await RelayProcess.start();
	const [name = '', value = ''] = (await relay.setUp()).split('=');
	await using browser = await openBrowser();
	const context = await browser.newContext({ colorScheme: 'light' });
	await context.addCookies([{ name, value, url: relay.url, httpOnly: true, sameSite: 'Lax' }]);
	const page = await context.newPage();
	await page.goto(relay.url);
	const toggle = page.getByRole('button', { name: 'Theme: Same as device' });
	await toggle.waitFor();
	const brightness = async () => {
		const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		return Number(/\d+/.exec(colour)?.[0]);
	};
	expect(await brightness()).toBeGreaterThan(200);
	await page.emulateMedia({ colorScheme: 'dark' });
	expect(await brightness()).toBeLessThan(50);
	await toggle.click();
	await page.getByRole('button', { name: 'Theme: Light' }).waitFor();
	expect(await brightness()).toBeGreaterThan(200);
	await page.reload();
	await page.getByRole('button', { name: 'Theme: Light' }).waitFor();
	expect(await brightness()).toBeGreaterThan(200);
});
