import { openBrowser } from '@oriel/testing/browser';
import { oriel } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { expect, it } from 'vitest';

const HOSTILE = '"><img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';

it('3.3 / 12 a hostile title is text on every page, in real Chromium', async () => {
	await using relay = await RelayProcess.start();
	const key = await relay.addKey('porch');
	const cookie = await relay.setUp();
	await using camera = oriel(['camera', relay.url, '--name', 'porch', '--title', HOSTILE, '--source', 'test'], {
		env: { ORIEL_CAMERA_KEY: key, ORIEL_LOG: 'json' },
	});
	await camera.said(/connected to the relay/);
	await using browser = await openBrowser();
	const context = await browser.newContext();
	const [name = '', value = ''] = cookie.split('=');
	await context.addCookies([{ name, value, url: relay.url, httpOnly: true, sameSite: 'Lax' }]);
	const page = await context.newPage();
	const refused: string[] = [];
	page.on('console', (message) => refused.push(message.text()));
	for (const path of ['/', '/#/porch', '/#/settings/cameras']) {
		await page.goto(`${relay.url}${path}`);
		await until('the title as text', async () => (await page.content()).includes('onerror'));
		const found = await page.evaluate(() => ({
			title: document.title,
			images: document.querySelectorAll('img[src="x"]').length,
			scripts: [...document.scripts].filter(({ src }) => src === '').length,
			text: document.body.innerText,
		}));
		expect(found).toMatchObject({ images: 0, scripts: 0 });
		expect(found.title).not.toBe('owned');
	}
	expect(refused.join()).not.toContain('Content Security Policy');
});
