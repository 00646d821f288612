import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What keeps somebody from using a page; lesser faults are not looked for. */
const GRAVE: ReadonlySet<string | null | undefined> = new Set(['serious', 'critical']);

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Throws if axe-core finds a serious or critical fault in what the page shows now. `what` says what that is. */
export async function requireAccessible(page: Page, what: string): Promise<void> {
	// Through the debugger, so that the page's own security policy stays as it is.
	await page.evaluate(`${source};0`);
	const { violations, passes } = await page.evaluate<Pick<AxeResults, 'violations' | 'passes'>>('axe.run()');
	if (passes.length === 0) throw new Error(`axe-core has looked at nothing of ${what}`);
	const grave = violations.filter(({ impact }) => GRAVE.has(impact));
	const words = grave.map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map(({ html }) => html).join(' ')}`);
	if (grave.length > 0) throw new Error(`${what}: ${words.join('\n')}`);
}
