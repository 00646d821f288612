import { cameraId } from '@oriel/testcard';
import { look, openBrowser } from '@oriel/testing/browser';
import { NarrowWay } from '@oriel/testing/narrow-way';
import { isTimed, withinMs } from '@oriel/testing/patience';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';

/** Pictures are looked at through a program that drives the browser, which takes its time, too. */
const FRESH_MS = 1500;
/** Pictures a second by which the camera's rate is known. */
const ENOUGH_A_SECOND = isTimed ? 23 : 8;

interface Told {
	readonly note: string;
	readonly carries: { bitsPerSecond: number; neededBitsPerSecond: number; offers: string } | undefined;
}

function told(page: Page): Promise<Told> {
	return page.evaluate(() => {
		const player = document.querySelector('oriel-player') as (HTMLElement & { carries: Told['carries'] }) | null;
		const note = player?.shadowRoot?.querySelector('.note:not([hidden])')?.textContent ?? '';
		return { note, carries: player?.carries };
	});
}

async function ageOf(page: Page): Promise<number> {
	const { code } = await look(page, 'porch');
	if (code?.camera !== cameraId('porch')) return Number.POSITIVE_INFINITY;
	return Date.now() - code.time / 1000;
}

it('a viewer whose connection carries too little is told so, sees what is fresh, and is told no more when it is over', async () => {
	await using relay = await RelayProcess.start();
	await using way = await NarrowWay.open({ port: relay.port, bitsPerSecond: 100_000_000 });
	const key = await relay.addKey('porch');
	const [name = '', value = ''] = (await relay.setUp()).split('=');
	await using browser = await openBrowser();
	const context = await browser.newContext();
	await context.addCookies([{ name, value, url: relay.url }]);
	const page = await context.newPage();
	// Pictures go over the narrow way; the page itself has come before.
	await using _camera = cameraProcess(relay.url, 'porch', key);
	const url = `http://127.0.0.1:${way.port}`;
	await context.addCookies([{ name, value, url }]);
	await page.goto(url);
	await until('a picture of now', async () => (await ageOf(page)) < withinMs(FRESH_MS));
	const measured = async () => {
		const answer = await fetch(`${relay.url}/api/cameras`, { headers: { cookie: `${name}=${value}` } });
		return ((await answer.json()) as { cameras: { bitsPerSecond: number; framesPerSecond: number }[] }).cameras[0];
	};
	const full = await until('the camera’s rate', async () => {
		const camera = await measured();
		return camera && camera.framesPerSecond >= ENOUGH_A_SECOND ? camera.bitsPerSecond : undefined;
	});
	await until('nothing to be told', async () => (await told(page)).carries === undefined);

	way.bitsPerSecond = 0.5 * full;
	const { note, carries } = await until('the words', async () => {
		const seen = await told(page);
		return seen.note.startsWith('Your connection carries') ? seen : undefined;
	});
	expect(note).toMatch(/^Your connection carries about [\d.]+ of [\d.]+ [Mk]bit\/s; showing fewer pictures$/);
	expect(carries?.offers).toBe('fewer');
	const { neededBitsPerSecond: needed = 0, bitsPerSecond: carried = 0 } = carries ?? {};
	expect(carried).toBeLessThan(needed);
	expect(carried).toBeLessThan(0.75 * full);
	// How much a camera makes and a page takes varies with what else the machine does.
	if (isTimed) expect([needed > 0.7 * full, needed < 1.3 * full, carried > 0.3 * full]).toEqual([true, true, true]);
	const ages: number[] = [];
	await until('some looks', async () => ages.push(await ageOf(page)) >= 12);
	expect(Math.max(...ages)).toBeLessThan(withinMs(FRESH_MS));

	way.bitsPerSecond = 100_000_000;
	await until('the words to be gone', async () => {
		const seen = await told(page);
		return !seen.note.startsWith('Your connection') && seen.carries === undefined;
	});
	expect(await ageOf(page)).toBeLessThan(withinMs(FRESH_MS));
});
