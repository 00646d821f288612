import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { type Clock, reasonOf } from '@oriel/base';
import { beginStep, counted, type ProgressOutput } from '../../platform/progress.ts';

/** A package has less than a megabyte; an address that gives more is not that of one. */
export const MAX_PACKAGE_BYTES = 64 * 1024 * 1024;

export interface FetchOptions {
	/** An address, or a file of this machine. */
	readonly source: string;
	/** What the package must be: hexadecimal digits. */
	readonly sha256: string;
	/** Where to put it. */
	readonly to: string;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly output: ProgressOutput;
}

/** Brings a package here and checks that it is the one that was named. Rejects in words; nothing else has happened then. */
export async function fetchPackage({ source, sha256, to, clock, signal, output }: FetchOptions): Promise<void> {
	const isAddress = /^https?:\/\//.test(source);
	const { bytes, total } = isAddress ? await download(source, signal) : local(source);
	const words = isAddress ? `Fetching ${source}` : `Reading ${source}`;
	using step = beginStep(words, total, { clock, output });
	const hash = createHash('sha256');
	const file = await open(to, 'wx', 0o600);
	try {
		let size = 0;
		for await (const piece of counted(bytes, step)) {
			size += piece.length;
			if (size > MAX_PACKAGE_BYTES) throw new Error(`it has more than ${MAX_PACKAGE_BYTES} bytes`);
			hash.update(piece);
			await file.writeFile(piece);
		}
	} catch (cause) {
		throw new Error(`${source} could not be read: ${reasonOf(cause)}. Nothing was changed`, { cause });
	} finally {
		await file.close();
	}
	step.done();
	const seen = hash.digest('hex');
	if (seen === sha256) return;
	throw new Error(
		`${basename(source)} is not the package that was named: its SHA-256 is ${seen}, and ${sha256} is expected. Nothing was changed`,
	);
}

interface Opened {
	readonly bytes: AsyncIterable<Uint8Array>;
	readonly total: number | undefined;
}

function local(path: string): Opened {
	if (!existsSync(path)) throw new Error(`There is no file ${path}`);
	const bytes: Readable = createReadStream(path);
	return { bytes, total: statSync(path).size };
}

async function download(url: string, signal: AbortSignal): Promise<Opened> {
	let response: Response;
	try {
		response = await fetch(url, { signal });
	} catch (cause) {
		const reason = reasonOf((cause as { cause?: unknown }).cause ?? cause);
		const words = `${url} could not be fetched: ${reason}. Fetch it in another way and name the file; nothing was changed`;
		throw new Error(words, { cause });
	}
	if (!response.ok || !response.body) throw new Error(`${url} answers with ${response.status}. Nothing was changed`);
	const length = Number(response.headers.get('content-length') ?? Number.NaN);
	return { bytes: response.body as AsyncIterable<Uint8Array>, total: Number.isNaN(length) ? undefined : length };
}
