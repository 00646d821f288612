import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What keeps a person from using a page; lesser faults are not looked for. */
const GRAVE: ReadonlySet<string | null | undefined> = new Set(['serious', 'critical']);

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What fades in has too little contrast until it is there: a fault counts when it stays for so long. */
const FADE_IN_MS = 2000;

/** Throws if axe-core finds a serious or critical fault in what the page shows. `what` says what that is. */
export async function requireAccessible(page: Page, what: string): Promise<void> {
	// Through the debugger, so that the page's own security policy stays as it is.
	await page.evaluate(`${source};0`);
	const end = performance.now() + FADE_IN_MS;
	let faults = await graveFaults(page, what);
	while (faults.length > 0 && performance.now() < end) faults = await graveFaults(page, what);
	if (faults.length > 0) throw new Error(`${what}: ${faults.join('\n')}`);
}

async function graveFaults(page: Page, what: string): Promise<string[]> {
	const { violations, passes } = await page.evaluate<Pick<AxeResults, 'violations' | 'passes'>>('axe.run()');
	if (passes.length === 0) throw new Error(`axe-core has looked at nothing of ${what}`);
	const grave = violations.filter(({ impact }) => GRAVE.has(impact));
	return grave.map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map(({ html }) => html).join(' ')}`);
}
