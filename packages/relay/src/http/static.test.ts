import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import { FakeClock } from '@oriel/testing/fake-clock';
import { ask } from '@oriel/testing/relay/ask';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { describe, expect, it } from 'vitest';
import { StaticFiles } from './static.ts';

describe('the page', () => {
	it('may load nothing from elsewhere, and be framed by no page', async () => {
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

	it('is asked for again each time and sent only when it has changed; what carries a hash is kept', async () => {
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

	it('is sent compressed to those who take it, where the build has found that worth while', () => {
		const root = mkdtempSync(join(tmpdir(), 'oriel-page-'));
		const script = 'export const words = "again and again";'.repeat(50);
		writeFileSync(join(root, 'a.js'), script);
		writeFileSync(join(root, 'a.js.br'), brotliCompressSync(script));
		writeFileSync(join(root, 'b.js'), script);
		const files = new StaticFiles(root);
		rmSync(root, { recursive: true });
		expect(files.paths).toEqual(['/', '/a.js', '/b.js']);
		const get = (path: string, accepted?: string, etag?: string) => {
			const headers = { ...(accepted && { 'accept-encoding': accepted }), ...(etag && { 'if-none-match': etag }) };
			const answer = { status: 0, headers: {} as Record<string, unknown>, body: Buffer.alloc(0) };
			const response = {
				setHeader: (name: string, value: unknown) => (answer.headers[name] = value),
				writeHead(status: number, more: object = {}) {
					answer.status = status;
					Object.assign(answer.headers, more);
					return response;
				},
				end: (body = Buffer.alloc(0)) => (answer.body = body),
			};
			files.serve({ request: { headers }, response, url: new URL(path, 'http://relay') } as never);
			return answer;
		};
		const brotli = get('/a.js', 'gzip, deflate, br');
		expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
		expect(brotliDecompressSync(brotli.body).toString()).toBe(script);
		expect(brotli.headers['content-length']).toBe(brotli.body.length);
		const gzip = get('/a.js', 'GZIP;q=0.8, br;q=0');
		expect(gunzipSync(gzip.body).toString()).toBe(script);
		for (const accepted of [undefined, 'identity', 'br;q=0.000, gzip;q=0', 'zstd']) {
			expect(get('/a.js', accepted).body.toString()).toBe(script);
		}
		expect(get('/b.js', 'br').body.toString()).toBe(script);
		expect(get('/b.js', 'br').headers).not.toHaveProperty('vary');
		// Each coding is a representation of its own.
		expect(get('/a.js', 'br', String(brotli.headers.etag)).status).toBe(304);
		expect(get('/a.js', 'gzip', String(brotli.headers.etag)).status).toBe(200);
	});

	it('is what was there when the relay started', () => {
		const root = mkdtempSync(join(tmpdir(), 'oriel-page-'));
		mkdirSync(join(root, 'a', 'b'), { recursive: true });
		writeFileSync(join(root, 'a', 'b', 'c.css'), '');
		const files = new StaticFiles(root);
		rmSync(root, { recursive: true });
		expect(files.paths).toEqual(['/', '/a/b/c.css']);
	});
});
