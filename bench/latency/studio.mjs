import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { silentLog, systemClock } from '../../packages/base/dist/index.js';
import { addKey, changeData } from '../../packages/relay/dist/index.js';
import { freePorts, listening } from '../testbed/ports.mjs';
import { addProbe } from './probe-script.mjs';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ORIEL = 'packages/cli/bin/oriel.mjs';
const PASSWORD = 'measure twice, cut once';
const PATIENCE_MS = 60_000;
const SETTLE_MS = 2000;

/** A relay, a browser, and cameras to be started. */
export async function openStudio() {
	const data = mkdtempSync(join(tmpdir(), 'oriel-latency-'));
	const [port] = await freePorts(1);
	const url = `http://127.0.0.1:${port}`;
	const children = [];
	const oriel = (args, env = {}) => {
		const child = spawn(process.execPath, [ORIEL, ...args], {
			stdio: ['pipe', 'pipe', 'ignore'],
			env: { ...process.env, ...env },
		});
		children.push(child);
		return child;
	};
	const camera = async (name, args) => {
		const world = { clock: systemClock, log: silentLog };
		const key = await changeData(data, world, (files) => addKey(files, systemClock, name));
		return oriel(['camera', url, '--name', name, '--size', '640x480', '--fps', '30', ...args], {
			ORIEL_CAMERA_KEY: key,
		});
	};
	const token = await setupToken(oriel(['relay', '--data', data, '--host', '127.0.0.1', '--port', String(port)]));
	await listening(port);
	const cameras = {
		pattern: () => camera('pattern', ['--source', 'test']),
		'pattern-h264': () => camera('pattern-h264', ['--source', 'test:h264']),
		async 'long-groups'() {
			const pipe = await camera('long-groups', ['--source', '-']);
			const writer = spawn(process.execPath, ['bench/latency/long-groups.mjs'], {
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			children.push(writer);
			writer.stdout.pipe(pipe.stdin);
			pipe.stdin.on('error', () => writer.kill('SIGKILL'));
			return pipe;
		},
	};

	const browser = await chromium.launch({
		executablePath: PROGRAMS.find(existsSync),
		args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
	});
	const context = await browser.newContext({ viewport: { width: 800, height: 700 } });
	await addProbe(context);
	await context.request.post(`${url}/api/setup`, { data: { token, password: PASSWORD } });

	return {
		/** Starts a camera; the returned function ends it. Only what is measured runs: the others would take its time. */
		async start(name) {
			const child = await cameras[name]();
			return () => child.kill('SIGKILL');
		},
		/** Ages in milliseconds of the next pictures of a camera, shown in one way. Throws if their order is wrong. */
		async watch(name, method, count) {
			const page = await context.newPage();
			await page.goto(`${url}/?method=${method}#/${name}`);
			await page.waitForFunction((wanted) => window.probe.seen.length > wanted, 30, { timeout: PATIENCE_MS });
			await page.waitForTimeout(SETTLE_MS);
			await requireMethod(page, method);
			await page.evaluate(() => window.probe.clear());
			await page.waitForFunction((wanted) => window.probe.seen.length >= wanted, count, { timeout: PATIENCE_MS });
			const seen = await page.evaluate(() => window.probe.seen);
			await page.close();
			requireOrder(seen, method);
			return seen.slice(0, count).map(({ age }) => age);
		},
		/** Milliseconds from asking for a camera's pictures, on an open connection, to a current one on the canvas. */
		async join(name, method) {
			const page = await context.newPage();
			await page.goto(`${url}/?method=${method}#/pattern`);
			await page.waitForFunction(() => window.probe.seen.length > 5, undefined, { timeout: PATIENCE_MS });
			// Anywhere in the group but at its beginning.
			await page.waitForTimeout(500 + Math.random() * 3000);
			const took = await page.evaluate(async (camera) => {
				window.probe.clear();
				const askedAt = performance.now();
				location.hash = `#/${camera}`;
				return window.probe.firstCurrent(camera, askedAt);
			}, name);
			await page.close();
			return took;
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

async function requireMethod(page, method) {
	const actual = await page.evaluate(() => document.querySelector('oriel-player').method);
	if (actual !== method) throw new Error(`The player shows by ${actual}; ${method} was to be measured`);
}

function requireOrder(seen, method) {
	seen.forEach(({ sequence }, index) => {
		const before = seen[index - 1]?.sequence;
		if (before !== undefined && sequence <= before)
			throw new Error(`${method} showed picture ${sequence} after ${before}`);
	});
}
