import { existsSync } from 'node:fs';
import { type Browser, launch } from 'puppeteer-core';
import { PATIENCE_MS } from './patience.ts';

const PROGRAMS = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** The system's Firefox, without a window, driven by WebDriver BiDi. The caller closes it. */
export function openFirefox(): Promise<Browser> {
	const executablePath = PROGRAMS.find((path) => existsSync(path));
	if (!executablePath) throw new Error(`No Firefox at ${PROGRAMS.join(', ')}`);
	return launch({
		...{ browser: 'firefox', executablePath, headless: true },
		...{ timeout: PATIENCE_MS, protocolTimeout: PATIENCE_MS },
	});
}
