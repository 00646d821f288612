import { cameraId } from '@oriel/media';
import { look, openBrowser } from '@oriel/testing/browser';
import { Cable } from '@oriel/testing/cable';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { expect, it } from 'vitest';

/** How soon a camera that nobody watched must be seen. */
const FIRST_PICTURE_MS = 1000;
/** What it may send in the meantime, a second. */
const QUIET_BYTES_PER_SECOND = 2000;
const MEASURED_MS = 6000;

it.each(['test', 'test:h264'])(
	'a camera (%s) that nobody watches falls silent, and is seen within a second',
	async (source) => {
		await using relay = await RelayProcess.start();
		await using cable = await Cable.lay(relay.port);
		const key = await relay.addKey('porch');
		const [name = '', value = ''] = (await relay.setUp()).split('=');
		const cookie = `${name}=${value}`;
		const camera = cameraProcess(`http://127.0.0.1:${cable.port}`, 'porch', key, ['--source', source]);
		const isPaused = async () => {
			const answer = await fetch(`${relay.url}/api/cameras`, { headers: { cookie } });
			const { cameras } = (await answer.json()) as { cameras: { state: string; isPaused: boolean }[] };
			return cameras[0]?.state === 'live' && cameras[0].isPaused;
		};
		try {
			await until('the camera to be paused', isPaused, 30_000);
			const before = cable.carriedBytes;
			const since = performance.now();
			await until('a poster or two', () => performance.now() - since >= MEASURED_MS, 10_000);
			const perSecond = ((cable.carriedBytes - before) * 1000) / (performance.now() - since);
			expect(perSecond).toBeGreaterThan(0);
			expect(perSecond).toBeLessThan(QUIET_BYTES_PER_SECOND);

			await using browser = await openBrowser();
			const context = await browser.newContext();
			await context.addCookies([{ name, value, url: relay.url }]);
			const page = await context.newPage();
			await page.goto(relay.url);
			const asked = Date.now() * 1000;
			await until(
				'a picture of now',
				async () => {
					const { code } = await look(page, 'porch');
					return code?.camera === cameraId('porch') && code.time >= asked - 250_000;
				},
				FIRST_PICTURE_MS,
			);
		} finally {
			await camera.end();
		}
	},
);
