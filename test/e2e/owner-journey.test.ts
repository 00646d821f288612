import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireAccessible } from '@oriel/testing/accessibility';
import { openBrowser } from '@oriel/testing/browser';
import { withinMs } from '@oriel/testing/patience';
import type { Program } from '@oriel/testing/program';
import { cameraProcess, PASSWORD, RelayProcess } from '@oriel/testing/relay-process';
import { noteSecret } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/until';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { copyLine, paste, press, seesPicture, setUp } from './owner-journey/by-hand.ts';

/** From the set-up link to the picture, on a machine that is slower than a person is quick. */
const JOURNEY_MS = 60_000;
/** How soon what was taken back is gone. */
const REVOKED_MS = withinMs(2_000);
const VIEWER_PASSWORD = 'a path between two hedges';

let browser: Browser;
let folder: string;

beforeAll(async () => {
	browser = await openBrowser();
	folder = mkdtempSync(join(tmpdir(), 'oriel-journey-'));
});

afterAll(async () => {
	await browser.close();
	rmSync(folder, { recursive: true });
});

/** A browser of its own, as another person has it. */
async function newPage(): Promise<Page> {
	const context = await browser.newContext({ ignoreHTTPSErrors: true });
	return context.newPage();
}

it('would be found out if a page were not usable without sight', async () => {
	const page = await newPage();
	await page.setContent('<main><h1>Wall</h1><button></button></main>');
	await expect(requireAccessible(page, 'a button without a word')).rejects.toThrow('button-name');
	await page.context().close();
});

