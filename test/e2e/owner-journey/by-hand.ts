import { cameraId } from '@oriel/testcard';
import { look } from '@oriel/testing/browser';
import { oriel, type Program } from '@oriel/testing/program';
import { PASSWORD } from '@oriel/testing/relay-process';
import { noteSecret, noteSecretsIn } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/until';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Presses the button with exactly these words. */
export async function press(page: Page, name: string): Promise<void> {
	await page.getByRole('button', { name, exact: true }).click();
}

/** The set-up link that the relay printed, and the password: the first minute of every owner. */
export async function setUp(page: Page, link: string): Promise<void> {
	await page.goto(link);
	await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
	await press(page, 'Set up Oriel');
	await page.getByRole('link', { name: 'Settings' }).waitFor();
}

/** The text of the n-th line on the page that is there to be copied. */
export async function copyLine(page: Page, index = 0): Promise<string> {
	const text = await page.locator('code:has(+ button)').nth(index).textContent();
	noteSecretsIn(text ?? '');
	return (text ?? '').replace(/\s+/g, ' ').trim();
}

/** A new picture of the camera, read from the pixels on the page. */
export async function seesPicture(page: Page, camera: string): Promise<void> {
	const asked = Date.now() * 1000;
	await until(`a picture of ${camera}`, async () => {
		const { code } = await look(page, camera);
		return code !== undefined && code.camera === cameraId(camera) && code.time >= asked - 250_000;
	});
}

const LINE =
	/^curl -fsS(?: -k --pinnedpubkey "sha256\/\/(?<pin>\S{43})=")? (?<relay>https?:\/\/\S+)\/install\.sh \| sudo sh -s -- join (?<code>[0-9A-Z]{26})(?<more>.*)$/;

/** What the line on the page hands to `oriel camera join`: the pairing URL, and options. */
export function joinWords(line: string): string[] {
	const { pin, relay = '', code = '', more = '' } = LINE.exec(line)?.groups ?? {};
	expect(relay, line).not.toBe('');
	noteSecret(code);
	const inUrl = pin === undefined ? '' : `.${pin.replaceAll('+', '-').replaceAll('/', '_')}`;
	const options = [...more.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
	return [`${relay}/#pair=${code}${inUrl}`, ...options];
}

/** Joins as the line from the page does, but installs nothing (install.test.ts does); the machine keeps its key in `stateDir`. */
export function paste(line: string, stateDir: string, source: string): Program {
	return oriel(['camera', 'join', ...joinWords(line), '--source', source, '--state-dir', stateDir, '--log', 'json']);
}
