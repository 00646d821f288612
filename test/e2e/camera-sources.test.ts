import { rmSync } from 'node:fs';
import { cameraId, type TimeCode } from '@oriel/testcard';
import { look, openBrowser } from '@oriel/testing/browser';
import { FakePrograms } from '@oriel/testing/fake-camera/install';
import {
	type FakeMachineOptions,
	fakeMachine,
	type MachineBoard,
	type MachineSystem,
} from '@oriel/testing/fake-camera/machine';
import type { Board } from '@oriel/testing/fake-camera/scenario';
import { withinMs } from '@oriel/testing/patience';
import { processesWith } from '@oriel/testing/processes';
import { oriel, type Program } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Place = readonly [programs: Board, board: MachineBoard, system: MachineSystem, options?: FakeMachineOptions];

describe.concurrent('oriel camera --source auto, watched in Chromium through a relay', () => {
	let browser: Browser;
	let relay: RelayProcess;
	let cookie: { name: string; value: string };

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

	it.each<[name: string, codec: RegExp, place: Place]>([
		['pi-4', /avc1/, ['ok', 'pi4', 'trixie']],
		['pi-5', /avc1/, ['pi5', 'pi5', 'trixie']],
		['pi-5-lite', /jpeg/, ['pi5-lite', 'pi5', 'bookworm']],
		['bullseye-legacy', /avc1/, ['legacy', 'pi3', 'bullseye', { isLegacy: true }]],
		['usb-camera', /jpeg/, ['usb', 'pc', 'bookworm', { usbAt: 0 }]],
	])('%s: pictures of now, in order', async (name, codec, [programs, ...machine]) => {
		using fakes = new FakePrograms(programs);
		const root = fakeMachine(...machine);
		try {
			await using camera = await startCamera(name, fakes, root);
			await camera.said(new RegExp(`"codec":"[^"]*${codec.source}[^"]*".*pictures come in`));
			const codes = await watch(name, 10);
			codes.forEach((code, index) => {
				expect(code.time).toBeGreaterThan(codes[index - 1]?.time ?? 0);
			});
			expect(Math.abs((codes.at(-1)?.time ?? 0) / 1000 - Date.now())).toBeLessThan(withinMs(2000));
			await camera.end('SIGTERM');
			expect(processesWith(fakes.folder), 'left behind').toEqual([]);
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});

	it('a USB camera that is pulled out and put back is shown again, and its absence explained', async () => {
		using fakes = new FakePrograms('usb');
		const root = fakeMachine('pc', 'bookworm', { usbAt: 0 });
		try {
			await using camera = await startCamera('door', fakes, root);
			const [last] = (await watch('door', 3)).slice(-1);
			fakes.plug(false);
			await camera.said(/unplugged|is not there|There is no camera|No camera was found|does not tell/);
			fakes.plug(true);
			const later = await watch('door', 3, (last?.time ?? 0) + 1_000_000);
			expect(later[0]?.time).toBeGreaterThan(last?.time ?? 0);
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});

	async function startCamera(name: string, fakes: FakePrograms, root: string): Promise<Program> {
		const key = await relay.addKey(name);
		// Its own place for pid files: cameras of other tests have the same names.
		const own = { TMPDIR: fakes.folder, ORIEL_MACHINE_ROOT: root, FAKECAM_NAME: name, FAKECAM_FPS: '10' };
		const env = { ...fakes.environment(), ...own, ORIEL_CAMERA_KEY: key };
		const size = name.startsWith('usb') || name === 'door' ? '640x480' : '320x240';
		const args = ['camera', relay.url, '--name', name, '--source', 'auto', '--size', size, '--log', 'json'];
		return oriel(args, { env });
	}

	/** Different pictures of that camera as the page shows them, made after `since`. */
	async function watch(name: string, count: number, since = 0): Promise<TimeCode[]> {
		const context = await browser.newContext();
		try {
			await context.addCookies([{ ...cookie, url: relay.url }]);
			const page = await context.newPage();
			await page.goto(`${relay.url}/#/${name}`);
			const codes: TimeCode[] = [];
			await until(`${count} pictures of ${name}`, async () => {
				const { code } = await look(page, name);
				const isNew = code?.camera === cameraId(name) && code.time > (codes.at(-1)?.time ?? since);
				if (code && isNew) codes.push(code);
				return codes.length >= count;
			});
			return codes;
		} finally {
			await context.close();
		}
	}
});
