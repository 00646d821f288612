import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessUnitAssembler } from '@oriel/media';
import { PacedUpload } from '@oriel/testing/paced-upload';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const FOLDER = new URL('../vectors/cases/', import.meta.url);

interface Case {
	readonly file: string;
	readonly name: string;
	readonly rate: number;
	readonly out: string;
	/** Least share of its pictures that come out decoded, in rising time. */
	readonly share: number;
	/** `320x240`, or `-`. */
	readonly size: string;
}

const CASES: readonly Case[] = readFileSync(new URL('cases.tsv', FOLDER), 'utf8')
	.split('\n')
	.filter((line) => line !== '' && !line.startsWith('#'))
	.map((line) => {
		const [file = '', rate, out = '', share, size = '-'] = line.split('\t');
		const name = file.replaceAll(/[._]/g, '-');
		return { file, name, rate: Number(rate), out, share: Number(share), size };
	});

/** A recording as its camera writes it: a picture at a time, with all that comes before it. */
function piecesOf(file: string): Buffer[] {
	const bytes = readFileSync(new URL(file, FOLDER));
	// Few pictures: they come again and again.
	if (file.endsWith('.mjpg'))
		return new Array(4).fill(cutAt(bytes, (from) => bytes.indexOf('ffd8ff', from, 'hex'))).flat();
	const assembler = new AccessUnitAssembler({ maxBytes: 1 << 22 });
	const pictures = [...assembler.push(bytes), ...assembler.flush()].map(({ annexB }) => Buffer.from(annexB));
	// What stands before the first picture is what some of them are about.
	const [first] = pictures;
	return first ? [bytes.subarray(0, bytes.length - Buffer.concat(pictures).length), ...pictures] : [bytes];
}

function cutAt(bytes: Buffer, next: (from: number) => number): Buffer[] {
	const starts: number[] = [];
	for (let at = next(0); at >= 0; at = next(at + 1)) starts.push(at);
	return starts.map((start, index) => bytes.subarray(index === 0 ? 0 : start, starts[index + 1]));
}

describe('recordings of real cameras, through the relay and out of it', () => {
	let relay: RelayProcess;
	let cookie: string;
	let token: string;
	let folder: string;

	beforeAll(async () => {
		relay = await RelayProcess.start();
		cookie = await relay.setUp();
		token = await relay.addToken();
		folder = mkdtempSync(join(tmpdir(), 'oriel-cases-'));
	});

	afterAll(async () => {
		await relay[Symbol.asyncDispose]();
		rmSync(folder, { recursive: true });
	});

	/** A program for each agent: of what an upload brings as well, those that damage and order are about. */
	const BY_AGENT = ['one_bad_sps.h264', 'one_bad_pps.h264', 'bframes.h264', 'text.h264'];
	const ways = [
		['upload', CASES],
		['agent', CASES.filter(({ file }) => BY_AGENT.includes(file))],
	] as const;

	it.each(ways)('play by %s with their shares', async (way, cases) => {
		const results = await Promise.all(cases.map((recording) => play(recording, way)));
		for (const [at, { file, share, size }] of cases.entries()) {
			const { times, came, shape } = results[at] as Played;
			expect(times.length / came, `${file} by ${way}: ${times.length} of ${came} pictures`).toBeGreaterThanOrEqual(
				share,
			);
			expect(times, `${file} by ${way}, in rising time`).toEqual([...new Set(times)].sort((a, b) => a - b));
			if (size !== '-') expect([file, shape]).toEqual([file, size]);
		}
	});

	interface Played {
		readonly times: readonly number[];
		/** Pictures that the relay took while the film ran. */
		readonly came: number;
		readonly shape: string;
	}

	async function play({ file, name, rate, out, share }: Case, way: 'upload' | 'agent'): Promise<Played> {
		const camera = `${name}-${way}`;
		const key = await relay.addKey(camera);
		await until(`the relay to know ${camera}`, () => relay.knows(camera, cookie));
		const pieces = piecesOf(file);
		await using sender = way === 'upload' ? uploading(camera, key, pieces, rate) : sending(camera, key, pieces, rate);
		await until(`pictures of ${camera}`, async () => (await relay.metric(counted(camera))) > 0);
		const joinedAt = await relay.metric(counted(camera));
		const abort = new AbortController();
		const headers = { authorization: `Bearer ${token}` };
		const response = await fetch(`${relay.url}/cameras/${camera}/stream.${out}`, { headers, signal: abort.signal });
		const bytes: Uint8Array[] = [];
		const read = async () => {
			const reader = response.body?.getReader();
			for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) bytes.push(next.value);
		};
		const over = read().catch(() => undefined);
		await sender.done;
		const enough = Math.ceil(share * pieces.length);
		await until(`most pictures of ${camera}`, async () => (await relay.metric(counted(camera))) >= enough);
		const came = (await relay.metric(counted(camera))) - joinedAt;
		abort.abort();
		await over;
		const path = join(folder, `${camera}.${out}`);
		await writeFile(path, Buffer.concat(bytes));
		return { ...(await decoded(path, out)), came };
	}

	const counted = (camera: string) => `oriel_ingest_frames_total{camera="${camera}"}`;

	const uploading = (camera: string, key: string, pieces: readonly Buffer[], rate: number) =>
		new PacedUpload(`${relay.url}/cameras/${camera}/ingest`, key, pieces, rate);

	function sending(camera: string, key: string, pieces: readonly Buffer[], rate: number) {
		const program = cameraProcess(relay.url, camera, key, ['--source', '-']);
		const write = async () => {
			await program.said(/connected to the relay/);
			for (const piece of pieces) {
				program.stdin.write(piece);
				await new Promise((resolve) => setTimeout(resolve, 1000 / rate));
			}
		};
		return { done: write(), [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
	}
});

/** When each picture of a file is shown, and the size of the first, as ffmpeg sees it. */
function decoded(path: string, out: string): Promise<{ times: number[]; shape: string }> {
	const format = out === 'mjpg' ? ['-f', 'mpjpeg', '-strict_mime_boundary', '0'] : [];
	const show = ['-show_entries', 'frame=pts,width,height', '-of', 'csv=p=0', '-select_streams', 'v'];
	return new Promise((resolve, reject) => {
		execFile('ffprobe', ['-loglevel', 'fatal', ...format, ...show, path], (failure, stdout) => {
			if (failure) reject(failure);
			const rows = stdout.split('\n').filter((row) => row !== '');
			const cells = rows.map((row) => row.split(',').map(Number));
			const [, width, height] = cells[0] ?? [];
			resolve({ times: cells.map(([time = 0]) => time), shape: `${width}x${height}` });
		});
	});
}
