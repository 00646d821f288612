import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
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

/** Beside each file that is worth compressing the build has put it as brotli: RFC 9110, 8.4.1. */
const BROTLI = '.br';

interface Body {
	readonly bytes: Buffer;
	/** Undefined: as it is. */
	readonly coding: string | undefined;
	readonly etag: string;
}

interface StaticFile {
	/** The preferred one first, the plain one last. */
	readonly bodies: readonly Body[];
	readonly type: string;
	/** The name carries a hash of the content: it may be kept indefinitely. */
	readonly immutable: boolean;
}

/** The page's files, read once and served from memory. Only what is in `root` when the relay starts is ever served. */
export class StaticFiles {
	readonly #files = new Map<string, StaticFile>();

	constructor(root: string) {
		for (const path of listFiles(root))
			if (!path.endsWith(BROTLI)) this.#files.set(`/${path}`, readStatic(join(root, path), path));
	}

	/** The paths served, with `/` for the page itself. */
	get paths(): string[] {
		return ['/', ...this.#files.keys()];
	}

	/** Answers with the file of that path. */
	serve({ request, response, url }: Exchange<unknown>): void {
		const file = this.#files.get(url.pathname === '/' ? '/index.html' : url.pathname);
		if (!file) throw new Error(`No file for ${url.pathname}`);
		const { bytes, coding, etag } = bodyFor(file, request.headers['accept-encoding']);
		response.setHeader('etag', etag);
		if (file.bodies.length > 1) response.setHeader('vary', 'accept-encoding');
		response.setHeader('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
		response.setHeader('content-security-policy', PAGE_POLICY);
		if (request.headers['if-none-match'] === etag) {
			response.writeHead(304).end();
			return;
		}
		if (coding) response.setHeader('content-encoding', coding);
		response.writeHead(200, { 'content-type': file.type, 'content-length': bytes.length });
		response.end(bytes);
	}
}

function listFiles(root: string, folder = ''): string[] {
	return readdirSync(join(root, folder)).flatMap((name) => {
		const path = posix.join(folder, name);
		return statSync(join(root, path)).isDirectory() ? listFiles(root, path) : [path];
	});
}

function readStatic(file: string, path: string): StaticFile {
	const plain = readFileSync(file);
	return {
		bodies: [...codedBodies(file, plain), bodyOf(plain, undefined)],
		type: TYPES[extname(path)] ?? 'application/octet-stream',
		immutable: path.startsWith('assets/'),
	};
}

/**
 * gzip is for pages over plain HTTP, for which browsers take no brotli. It is made here: in some 10 ms for the whole page,
 * where brotli takes half a second; gzipped files beside the others would be a tenth of the package.
 */
function codedBodies(file: string, plain: Buffer): Body[] {
	if (!existsSync(file + BROTLI)) return [];
	return [bodyOf(readFileSync(file + BROTLI), 'br'), bodyOf(gzipSync(plain, { level: 9 }), 'gzip')];
}

function bodyOf(bytes: Buffer, coding: string | undefined): Body {
	return { bytes, coding, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}

/** The smallest body that the client takes. */
function bodyFor({ bodies }: StaticFile, accepted = ''): Body {
	const taken = codingsIn(accepted);
	const found = bodies.find(({ coding }) => coding === undefined || taken.has(coding));
	if (!found) throw new Error('A file has no plain body');
	return found;
}

/** Codings of an `Accept-Encoding` header that are not refused with `q=0`. */
function codingsIn(header: string): ReadonlySet<string> {
	const entries = header.split(',').map((entry) =>
		entry
			.trim()
			.toLowerCase()
			.split(/\s*;\s*/),
	);
	return new Set(
		entries.flatMap(([name = '', ...rest]) => (rest.some((part) => /^q=0(\.0*)?$/.test(part)) ? [] : [name])),
	);
}
