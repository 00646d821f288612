import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { silentLog, systemClock } from '../../packages/base/dist/index.js';
import { addKey, changeData } from '../../packages/relay/dist/index.js';
import { cameraId } from '../../packages/testcard/dist/index.js';
import { addProbe } from '../latency/probe-script.mjs';
import { accepts, freePorts } from '../testbed/ports.mjs';
import { cpuSeconds } from '../testbed/process-cpu.mjs';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const PASSWORD = 'measure twice, cut once';
/** How often is tried whether the port is open. */
const LOOK_MS = 4;
const PATIENCE_MS = 60_000;
/** What a page has watched this long without a break is steady. */
const STEADY_MS = 6000;

/** The cameras, each with its source. */
export const CAMERAS = { jpeg: 'test', h264: 'test:h264' };

/**
 * A relay of the checkout at `root` that can be killed, its cameras, and a browser that shows them.
 * @param {string} root
 */
export async function openSetup(root) {
	const data = mkdtempSync(join(tmpdir(), 'oriel-restart-'));
	const [port] = await freePorts(1);
	const url = `http://127.0.0.1:${port}`;
	const children = [];
	const oriel = (args, env = {}) => {
		const child = spawn(process.execPath, [join(root, 'packages/cli/bin/oriel.mjs'), ...args], {
			stdio: ['ignore', 'pipe', 'ignore'],
			env: { ...process.env, ...env },
		});
		children.push(child);
		return child;
	};
	const startRelay = () =>
		oriel(['relay', '--data', data, '--host', '127.0.0.1', '--port', String(port), '--log', 'json']);
	let relay = startRelay();
	const token = await setupToken(relay);
	for (const [name, source] of Object.entries(CAMERAS)) {
		const world = { clock: systemClock, log: silentLog };
		const key = await changeData(data, world, (files) => addKey(files, systemClock, name));
		oriel(['camera', url, '--name', name, '--source', source, '--size', '640x480', '--fps', '30'], {
			ORIEL_CAMERA_KEY: key,
		});
	}
	const browser = await chromium.launch({
		executablePath: CHROMIUM.find(existsSync),
		args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
	});
	const context = await browser.newContext({ viewport: { width: 1280, height: 600 } });
	await addProbe(context);
	await context.request.post(`${url}/api/setup`, { data: { token, password: PASSWORD } });
	const page = await context.newPage();
	await page.goto(url);

	/** When the first picture of a camera was drawn that had been taken after `since`. */
	const shownAt = async (camera, since) => {
		const found = await page.waitForFunction(
			([id, from]) => window.probe.seen.find((seen) => seen.camera === id && seen.at - seen.age > from)?.at,
			[cameraId(camera), since],
			{ timeout: PATIENCE_MS, polling: 20 },
		);
		return found.jsonValue();
	};
	const bothShownAt = (since) => Promise.all(Object.keys(CAMERAS).map((camera) => shownAt(camera, since)));

	return {
		/**
		 * Kills the relay, starts it again `downSeconds` later, and gives the milliseconds of each step.
		 * @param {number} downSeconds
		 */
		async restart(downSeconds) {
			await bothShownAt(Date.now());
			await page.waitForTimeout(STEADY_MS);
			await page.evaluate(() => window.probe.clear());
			relay.kill('SIGKILL');
			await new Promise((resolve) => relay.once('exit', resolve));
			const killedAt = Date.now();
			await page.waitForTimeout(downSeconds * 1000);
			const startedAt = Date.now();
			relay = startRelay();
			while (!(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
			const listensAt = Date.now();
			const startCpu = 1000 * cpuSeconds(relay.pid);
			const [jpeg, h264] = await bothShownAt(killedAt);
			return { start: listensAt - startedAt, startCpu, jpeg: jpeg - listensAt, h264: h264 - listensAt };
		},
		async close() {
			await browser.close();
			for (const child of children.reverse()) child.kill('SIGKILL');
			rmSync(data, { recursive: true, force: true });
		},
	};
}

function setupToken(relay) {
	return new Promise((resolve, reject) => {
		let said = '';
		relay.stdout.on('data', (chunk) => {
			said += chunk;
			const [, token] = /#setup=(\S+)/.exec(said) ?? [];
			if (token) resolve(token);
		});
		relay.once('exit', () => reject(new Error(`The relay ended: ${said}`)));
	});
}