describe('a new owner, over https with a certificate that signs itself', () => {
	let relay: RelayProcess;
	let page: Page;
	let url: string;
	const cameras: Program[] = [];

	beforeAll(async () => {
		relay = await RelayProcess.start(['--tls', 'self-signed', '--http-port', '0']);
		url = `https://127.0.0.1:${relay.port}`;
		page = await newPage();
	});

	afterAll(async () => {
		await page.context().close();
		for (const camera of cameras) await camera.end();
		await relay[Symbol.asyncDispose]();
	});

	it('comes from the set-up link to a picture within a minute', async () => {
		const began = performance.now();
		await page.goto(`${url}/#setup=${await relay.setupToken()}`);
		await requireAccessible(page, 'set-up');
		await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
		await press(page, 'Set up Oriel');
		await page.getByRole('heading', { name: 'Add your first camera' }).waitFor();
		expect(await page.context().cookies()).toMatchObject([
			{ name: '__Host-oriel_session', secure: true, httpOnly: true, path: '/', sameSite: 'Lax' },
		]);
		await requireAccessible(page, 'the empty wall');

		await page.getByRole('main').getByRole('link', { name: 'Add a camera' }).click();
		await requireAccessible(page, 'the name of a camera');
		await page.getByLabel('What do you call it?').fill('Front porch');
		expect(await page.getByLabel('Short name').inputValue()).toBe('front-porch');
		await press(page, 'Show the line to paste');
		await page.getByText('Waiting for the machine').waitFor();
		expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^Paste this/);
		expect(await page.getByRole('timer').textContent()).toMatch(/^(10:00|9:\d\d)$/);
		await requireAccessible(page, 'the line to paste');

		const line = await copyLine(page);
		// The pin is in it, so that the machine knows this relay and no other.
		expect(line).toMatch(/ --pinnedpubkey "sha256\/\/\S{43}=" .* --title "Front porch"$/);
		cameras.push(paste(line, join(folder, 'porch'), 'test'));
		await page.getByRole('heading', { name: 'Front porch is live' }).waitFor();
		await seesPicture(page, 'front-porch');
		await requireAccessible(page, 'the first picture');
		await press(page, 'Done');
		await seesPicture(page, 'front-porch');
		expect(performance.now() - began).toBeLessThan(withinMs(JOURNEY_MS));
		await requireAccessible(page, 'the wall');
	});

	it('is told what is missing beside a camera, as the camera’s machine says it', async () => {
		await page.goto(`${url}/#/add/`);
		await page.getByLabel('What do you call it?').fill('Garden');
		await press(page, 'Show the line to paste');
		await page.getByText('Waiting for the machine').waitFor();
		const camera = paste(await copyLine(page), join(folder, 'garden'), `file:${join(folder, 'no such film.jpg')}`);
		cameras.push(camera);
		await page.getByRole('heading', { name: 'The machine has joined' }).waitFor();
		await page.getByText('no such film.jpg').waitFor();
		await requireAccessible(page, 'a machine that has joined without a picture');
		await camera.end();
		await press(page, 'Do not wait');
	});

	it('who opens a pairing link in a browser is told where it belongs', async () => {
		await page.goto(`${url}/#pair=ABCD-EFGH`);
		await page.getByRole('heading', { name: 'This link adds a camera' }).waitFor();
		expect(await copyLine(page)).toBe(`curl -fsS ${url}/install.sh | sudo sh -s -- join ABCD-EFGH`);
		await requireAccessible(page, 'a pairing link in a browser');
		await press(page, 'Show the cameras');
		await page.getByRole('link', { name: 'Settings' }).waitFor();
		expect(page.url()).not.toContain('pair');
	});

	it('is told that a line is no longer good, and that a name is taken', async () => {
		await page.goto(`${url}/#/add/`);
		await page.getByLabel('What do you call it?').fill('Front porch');
		await press(page, 'Show the line to paste');
		await page.getByRole('alert').getByText('There is a camera called front-porch already').waitFor();
		await requireAccessible(page, 'a name that is taken');
		await page.getByLabel('What do you call it?').fill('Shed');
		await press(page, 'Show the line to paste');
		await page.getByText('Waiting for the machine').waitFor();
		const other = await page.context().newPage();
		await other.goto(`${url}/#/settings/cameras`);
		await press(other, 'Withdraw');
		await page.getByRole('heading', { name: 'The line is no longer valid' }).waitFor();
		await requireAccessible(page, 'a line that is no longer good');
		await other.close();
	});

	it('finds every page usable without a pointer and without sight', async () => {
		await page.goto(`${url}/#/front-porch`);
		await page.getByRole('heading', { name: 'Front porch' }).waitFor();
		await requireAccessible(page, 'the camera page');
		const sections = {
			cameras: 'Cameras',
			people: 'Users',
			links: 'Share links',
			sessions: 'Sessions',
			tokens: 'API tokens',
			events: 'Activity',
			certificate: 'Certificate',
			password: 'Password',
		};
		for (const [section, title] of Object.entries(sections)) {
			await page.goto(`${url}/#/settings/${section}`);
			await page.getByRole('heading', { name: title, level: 2 }).waitFor();
			await until(`${title} to be read`, async () => (await page.getByText('Reading…').count()) === 0);
			await requireAccessible(page, `settings: ${title}`);
		}
		const forms = { people: 'Invite a user', links: 'Make a link', tokens: 'Make a token' };
		for (const [section, button] of Object.entries(forms)) {
			await page.goto(`${url}/#/settings/${section}`);
			await press(page, button);
			await page.getByRole('dialog').waitFor();
			await requireAccessible(page, button);
			await page.keyboard.press('Escape');
			await page.getByRole('dialog').waitFor({ state: 'detached' });
			// The focus is where it was.
			expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(button);
		}
	});

	it('reads in plain words what happened', async () => {
		await page.goto(`${url}/#/settings/events`);
		await page.getByText('A machine joined as front-porch').waitFor();
		await page.getByText('The owner’s password was chosen with a set-up link').waitFor();
	});

	it('takes a camera away, which cuts it off', async () => {
		await page.goto(`${url}/#/settings/cameras`);
		const row = page.getByRole('listitem').filter({ hasText: 'Front porch' });
		await row.getByRole('button', { name: 'Remove' }).click();
		await requireAccessible(page, 'the question before a camera is removed');
		await press(page, 'Remove the camera');
		await row.waitFor({ state: 'detached' });
		await cameras[0]?.said(/publish key was removed/);
	});

	it('signs out and in again', async () => {
		await page.goto(`${url}/#/`);
		await press(page, 'Sign out');
		await page.getByRole('heading', { name: 'Sign in' }).waitFor();
		await requireAccessible(page, 'the sign-in page');
		expect(await page.getByLabel('Name').inputValue()).toBe('owner');
		await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
		await page.keyboard.press('Enter');
		await page.getByRole('link', { name: 'Settings' }).waitFor();
	});
});

