import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localMachine, openSource, startAgent, systemComputer } from '@oriel/agent';
import { Secret, silentLog, systemClock } from '@oriel/base';
import { cameraId } from '@oriel/media';
import { look, openBrowser } from '@oriel/testing/browser';
import { FakePrograms } from '@oriel/testing/fake-camera/install';
import { fakeMachine, type MachineBoard, type MachineSystem } from '@oriel/testing/fake-camera/machine';
import type { Board } from '@oriel/testing/fake-camera/scenario';
import { processesWith } from '@oriel/testing/processes';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The page shows a picture that is younger than this. */
const FRESH_MS = 3000;

describe('the camera of a fake machine, through a real relay, in real Chromium', () => {
	let browser: Browser;
	let relay: RelayProcess;
	let page: Page;

	beforeAll(async () => {
		browser = await openBrowser();
		relay = await RelayProcess.start();
		const [name = '', value = ''] = (await relay.setUp()).split('=');
		const context = await browser.newContext();
		await context.addCookies([{ name, value, url: relay.url }]);
		page = await context.newPage();
		await page.goto(relay.url);
	});

	afterAll(async () => {
		await browser.close();
		await relay[Symbol.asyncDispose]();
	});

	it.each<[camera: string, programs: Board, board: MachineBoard, system: MachineSystem]>([
		['pi-4', 'ok', 'pi4', 'trixie'],
		['pi-5', 'pi5', 'pi5', 'trixie'],
		['pi-5-lite', 'pi5-lite', 'pi5', 'bookworm'],
		['bullseye-legacy', 'legacy', 'pi3', 'bullseye'],
		['usb', 'usb', 'pc', 'bookworm'],
	])('%s: a picture of now', async (camera, fakes, board, system) => {
		using programs = new FakePrograms(fakes);
		const isLegacy = fakes === 'legacy';
		const root = fakeMachine(board, system, { isLegacy, usbAt: fakes === 'usb' ? 0 : undefined });
		const runFolder = mkdtempSync(join(tmpdir(), 'oriel-run-'));
		const fake = programs.environment();
		const environment = { ...process.env, ...fake, FAKECAM_NAME: camera, FAKECAM_FPS: '10' };
		const source = openSource('auto', {
			name: camera,
			settings: { size: { width: 640, height: 480 } },
			input: process.stdin,
			clock: systemClock,
			random: Math.random,
			computer: systemComputer({ clock: systemClock, root, environment }),
			machine: localMachine({ environment, runFolder }),
		});
		const key = new Secret(await relay.addKey(camera));
		try {
			const platform = { clock: systemClock, log: silentLog, random: Math.random };
			await using _agent = startAgent({ relay: relay.url, name: camera, key, source }, platform);
			await until(`a picture of ${camera}`, async () => {
				const { code } = await look(page, camera);
				return code?.camera === cameraId(camera) && Date.now() - code.time / 1000 < FRESH_MS;
			});
		} finally {
			rmSync(root, { recursive: true, force: true });
			rmSync(runFolder, { recursive: true, force: true });
		}
		expect(processesWith(programs.folder), 'left behind').toEqual([]);
	});

	it('says on the page why there is none', async () => {
		using programs = new FakePrograms('ok');
		const root = fakeMachine('pi4', 'bookworm');
		const environment = { ...process.env, ...programs.environment('nocam') };
		const source = openSource('auto', {
			name: 'nothing',
			input: process.stdin,
			clock: systemClock,
			random: Math.random,
			computer: systemComputer({ clock: systemClock, root, environment }),
		});
		const key = new Secret(await relay.addKey('nothing'));
		const platform = { clock: systemClock, log: silentLog, random: Math.random };
		try {
			await using _agent = startAgent({ relay: relay.url, name: 'nothing', key, source }, platform);
			const words = () =>
				page.evaluate(() => {
					const player = document.querySelector('oriel-player[camera="nothing"]');
					return `${document.body.innerText} ${player?.shadowRoot?.textContent ?? ''}`;
				});
			await until('the reason', async () => (await words()).includes('No camera was found on the connector.'));
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});
});
