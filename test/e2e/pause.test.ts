import { cameraId } from '@oriel/testcard';
import { look, openBrowser } from '@oriel/testing/browser';
import { Cable } from '@oriel/testing/cable';
import { withinMs } from '@oriel/testing/patience';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** How soon a camera that had no viewers must be seen. The waits of ours in it are counted in how-soon.test.ts. */
const FIRST_PICTURE_MS = 1000;
/** What it may send in the meantime, a second. */
const QUIET_BYTES_PER_SECOND = 2000;
const MEASURED_MS = 6000;
const MOMENT_MS = 300;

// What passes is mostly the ten seconds after which a camera is paused.
describe.concurrent('a camera without viewers', () => {
	let browser: Browser;
	let relay: RelayProcess;
	let cookie: { readonly name: string; readonly value: string };

	beforeAll(async () => {
		browser = await openBrowser();
		relay = await RelayProcess.start();
		const [name = '', value = ''] = (await relay.setUp()).split('=');
		cookie = { name, value };
	});

	afterAll(async () => {
		await browser.close();
		await relay[Symbol.asyncDispose]();
	});

	it.each([
		['porch', 'test'],
		['gate', 'test:h264'],
	])('%s (%s) falls silent, and is seen within a second', async (camera, source) => {
		await using cable = await Cable.lay(relay.port);
		const url = `http://127.0.0.1:${cable.port}`;
		await using _camera = cameraProcess(url, camera, await relay.addKey(camera), ['--source', source]);
		await until('the camera to be paused', () => isPaused(camera));
		await until('what was sent before that to have passed', () => isQuiet(cable));
		const before = cable.carriedBytes;
		const since = performance.now();
		await until('a poster or two', () => performance.now() - since >= MEASURED_MS && cable.carriedBytes > before);
		const perSecond = ((cable.carriedBytes - before) * 1000) / (performance.now() - since);
		expect(perSecond).toBeLessThan(QUIET_BYTES_PER_SECOND);

		const context = await browser.newContext();
		await context.addCookies([{ ...cookie, url: relay.url }]);
		const page = await context.newPage();
		await page.goto(`${relay.url}/#/${camera}`);
		const asked = Date.now() * 1000;
		await until(
			'a picture of now',
			async () => {
				const { code } = await look(page, camera);
				return code?.camera === cameraId(camera) && code.time >= asked - 250_000;
			},
			withinMs(FIRST_PICTURE_MS),
		);
		await context.close();
	});

	/** Whether no frame, which is larger than this, passes within a moment. A busy machine keeps some on the way. */
	async function isQuiet(cable: Cable): Promise<boolean> {
		const before = cable.carriedBytes;
		await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
		return cable.carriedBytes - before < QUIET_BYTES_PER_SECOND;
	}

	async function isPaused(name: string): Promise<boolean> {
		const headers = { cookie: `${cookie.name}=${cookie.value}` };
		const answer = await fetch(`${relay.url}/api/cameras`, { headers });
		const { cameras } = (await answer.json()) as { cameras: { name: string; state: string; isPaused: boolean }[] };
		return cameras.some((camera) => camera.name === name && camera.state === 'live' && camera.isPaused);
	}
});
