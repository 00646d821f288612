import { rmSync } from 'node:fs';
import { openBrowser } from '@oriel/testing/browser';
import { FakePrograms } from '@oriel/testing/fake-camera/install';
import { fakeMachine } from '@oriel/testing/fake-camera/machine';
import { oriel } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';

describe.concurrent('a camera that brings no pictures', () => {
	it.each<[trick: string, reason: string]>([
		['nocam', 'No camera was found on the connector.'],
		['busy', 'Another program is using the camera.'],
	])('with %s tells the page why: %s', async (trick, reason) => {
		await using browser = await openBrowser();
		await using relay = await RelayProcess.start();
		using fakes = new FakePrograms('ok');
		const root = fakeMachine('pi4', 'bookworm');
		try {
			const [name = '', value = ''] = (await relay.setUp()).split('=');
			const context = await browser.newContext();
			await context.addCookies([{ name, value, url: relay.url }]);
			const page = await context.newPage();
			await page.goto(relay.url);
			const own = { TMPDIR: fakes.folder, ORIEL_MACHINE_ROOT: root };
			const env = { ...fakes.environment(trick), ...own };
			const key = { ORIEL_CAMERA_KEY: await relay.addKey('porch') };
			await using camera = oriel(['camera', relay.url, '--name', 'porch', '--log', 'json'], {
				env: { ...env, ...key },
			});
			await camera.said(new RegExp(reason));
			const words = () =>
				page.evaluate(() => {
					const player = document.querySelector('oriel-player[camera="porch"]');
					return `${document.body.innerText} ${player?.shadowRoot?.textContent ?? ''}`;
				});
			await until('the reason on the page', async () => (await words()).includes(reason));
			expect(await words()).not.toContain('undefined');
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});
});
