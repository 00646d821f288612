import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import type { Exchange } from './route.ts';

const TYPES: Readonly<Record<string, string>> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.ico': 'image/x-icon',
	'.webmanifest': 'application/manifest+json',
	'.map': 'application/json',
};

const PAGE_POLICY = [
	"default-src 'self'",
	"script-src 'self'",
	"img-src 'self' blob: data:",
	// Media Source Extensions are played from a blob.
	"media-src 'self' blob:",
	"connect-src 'self' ws: wss:",
	"object-src 'none'",
	"base-uri 'none'",
	"form-action 'self'",
	"frame-ancestors 'none'",
].join('; ');

interface StaticFile {
	readonly bytes: Buffer;
	readonly type: string;
	readonly etag: string;
	/** The name carries a hash of the content: it may be kept for ever. */
	readonly immutable: boolean;
}

/** The page's files, read once and served from memory. Only what is in `root` when the relay starts is ever served. */
export class StaticFiles {
	readonly #files = new Map<string, StaticFile>();

	constructor(root: string) {
		for (const path of listFiles(root)) this.#files.set(`/${path}`, readStatic(join(root, path), path));
	}

	/** The paths served, with `/` for the page itself. */
	get paths(): string[] {
		return ['/', ...this.#files.keys()];
	}

	/** Answers with the file of that path. */
	serve({ request, response, url }: Exchange<unknown>): void {
		const file = this.#files.get(url.pathname === '/' ? '/index.html' : url.pathname);
		if (!file) throw new Error(`No file for ${url.pathname}`);
		response.setHeader('etag', file.etag);
		response.setHeader('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
		response.setHeader('content-security-policy', PAGE_POLICY);
		if (request.headers['if-none-match'] === file.etag) {
			response.writeHead(304).end();
			return;
		}
		response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length });
		response.end(file.bytes);
	}
}

function listFiles(root: string, folder = ''): string[] {
	return readdirSync(join(root, folder)).flatMap((name) => {
		const path = posix.join(folder, name);
		return statSync(join(root, path)).isDirectory() ? listFiles(root, path) : [path];
	});
}

function readStatic(file: string, path: string): StaticFile {
	const bytes = readFileSync(file);
	return {
		bytes,
		type: TYPES[extname(path)] ?? 'application/octet-stream',
		etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
		immutable: path.startsWith('assets/'),
	};
}
