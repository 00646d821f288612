import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { ask } from '../rehearsal/ask.ts';
import { RunningRelay } from '../rehearsal/running-relay.ts';
import { StaticFiles } from './static.ts';

describe('the page', () => {
	it('may load nothing from elsewhere, and be framed by nobody', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock() });
		const { status, headers, text } = await ask(`${relay.url}/`);
		expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
		expect(text).toContain('<title>Oriel</title>');
		const policy = headers['content-security-policy'];
		for (const rule of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
			expect(policy).toContain(rule);
		}
		expect(policy).not.toContain('unsafe');
	});

	it('is asked for anew each time and sent only when it has changed; what carries a hash is kept', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock() });
		const { headers } = await ask(`${relay.url}/index.html`);
		expect(headers['cache-control']).toBe('no-cache');
		const again = await ask(`${relay.url}/`, { headers: { 'if-none-match': headers.etag ?? '' } });
		expect([again.status, again.text]).toEqual([304, '']);
		const asset = await ask(`${relay.url}/assets/main-1a2b3c.js`);
		expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
		expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
	});

	it.each(['/../data/keys.json', '/%2e%2e/data/keys.json', '/assets/..%2f..%2fdata/keys.json', '/assets', '/assets/'])(
		'has nothing at %s',
		async (path) => {
			await using relay = await RunningRelay.start({ clock: new FakeClock() });
			expect((await ask(`${relay.url}${path}`)).status).toBe(404);
		},
	);

	it('is what was there when the relay started', () => {
		const root = mkdtempSync(join(tmpdir(), 'oriel-page-'));
		mkdirSync(join(root, 'a', 'b'), { recursive: true });
		writeFileSync(join(root, 'a', 'b', 'c.css'), '');
		const files = new StaticFiles(root);
		rmSync(root, { recursive: true });
		expect(files.paths).toEqual(['/', '/a/b/c.css']);
	});
});
