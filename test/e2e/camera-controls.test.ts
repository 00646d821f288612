import { rmSync } from 'node:fs';
import { look, openBrowser } from '@oriel/testing/browser';
import { FakePrograms } from '@oriel/testing/fake-camera/install';
import { fakeMachine } from '@oriel/testing/fake-camera/machine';
import { oriel, type Program } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { noteSecretFields } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/until';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('the controls of a camera, in Chromium through a relay', () => {
	let browser: Browser;
	let relay: RelayProcess;
	let cookie: string;

	beforeAll(async () => {
		browser = await openBrowser();
		relay = await RelayProcess.start();
		cookie = await relay.setUp();
	});

	afterAll(async () => {
		await browser.close();
		await relay[Symbol.asyncDispose]();
	});

	it('of a USB camera are set at once, with the exact command line, and read back', async () => {
		using fakes = new FakePrograms('usb');
		const root = fakeMachine('pc', 'bookworm', { usbAt: 0 });
		try {
			await using _camera = await startCamera('usb-camera', fakes, root, ['--size', '640x480']);
			await using shown = await openCamera('usb-camera');
			const { page } = shown;
			await page.keyboard.press('c');
			const panel = page.getByRole('complementary', { name: 'Camera controls' });
			const brightness = panel.getByRole('slider', { name: /^Brightness/ });
			await brightness.waitFor();
			const starts = () => fakes.calls.filter((call) => call.includes('--stream-mmap=4')).length;
			const startsBefore = starts();
			expect(await panel.getByText('White balance temperature').count()).toBe(0);
			await brightness.fill('12');
			await until('the driver to be told', () => fakes.calls.some((call) => call.includes('--set-ctrl=brightness=12')));
			expect(fakes.calls.filter((call) => call.some((part) => part.startsWith('--set-ctrl')))).toEqual([
				['v4l2-ctl', '-d', '/dev/video0', '--set-ctrl=brightness=12'],
			]);
			await until('12 to be read back', async () => (await readValue('usb-camera', 'brightness')) === 12);
			await panel.getByText('12', { exact: true }).waitFor();
			// What it forbids until then.
			await panel.getByRole('checkbox', { name: 'White balance automatic' }).uncheck();
			await panel.getByRole('slider', { name: /^White balance temperature/ }).waitFor();
			expect((await look(page, 'usb-camera')).state).toBe('live');
			await panel.getByRole('button', { name: /own settings/ }).click();
			await until('the brightness to be back', async () => (await readValue('usb-camera', 'brightness')) === 0);
			expect(starts(), 'restarts').toBe(startsBefore);
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});

	it('say on the page why the camera refused', async () => {
		using fakes = new FakePrograms('usb');
		const root = fakeMachine('pc', 'bookworm', { usbAt: 0 });
		try {
			await using _camera = await startCamera('stubborn', fakes, root, ['--size', '640x480'], ['controls-refused']);
			await using shown = await openCamera('stubborn');
			const { page } = shown;
			await page.getByRole('button', { name: 'Camera controls (C)' }).click();
			await page.getByRole('slider', { name: /^Contrast/ }).fill('5');
			await page.getByText('Contrast could not be set: the camera does not take it while it sends pictures').waitFor();
			const contrast = page.getByRole('slider', { name: /^Contrast/ });
			await until('the slider to go back', async () => (await contrast.inputValue()) === '32');
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});

	it('of a Pi restart the camera, say so, and pictures come again with the new arguments', async () => {
		using fakes = new FakePrograms('ok');
		const root = fakeMachine('pi4', 'trixie');
		try {
			await using camera = await startCamera('pi-4', fakes, root, ['--size', '320x240']);
			await using shown = await openCamera('pi-4');
			const { page } = shown;
			await page.keyboard.press('c');
			const panel = page.getByRole('complementary', { name: 'Camera controls' });
			await panel.getByText('With these the picture stops for about two seconds.').waitFor();
			const restarting = page.getByText('Restarting the camera…');
			const seen = restarting.waitFor();
			await panel.getByRole('combobox', { name: 'Zoom' }).selectOption('Middle');
			await seen;
			await restarting.waitFor({ state: 'detached' });
			const starts = () => fakes.calls.filter((call) => call.includes('--codec')).map((call) => call.join(' '));
			const args = '--width 320 --height 240 --framerate 30';
			expect(starts()[1]).toContain(`${args} --roi 0.25,0.25,0.5,0.5 --flush -o -`);
			expect(await readValue('pi-4', 'picture.zoom')).toBe(1);
			const { time = 0 } = (await look(page, 'pi-4')).code ?? {};
			await until('a newer picture', async () => ((await look(page, 'pi-4')).code?.time ?? 0) > time);
			expect((await look(page, 'pi-4')).state).toBe('live');
			await panel.getByRole('button', { name: /own settings/ }).click();
			await until('the third start', () => starts().length === 3);
			expect(starts()[2]).toBe(starts()[0]);
			await camera.end('SIGTERM');
			await until('the list to be gone', async () => (await readAs(cookie, 'pi-4')).json.isOffered === false);
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});

	it('are the owner’s alone: a viewer has no panel and is refused; hostile values change nothing', async () => {
		using fakes = new FakePrograms('usb');
		const root = fakeMachine('pc', 'bookworm', { usbAt: 0 });
		try {
			await using _camera = await startCamera('usb-two', fakes, root, ['--size', '640x480']);
			const viewer = await viewerCookie('Ada');
			await using shown = await openCamera('usb-two', viewer);
			const { page } = shown;
			await page.keyboard.press('c');
			await page.getByRole('button', { name: 'Turn the picture (R)' }).waitFor();
			expect(await page.getByRole('button', { name: /Camera controls/ }).count()).toBe(0);
			expect(await page.getByRole('complementary').count()).toBe(0);
			const wish = { values: [{ name: 'brightness', value: 3 }] };
			expect((await readAs(viewer, 'usb-two')).status).toBe(403);
			expect((await changeAs(viewer, 'usb-two', wish)).status).toBe(403);
			await until('the list', async () => (await readAs(cookie, 'usb-two')).json.isOffered === true);
			const hostile: unknown[] = [
				{ values: [{ name: 'brightness', value: 65 }] },
				{ values: [{ name: 'brightness', value: '1; reboot' }] },
				{ values: [{ name: 'brightness=1,contrast', value: 1 }] },
				{ values: [{ name: '__proto__', value: 1 }] },
				{ values: [{ name: 'white_balance_temperature', value: 4000 }] },
				{ values: Array.from({ length: 65 }, () => ({ name: 'brightness', value: 1 })) },
				{ command: 'reboot' },
			];
			for (const body of hostile) {
				expect([body, (await changeAs(cookie, 'usb-two', body)).status]).toEqual([body, 400]);
			}
			expect(fakes.calls.flat().filter((part) => part.startsWith('--set-ctrl'))).toEqual([]);
			expect((await changeAs(cookie, 'usb-two', wish)).status).toBe(200);
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});

	it('are not offered where the camera’s machine forbids it', async () => {
		using fakes = new FakePrograms('usb');
		const root = fakeMachine('pc', 'bookworm', { usbAt: 0 });
		try {
			await using _camera = await startCamera('closed', fakes, root, ['--size', '640x480', '--no-remote-controls']);
			await using shown = await openCamera('closed');
			await shown.page.keyboard.press('c');
			await shown.page.getByText(/^Nothing can be changed from here/).waitFor();
			const answer = await changeAs(cookie, 'closed', { reset: true });
			expect([answer.status, answer.json.error]).toMatchObject([501, { code: 'not-supported' }]);
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});

	it('the picture turns in the page alone, fills its box either way, and stays so', async () => {
		await using camera = oriel(['camera', relay.url, '--name', 'turned', '--source', 'test', '--size', '320x240'], {
			env: { ORIEL_CAMERA_KEY: await relay.addKey('turned') },
		});
		await camera.said(/connected to the relay/);
		await using shown = await openCamera('turned');
		const { page } = shown;
		for (const size of [
			{ width: 1000, height: 600 },
			{ width: 390, height: 780 },
		]) {
			await page.setViewportSize(size);
			const before = (await boxes(page)).attributes[0];
			await page.keyboard.press('r');
			await until('the turn', async () => (await boxes(page)).attributes[0] !== before);
			const box = await boxes(page);
			expect(box.turned).toEqual(box.player);
			expect(box.turned[2]).toBeGreaterThan(300);
		}
		expect((await boxes(page)).attributes).toEqual(['180', null]);
		await page.keyboard.press('m');
		await page.getByText('Turned by 180° and mirrored, in this browser only.').waitFor();
		await page.reload();
		await page.locator('oriel-player').waitFor();
		expect((await boxes(page)).attributes).toEqual(['180', '']);
	});

	/** The player's box and that of what it shows, as they are seen; whole pixels. */
	function boxes(page: Page) {
		return page.evaluate(() => {
			const player = document.querySelector('oriel-player') as HTMLElement;
			const picture = player.shadowRoot?.querySelector('.picture') as HTMLElement;
			const of = (element: HTMLElement) => {
				const { x, y, width, height } = element.getBoundingClientRect();
				return [x, y, width, height].map(Math.round);
			};
			const attributes = [player.getAttribute('turn'), player.getAttribute('mirrored')];
			return { player: of(player), turned: of(picture), attributes };
		});
	}

	async function startCamera(
		name: string,
		fakes: FakePrograms,
		root: string,
		args: readonly string[],
		tricks: readonly string[] = [],
	): Promise<Program> {
		const own = { TMPDIR: fakes.folder, ORIEL_MACHINE_ROOT: root, FAKECAM_NAME: name, FAKECAM_FPS: '10' };
		const env = { ...fakes.environment(...tricks), ...own, ORIEL_CAMERA_KEY: await relay.addKey(name) };
		const camera = oriel(['camera', relay.url, '--name', name, '--source', 'auto', '--log', 'json', ...args], { env });
		await camera.said(/pictures come in/);
		return camera;
	}

	async function openCamera(name: string, as: string = cookie): Promise<{ page: Page } & AsyncDisposable> {
		const context: BrowserContext = await browser.newContext();
		const [key = '', value = ''] = as.split('=');
		await context.addCookies([{ name: key, value, url: relay.url }]);
		const page = await context.newPage();
		await page.goto(`${relay.url}/#/${name}`);
		await until(`pictures of ${name}`, async () => (await look(page, name)).state === 'live');
		return { page, [Symbol.asyncDispose]: () => context.close() };
	}

	async function request(as: string, name: string, init: RequestInit) {
		const url = `${relay.url}/api/cameras/${name}/controls`;
		const headers = { cookie: as, origin: relay.url, 'content-type': 'application/json' };
		const response = await fetch(url, { ...init, headers });
		return { status: response.status, json: (await response.json()) as Record<string, unknown> };
	}

	function readAs(as: string, name: string) {
		return request(as, name, { method: 'GET' });
	}

	function changeAs(as: string, name: string, body: unknown) {
		return request(as, name, { method: 'POST', body: JSON.stringify(body) });
	}

	async function readValue(camera: string, name: string): Promise<number | undefined> {
		const { controls } = (await readAs(cookie, camera)).json as { controls: { name: string; value: number }[] };
		return controls.find((control) => control.name === name)?.value;
	}

	async function viewerCookie(name: string): Promise<string> {
		const post = (path: string, body: unknown, as = '') =>
			fetch(`${relay.url}${path}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json', origin: relay.url, ...(as && { cookie: as }) },
				body: JSON.stringify(body),
			});
		const invited = await (await post('/api/people', { name, role: 'viewer' }, cookie)).text();
		noteSecretFields(invited);
		const { token } = JSON.parse(invited) as { token: string };
		const accepted = await post('/api/invitations/accept', { token, password: 'another quiet evening' });
		return accepted.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
	}
});
