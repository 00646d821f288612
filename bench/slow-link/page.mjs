// `page.mjs URL TOKEN RUNG FILE`: the page in Chromium, signed in as the owner, with one player. On a line on stdin it writes to
// FILE which pictures were shown and when, and what the page said of the connection or the device meanwhile.
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openBrowser } from '../../test/support/dist/browser.js';
import { addProbe } from '../latency/probe-script.mjs';
import { now } from './now.mjs';

const [url, token, method, file] = process.argv.slice(2);
const NOTE_MS = 250;
const browser = await openBrowser();
const context = await browser.newContext({ viewport: { width: 800, height: 700 } });
await addProbe(context);
const answer = await context.request.post(`${url}/api/setup`, { data: { token, password: 'measure twice, cut once' } });
if (!answer.ok()) throw new Error(`The relay answered ${answer.status()} to the set-up: ${await answer.text()}`);
const page = await context.newPage();
await page.goto(`${url}/?method=${method}#/slow-link`);
await page.waitForFunction(() => window.probe.seen.length > 0);
const notes = [];
setInterval(async () => {
	const said = await page
		.evaluate(
			() => document.querySelector('oriel-player')?.shadowRoot?.querySelector('.note:not([hidden])')?.textContent ?? '',
		)
		.catch(() => '');
	if (said !== notes.at(-1)?.said) notes.push({ at: now(), said });
}, NOTE_MS);
process.stdout.write('begun\n');

createInterface({ input: process.stdin }).on('line', async () => {
	const seen = await page.evaluate(() => window.probe.seen);
	// The probe reckons with the wall clock, everything else here with one that is never set.
	const ahead = Date.now() - now();
	writeFileSync(file, JSON.stringify({ seen: seen.map(({ sequence, at }) => [sequence, at - ahead]), notes }));
	process.stdout.write('written\n');
});
process.once('SIGTERM', async () => {
	await browser.close();
	process.exit(0);
});
