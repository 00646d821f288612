import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ENTRY = fileURLToPath(new URL('probe.mjs', import.meta.url));

/** The probe as one script for the page, the reader of time codes included. */
export async function probeScript() {
	const result = await build({
		configFile: false,
		logLevel: 'error',
		build: { write: false, minify: false, lib: { entry: ENTRY, formats: ['iife'], name: 'probeModule' } },
	});
	const [{ output }] = Array.isArray(result) ? result : [result];
	return output[0].code;
}
