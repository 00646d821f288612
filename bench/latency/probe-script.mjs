import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Where the page has the code of the worker that draws. */
export const DRAW_WORKER = '**/assets/draw-worker-*.js';

/** Puts the probe into every page of a browser context, and into the worker that draws. */
export async function addProbe(context) {
	const [page, worker] = await Promise.all(['probe.mjs', 'probe-worker.mjs'].map(script));
	await context.addInitScript(page);
	await context.route(DRAW_WORKER, async (route) => {
		const response = await route.fetch();
		const { 'content-encoding': _, ...headers } = response.headers();
		await route.fulfill({ response, headers, body: `${worker}\n${await response.text()}` });
	});
}

/** A script of one file and all that it imports, the reader of time codes included. */
async function script(name) {
	const result = await build({
		configFile: false,
		logLevel: 'error',
		build: {
			write: false,
			minify: false,
			lib: { entry: fileURLToPath(new URL(name, import.meta.url)), formats: ['iife'], name: 'probeModule' },
		},
	});
	const [{ output }] = Array.isArray(result) ? result : [result];
	return output[0].code;
}
