import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cameraId } from '@oriel/testcard';
import { look, openBrowser } from '@oriel/testing/browser';
import { addedKey } from '@oriel/testing/grants';
import { oriel, type Program } from '@oriel/testing/program';
import { PASSWORD } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from './acme/ask.ts';

const CAMERA = 'porch';

describe('a relay with a self-signed certificate', () => {
	const data = mkdtempSync(join(tmpdir(), 'oriel-tls-'));
	let relay: Program;
	let url: string;
	let pin: string;
	let key: string;

	beforeAll(async () => {
		const where = ['--data', data, '--host', '127.0.0.1', '--port', '0', '--http-port', '0'];
		relay = oriel(['relay', '--tls', 'self-signed', '--log', 'json', ...where]);
		const [, port] = await relay.said(/"port":(\d+).*"msg":"relay listens"/);
		url = `https://127.0.0.1:${port}`;
		[, pin = ''] = await relay.said(/--relay-pin (sha256\/\S+)/);
		key = await addedKey(data, CAMERA);
	});

	afterAll(async () => {
		await relay.end();
		rmSync(data, { recursive: true, force: true });
	});

	const camera = (...args: string[]) =>
		oriel(['camera', url, '--name', CAMERA, '--source', 'test', '--log', 'json', ...args], {
			env: { ORIEL_CAMERA_KEY: key },
		});

	it('prints a link with https', () => {
		expect(relay.stdout).toContain(`${url}/#setup=`);
	});

	it('is refused by a camera without its pin, which says what to compare', async () => {
		await using without = camera();
		await without.said(/is self-signed/);
		expect(without.stderr).toContain(`--relay-pin ${pin}`);
	});

	it('is refused by a camera with another pin, which shows both', async () => {
		const other = `sha256/${Buffer.alloc(32, 7).toString('base64')}`;
		await using wrong = camera('--relay-pin', other);
		await wrong.said(/is not the relay that the pin belongs to/);
		expect(wrong.stderr).toContain(`expected ${other}, seen ${pin}`);
		await using misspelt = camera('--relay-pin', pin.slice(1));
		expect((await misspelt.ended).code).toBe(2);
		expect(misspelt.stderr).toContain('is not a pin; expected: sha256/');
	});

	it('shows the camera that has its pin, in a page that may use all that browsers give to https', async () => {
		await using _camera = camera('--relay-pin', pin);
		const token = /#setup=(\S+)/.exec(relay.stdout)?.[1];
		const { headers } = await ask(`${url}/api/setup`, {
			ca: readFileSync(join(data, 'tls', 'self-signed.pem'), 'utf8'),
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ token, password: PASSWORD }),
		});
		const [, name = '', value = ''] = /^([^=]+)=([^;]+)/.exec(headers['set-cookie']?.[0] ?? '') ?? [];
		// Chromium is told to believe that one key: the same 32 bytes as in the pin.
		await using browser = await openBrowser([`--ignore-certificate-errors-spki-list=${pin.replace('sha256/', '')}`]);
		const context = await browser.newContext();
		await context.addCookies([{ name, value, url, secure: true }]);
		const page = await context.newPage();
		await page.goto(`${url}/`);
		await until('the picture of the camera', async () => {
			const { code } = await look(page, CAMERA);
			return code?.camera === cameraId(CAMERA);
		});
		expect(await page.evaluate(() => isSecureContext && 'VideoDecoder' in globalThis)).toBe(true);
	});
});
