import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@oriel/testing/fake-clock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchPackage, MAX_PACKAGE_BYTES } from './fetch-package.ts';

const PACKAGE = Buffer.alloc(300_000, 'oriel');
const SHA256 = createHash('sha256').update(PACKAGE).digest('hex');

let folder: string;
let to: string;
let server: Server | undefined;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-fetch-'));
	to = join(folder, 'to.tgz');
});
afterEach(() => {
	server?.closeAllConnections();
	server?.close();
	rmSync(folder, { recursive: true, force: true });
});

async function serve(answer: RequestListener): Promise<string> {
	server = createServer(answer);
	await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/oriel-0.2.0.tgz`;
}

async function bring(source: string, sha256 = SHA256, signal = new AbortController().signal): Promise<string> {
	let said = '';
	const write = (text: string) => {
		said += text;
	};
	const output = { isTerminal: false, columns: 80, write };
	await fetchPackage({ source, sha256, to, clock: new FakeClock(), signal, output });
	return said;
}

describe('a package', () => {
	it('comes from an address, also where that leads elsewhere', async () => {
		const url = await serve(({ url = '' }, response) => {
			if (url === '/') response.writeHead(302, { location: '/oriel-0.2.0.tgz' }).end();
			else response.writeHead(200, { 'content-length': PACKAGE.length }).end(PACKAGE);
		});
		expect(await bring(url)).toBe(`Fetching ${url} (300.0 kB)\n`);
		expect(readFileSync(to).equals(PACKAGE)).toBe(true);
		rmSync(to);
		await bring(url.replace('oriel-0.2.0.tgz', ''));
		expect(readFileSync(to).equals(PACKAGE)).toBe(true);
	});

	it('comes from a file', async () => {
		const path = join(folder, 'oriel.tgz');
		writeFileSync(path, PACKAGE);
		expect(await bring(path)).toBe(`Reading ${path} (300.0 kB)\n`);
		expect(readFileSync(to).equals(PACKAGE)).toBe(true);
		await expect(bring(join(folder, 'none.tgz'))).rejects.toThrow(`There is no file ${folder}/none.tgz`);
	});

	it('with another checksum is none, which says both', async () => {
		const url = await serve((_request, response) => response.end(Buffer.from(PACKAGE).fill(1, 0, 1)));
		await expect(bring(url)).rejects.toThrow(
			new RegExp(
				`^oriel-0\\.2\\.0\\.tgz is not the package that was named: its SHA-256 is [0-9a-f]{64}, and ${SHA256}`,
			),
		);
	});

	it('that breaks off, is too large, or is not there is said to be', async () => {
		const broken = await serve((_request, response) => {
			response.writeHead(200, { 'content-length': PACKAGE.length });
			response.write(PACKAGE.subarray(0, 1000), () => response.destroy());
		});
		await expect(bring(broken)).rejects.toThrow(`${broken} could not be read: `);
		rmSync(to);
		server?.close();
		const endless = await serve((_request, response) => {
			const more = () => {
				while (response.write(Buffer.alloc(1 << 20)));
				response.once('drain', more);
			};
			response.on('error', () => undefined);
			more();
		});
		await expect(bring(endless)).rejects.toThrow(`it has more than ${MAX_PACKAGE_BYTES} bytes`);
		rmSync(to);
		server?.closeAllConnections();
		server?.close();
		const missing = await serve((_request, response) => response.writeHead(404).end());
		await expect(bring(missing)).rejects.toThrow(`${missing} answers with 404`);
		server?.close();
		await expect(bring('http://127.0.0.1:1/x')).rejects.toThrow('http://127.0.0.1:1/x could not be fetched: ');
		expect(existsSync(to)).toBe(false);
	});

	it('is not waited for when the program is to end', async () => {
		const stop = new AbortController();
		const url = await serve((_request, response) => {
			response.writeHead(200, { 'content-length': PACKAGE.length });
			response.write(PACKAGE.subarray(0, 1000), () => stop.abort());
		});
		await expect(bring(url, SHA256, stop.signal)).rejects.toThrow('othing was changed');
	});
});