describe('those whom the owner lets in', () => {
	let relay: RelayProcess;
	let owner: Page;
	let cameras: Program[];

	beforeEach(async () => {
		relay = await RelayProcess.start();
		const keys = [await relay.addKey('porch'), await relay.addKey('garden')];
		cameras = ['porch', 'garden'].map((name, at) => cameraProcess(relay.url, name, keys[at] ?? ''));
		owner = await newPage();
		await setUp(owner, `${relay.url}/#setup=${await relay.setupToken()}`);
		await seesPicture(owner, 'porch');
		await seesPicture(owner, 'garden');
	});

	afterEach(async () => {
		for (const context of browser.contexts()) await context.close();
		for (const camera of cameras) await camera.end();
		await relay[Symbol.asyncDispose]();
	});

	it('an invited viewer chooses a password and sees the granted cameras, no others', async () => {
		noteSecret(VIEWER_PASSWORD);
		await owner.goto(`${relay.url}/#/settings/people`);
		await press(owner, 'Invite a user');
		await owner.getByLabel('Name').fill('Ada');
		await owner.getByLabel('Cameras', { exact: true }).selectOption('some');
		await owner.getByRole('checkbox', { name: 'garden' }).check();
		await press(owner, 'Make the link');
		await owner.getByRole('heading', { name: 'Send this link to Ada' }).waitFor();
		const link = await copyLine(owner);
		await press(owner, 'Done');

		const viewer = await newPage();
		await viewer.goto(link);
		await viewer.getByRole('heading', { name: 'You are invited' }).waitFor();
		await requireAccessible(viewer, 'the invitation page');
		await viewer.getByRole('textbox', { name: 'Password' }).fill(VIEWER_PASSWORD);
		await press(viewer, 'Continue');
		await seesPicture(viewer, 'garden');
		expect(viewer.url()).not.toContain('invite');
		expect(await viewer.locator('oriel-player').count()).toBe(1);
		expect(await viewer.getByRole('link', { name: 'Add a camera' }).count()).toBe(0);
		await viewer.goto(`${relay.url}/#/porch`);
		await viewer.getByText('It was removed, or is not shared with you.').waitFor();
		await viewer.goto(`${relay.url}/#/settings/people`);
		await viewer.getByRole('heading', { name: 'Sessions', level: 2 }).waitFor();
		expect(await viewer.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['Sessions', 'Password']);

		await viewer.goto(`${relay.url}/#/`);
		await seesPicture(viewer, 'garden');
		await owner.getByRole('listitem').filter({ hasText: 'Ada' }).getByRole('button', { name: 'Remove' }).click();
		await owner.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
		await viewer.getByRole('heading', { name: 'You were signed out' }).waitFor({ timeout: REVOKED_MS });
		await requireAccessible(viewer, 'the page of a user who was signed out');
	});

	it('a share link shows its camera to a guest, and ends when it is taken back', async () => {
		await owner.goto(`${relay.url}/#/settings/links`);
		await press(owner, 'Make a link');
		await owner.getByRole('checkbox', { name: 'porch' }).check();
		await owner.getByLabel('Viewers at once').fill('1');
		await owner.getByLabel('Label').fill('<b>For the neighbours</b>');
		await press(owner, 'Make the link');
		await owner.getByRole('heading', { name: 'Your share link' }).waitFor();
		const link = await copyLine(owner);
		await press(owner, 'Done');

		const guest = await newPage();
		await guest.goto(link);
		await seesPicture(guest, 'porch');
		expect(guest.url()).toBe(`${relay.url}/`);
		expect(await guest.locator('oriel-player').count()).toBe(1);
		await guest.getByText('<b>For the neighbours</b>').waitFor();
		await guest.getByText(/^expires in 2[34] h$/).waitFor();
		await requireAccessible(guest, 'the share page');

		const another = await newPage();
		await another.goto(link);
		await another.getByRole('heading', { name: 'This link is full' }).waitFor();
		await requireAccessible(another, 'a share link that is full');

		await owner.getByText('1 of 1 watching').waitFor();
		await press(owner, 'Revoke');
		const began = performance.now();
		await press(owner, 'Revoke the link');
		await guest.getByRole('heading', { name: 'Sharing has ended' }).waitFor({ timeout: REVOKED_MS });
		expect(performance.now() - began).toBeLessThan(REVOKED_MS);
		expect(await guest.locator('oriel-player').count()).toBe(0);
		await requireAccessible(guest, 'the page of a guest whose link was taken back');
		await guest.reload();
		await guest.getByRole('heading', { name: 'Sharing has ended' }).waitFor();
		await another.goto('about:blank');
		await another.goto(link);
		await another.getByRole('heading', { name: 'This link no longer works' }).waitFor();
	});
});
