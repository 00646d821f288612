import { cameraId, type TimeCode } from '@oriel/testcard';
import { look, openBrowser } from '@oriel/testing/browser';
import { Cable } from '@oriel/testing/cable';
import { isTimed, withinMs } from '@oriel/testing/patience';
import type { Program } from '@oriel/testing/program';
import { cameraProcess, PASSWORD, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const CAMERA = 'porch';
/** How soon a picture must be there: the first after opening the page, and new ones after a broken part is back. */
const FIRST_PICTURE_MS = 1000;
const RECOVERY_MS = 2000;
/** Longer than any part takes to notice. The times themselves are counted in how-soon.test.ts, on a clock that is moved. */
const OUTAGE_MS = isTimed ? 20_000 : 0;

describe('the page, in real Chromium', () => {
	let browser: Browser;
	let relay: RelayProcess;
	let key: string;
	let cable: Cable;
	let context: BrowserContext;
	let page: Page;
	let camera: Program | undefined;

	beforeAll(async () => {
		browser = await openBrowser();
		relay = await RelayProcess.start();
		key = await relay.addKey(CAMERA);
		cable = await Cable.lay(relay.port);
		const [name = '', value = ''] = (await relay.setUp()).split('=');
		context = await browser.newContext();
		await context.addCookies([{ name, value, url: `http://127.0.0.1:${cable.port}` }]);
	});

	afterAll(async () => {
		await context.close();
		await browser.close();
		await cable[Symbol.asyncDispose]();
		await relay[Symbol.asyncDispose]();
	});

	beforeEach(async () => {
		page = await context.newPage();
	});

	afterEach(async () => {
		await page.close();
		await camera?.end();
		camera = undefined;
	});

	it('shows the right picture within a second of being opened', async () => {
		camera = await startCamera();
		await openPage();
		await seesPictures(withinMs(FIRST_PICTURE_MS));
		expect((await look(page, CAMERA)).state).toBe('live');
	});

	it('would be found out if it showed nothing, or another camera’s picture', async () => {
		await openPage();
		await expect(seesPictures(FIRST_PICTURE_MS)).rejects.toThrow('in vain');
		camera = await startCamera();
		await seesPictures();
		await expect(seesPictures(FIRST_PICTURE_MS, 'another-camera')).rejects.toThrow('in vain');
	});

	it('survives the death of the agent and shows that the camera is offline meanwhile', async () => {
		camera = await startCamera();
		await openPage();
		await seesPictures();
		await camera.end('SIGKILL');
		await hasState('offline');
		camera = await startCamera();
		await seesPictures(withinMs(RECOVERY_MS));
		await neverReloaded();
	});

	it('survives the death of the relay and shows that it is reconnecting meanwhile', async () => {
		camera = await startCamera();
		await openPage();
		await seesPictures();
		await relay.crash();
		await hasState('reconnecting');
		await relay.start();
		await seesPictures(withinMs(RECOVERY_MS));
		await neverReloaded();
	});

	it('survives a network that is cut on both hops', async () => {
		camera = await startCamera(cable.port);
		await openPage();
		await seesPictures();
		cable.cut();
		const cutAt = performance.now();
		await hasState('reconnecting');
		await until('the outage to be long', () => performance.now() - cutAt >= OUTAGE_MS);
		cable.mend();
		await seesPictures(withinMs(RECOVERY_MS));
		await neverReloaded();
	});

	it('signs the owner in by password', async () => {
		camera = await startCamera();
		await context.clearCookies();
		await openPage();
		await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
		await page.keyboard.press('Enter');
		await seesPictures();
	});

	/** Starts a camera; resolves when the relay has its first picture. */
	async function startCamera(port = relay.port): Promise<Program> {
		const program = cameraProcess(`http://127.0.0.1:${port}`, CAMERA, key);
		await program.said(/connected to the relay/);
		return program;
	}

	async function openPage(): Promise<void> {
		await page.goto(`http://127.0.0.1:${cable.port}/`);
		await page.evaluate(() => {
			document.documentElement.dataset.since = 'the test opened it';
		});
	}

	/** Two different pictures of the camera, both of now: a frozen or an old one does not count. */
	async function seesPictures(patienceMs?: number, name = CAMERA): Promise<void> {
		const asked = Date.now() * 1000;
		const isNew = (code: TimeCode | undefined) => code?.camera === cameraId(name) && code.time >= asked - 250_000;
		const picture = async () => {
			const { code } = await look(page, CAMERA);
			return isNew(code) ? code : undefined;
		};
		const first = await until(`a new picture of ${name}`, picture, patienceMs);
		await until(`one more picture of ${name}`, async () => {
			const next = await picture();
			return next !== undefined && next.sequence !== first.sequence;
		});
	}

	function hasState(state: string): Promise<unknown> {
		return until(`the player to be ${state}`, async () => (await look(page, CAMERA)).state === state);
	}

	/** A reload would have lost the mark that the test left in the page. */
	async function neverReloaded(): Promise<void> {
		expect(await page.evaluate(() => document.documentElement.dataset.since)).toBe('the test opened it');
	}
});
