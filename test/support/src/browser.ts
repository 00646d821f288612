import { existsSync } from 'node:fs';
import { readTimeCode, type TimeCode } from '@oriel/testcard';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PATIENCE_MS } from './patience.ts';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const QUIET = [
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Where the system's Chromium is. */
export function chromiumPath(): string {
	const path = PROGRAMS.find((each) => existsSync(each));
	if (!path) throw new Error(`No Chromium at ${PROGRAMS.join(', ')}`);
	return path;
}

/** The system's Chromium, without a window. */
export async function openBrowser(
	args: readonly string[] = [],
	executablePath = chromiumPath(),
): Promise<Browser & AsyncDisposable> {
	const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
	const options = { executablePath, args: [...QUIET, ...sandbox, ...args], timeout: PATIENCE_MS };
	const browser = await chromium.launch(options);
	const newContext = browser.newContext.bind(browser);
	// Thirty seconds are too little for a page on a busy machine.
	browser.newContext = async (contextOptions) => {
		const context = await newContext(contextOptions);
		context.setDefaultTimeout(PATIENCE_MS);
		return context;
	};
	return browser;
}

/** What the page's player of a camera shows. */
export interface Shown {
	/** The player's own word for it, e.g. `live`. */
	readonly state: string;
	/** What the picture on the canvas says of itself; undefined if there is none or it cannot be read. */
	readonly code: TimeCode | undefined;
}

/** Reads the pixels that are on a player's canvas now. */
export async function look(page: Page, camera: string): Promise<Shown> {
	const seen = await page.evaluate((name) => {
		const player = document.querySelector(`oriel-player[camera="${name}"]`) as
			| (HTMLElement & { state: string; canvas: HTMLCanvasElement })
			| null;
		if (!player) return { state: 'absent', width: 0, height: 0, pixels: '' };
		const { width, height } = player.canvas;
		const context = player.canvas.getContext('2d');
		if (!context || width === 0 || height === 0) return { state: player.state, width, height, pixels: '' };
		const { data } = context.getImageData(0, 0, width, height);
		let pixels = '';
		for (let at = 0; at < data.length; at += 8192) pixels += String.fromCharCode(...data.subarray(at, at + 8192));
		return { state: player.state, width, height, pixels: btoa(pixels) };
	}, camera);
	const rgba = Buffer.from(seen.pixels, 'base64');
	const whole = seen.width > 0 && rgba.length === seen.width * seen.height * 4;
	return {
		state: seen.state,
		code: whole ? readTimeCode({ width: seen.width, height: seen.height, rgba }) : undefined,
	};
}
