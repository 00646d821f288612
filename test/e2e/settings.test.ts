import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CertificateReport } from '@oriel/api';
import { openBrowser } from '@oriel/testing/browser';
import { withinMs } from '@oriel/testing/patience';
import type { Program } from '@oriel/testing/program';
import { cameraProcess, PASSWORD, RelayProcess } from '@oriel/testing/relay-process';
import { noteSecret } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/until';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { copyLine, paste, press, seesPicture, setUp } from './owner-journey/by-hand.ts';

const NEW_PASSWORD = 'a louder evening in the town';
/** How soon what was taken back is gone. */
const REVOKED_MS = withinMs(2_000);

describe('the settings, in real Chromium', () => {
	let browser: Browser;
	let folder: string;
	let relay: RelayProcess;
	let camera: Program;
	let owner: Page;

	beforeAll(async () => {
		browser = await openBrowser();
		folder = mkdtempSync(join(tmpdir(), 'oriel-settings-'));
	});

	afterAll(async () => {
		await browser.close();
		rmSync(folder, { recursive: true });
	});

	beforeEach(async () => {
		relay = await RelayProcess.start();
		camera = cameraProcess(relay.url, 'porch', await relay.addKey('porch'));
		owner = await newPage();
		await setUp(owner, `${relay.url}/#setup=${await relay.setupToken()}`);
		await seesPicture(owner, 'porch');
	});

	afterEach(async () => {
		for (const context of browser.contexts()) await context.close();
		await camera.end();
		await relay[Symbol.asyncDispose]();
	});

	it('makes a token that opens what it says, once shown, and revokes it', async () => {
		await open(owner, 'tokens');
		await press(owner, 'Make a token');
		await owner.getByLabel('Which program is it for?').fill('VLC');
		await press(owner, 'Make the token');
		await owner.getByRole('heading', { name: 'Your token' }).waitFor();
		const token = await copyLine(owner);
		await press(owner, 'Done');
		expect(await owner.content()).not.toContain(token);
		const ask = () =>
			fetch(`${relay.url}/cameras/porch/snapshot.jpg`, { headers: { authorization: `Bearer ${token}` } });
		expect((await ask()).status).toBe(200);
		await owner.getByRole('listitem').filter({ hasText: 'VLC' }).getByRole('button', { name: 'Revoke' }).click();
		await owner.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
		await owner.getByText('No tokens yet.').waitFor();
		expect((await ask()).status).toBe(401);
	});

	it('gives a camera a new key: the old machine is cut off when the new one has joined, not before', async () => {
		await open(owner, 'cameras');
		await owner.getByRole('link', { name: 'New key' }).click();
		await press(owner, 'Show the line to paste');
		await owner.getByText('Waiting for the machine').waitFor();
		const line = await copyLine(owner);
		expect(camera.stderr).not.toContain('publish key was removed');
		await using replacement = paste(line, join(folder, 'porch'), 'test');
		await camera.said(/publish key was removed/);
		await owner.getByRole('heading', { name: 'porch is live' }).waitFor();
		await seesPicture(owner, 'porch');
		expect(replacement.stdout).toContain('This machine is now the camera "porch"');
		await press(owner, 'Done');
		await owner.getByText('key made just now').waitFor();
	});

	it('changes the password, which ends the other browsers, and signs out everywhere', async () => {
		noteSecret(NEW_PASSWORD);
		const other = await newPage();
		await signIn(other, PASSWORD);
		await open(owner, 'password');
		await owner.getByRole('textbox', { name: 'Current password' }).fill('not the password');
		await owner.getByRole('textbox', { name: 'New password' }).fill(NEW_PASSWORD);
		await press(owner, 'Change the password');
		await owner.getByRole('alert').getByText('That is not the password.').waitFor();
		await owner.getByRole('textbox', { name: 'Current password' }).fill(PASSWORD);
		await press(owner, 'Change the password');
		await owner.getByText('Done. Other browsers are signed out.').waitFor();
		await other.getByRole('heading', { name: 'You were signed out' }).waitFor({ timeout: REVOKED_MS });

		await signIn(other, NEW_PASSWORD);
		await open(owner, 'sessions');
		await press(owner, 'Sign out everywhere');
		await owner.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
		await other.getByRole('heading', { name: 'You were signed out' }).waitFor({ timeout: REVOKED_MS });
		// Who leaves knows why.
		await owner.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
	});

	it('warns on the wall of a certificate that nears its end', async () => {
		const notAfter = new Date(Date.now() + 10.5 * 86_400_000).toISOString();
		const report: CertificateReport = {
			source: 'ordered',
			state: 'ending',
			names: ['cam.example.org'],
			issuer: 'A',
			notBefore: '2026-11-20T10:00:00.000Z',
			notAfter,
			pin: 'sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
			problem: 'Port 80 is shut',
			nextTryAt: null,
		};
		await owner.route('**/api/certificate', (route) => route.fulfill({ json: report }));
		await owner.goto(`${relay.url}/#/`);
		await owner.reload();
		await owner.getByText('expires in 10 days and has not been renewed. Port 80 is shut.').waitFor();
		await owner.getByRole('link', { name: 'See what is wrong' }).click();
		await owner.getByText('Less than a quarter of its lifetime remains').waitFor();
	});

	it('says which answer it cannot read, in which field, what it saw and what it expected', async () => {
		const garbage = (path: string, json: unknown) => owner.route(path, (route) => route.fulfill({ json }));
		await garbage('**/api/people', { people: [{ id: 'x', name: 5 }] });
		await open(owner, 'people');
		const alert = owner.getByRole('alert');
		await alert.getByText('GET /api/people: people.0.name: expected string, received 5.').waitFor();
		expect(await owner.getByRole('list', { name: 'Users' }).count()).toBe(0);

		await garbage('**/api/cameras', { cameras: [{ name: 'porch', title: null }] });
		await owner.goto(`${relay.url}/#/porch`);
		await owner.getByText('GET /api/cameras: cameras.0.title: expected string, received null.').waitFor();

		await garbage('**/api/session', { signedIn: 'yes' });
		await owner.reload();
		await owner.getByRole('heading', { name: 'The relay’s answer cannot be read' }).waitFor();
		await owner.unroute('**/api/session');
		await seesPicture(owner, 'porch');
	});

	async function newPage(): Promise<Page> {
		return (await browser.newContext()).newPage();
	}

	async function open(page: Page, section: string): Promise<void> {
		await page.goto(`${relay.url}/#/settings/${section}`);
	}

	async function signIn(page: Page, password: string): Promise<void> {
		await page.goto(`${relay.url}/`);
		await page.getByRole('textbox', { name: 'Password' }).fill(password);
		await page.keyboard.press('Enter');
		await until('the wall', async () => (await page.locator('oriel-player').count()) === 1);
	}
});
