import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '@oriel/testing/bundle';
import { isTimed } from '@oriel/testing/patience';
import { type Player, playInFfmpeg } from '@oriel/testing/players';
import { until } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';
import { CAMERAS, H264_CAMERAS, INPUTS } from './inputs.ts';

/** A page that is large enough for all cameras to be seen at once. */
export const VIEWPORT = { width: 1600, height: 1400 } as const;
export const PLAYBACK_METHODS = ['webcodecs', 'mse'] as const;
type PlaybackMethod = (typeof PLAYBACK_METHODS)[number];
/** The pages are watched up to this frame. */
const LAST = 32;
/** A camera that is joined late is watched for so many frames. */
const ENOUGH = 40;
/** Frames of which a later one may be there first: the B-frames between two frames of x264. */
const REORDERED = 3;
/** Share of the frames that come to the screen at least: on a busy machine one may go between two refreshes. */
const MOST = isTimed ? 0.95 : 0.25;

/** See `in-page/watch-players.ts`. */
export interface Seen {
	readonly decoded: readonly number[];
	readonly shown: readonly number[];
	readonly inWorker: number;
	readonly size: readonly [width: number, height: number];
	readonly method: string | undefined;
	readonly skipped: number;
}

/** What that script puts on the page. */
export interface InPage {
	readonly seen: Readonly<Record<string, Seen>>;
	fileOf(camera: string): Promise<string>;
	/** Whether the players of so many cameras are there and know the state of their camera. */
	isConnected(count: number): boolean;
}

/** A page with all cameras, in some browser. */
export interface WatchedPage {
	seen(): Promise<InPage['seen']>;
	fileOf(camera: string): Promise<string>;
	isConnected(): Promise<boolean>;
}

/** The scripts that watch the players of a page: one for the page and one for the worker that draws, each to run first. */
export async function watchers(): Promise<{ readonly page: string; readonly worker: string }> {
	const made = ['watch-players', 'watch-drawing'].map((name) =>
		bundle(new URL(`../in-page/${name}.ts`, import.meta.url)),
	);
	const [page = '', worker = ''] = await Promise.all(made);
	return { page, worker };
}

/** Resolves once the page waits for the first frame of each camera. */
export async function connected(page: WatchedPage): Promise<void> {
	await until('the page to be connected', () => page.isConnected());
}

/** Resolves once the page has shown each camera up to the last frame that is waited for. */
export async function shownToTheEnd(page: WatchedPage): Promise<void> {
	for (const camera of CAMERAS) {
		const look = async () => (await page.seen())[camera];
		const isAtEnd = ({ shown }: Seen) => (shown.at(-1) ?? 0) >= lastOf(camera, shown);
		await until(`${camera} to be shown to the end`, async () => {
			const seen = await look();
			return seen && isAtEnd(seen);
		}).catch(async (cause) => {
			throw new Error(`${cause.message}; seen: ${JSON.stringify(await look())}`);
		});
	}
}

function lastOf(camera: string, shown: readonly number[]): number {
	return INPUTS[camera]?.isJoinedLate ? (shown[0] ?? 0) + ENOUGH : LAST;
}

/** Tests of what the pages have shown, one for each of the ways to show H.264. */
export function itShowsAll(pageOf: (method: PlaybackMethod) => WatchedPage): void {
	const seenOf = async (method: PlaybackMethod, camera: string) => {
		const seen = (await pageOf(method).seen())[camera];
		if (!seen) throw new Error(`Nothing was seen of ${camera}`);
		return seen;
	};

	describe.each(PLAYBACK_METHODS)('by %s', (method) => {
		it.each(H264_CAMERAS)('shows %s in order and in its shape', async (camera) => {
			const seen = await seenOf(method, camera);
			expect(seen.method).toBe(method);
			expectShown(camera, seen);
		});
	});

	it.each(H264_CAMERAS)('decodes every frame of %s by webcodecs, in order', async (camera) => {
		const { decoded, skipped } = await seenOf('webcodecs', camera);
		expectWhole(camera, decoded, skipped);
	});

	it.each(H264_CAMERAS)('puts every frame of %s into its media source, in order and in its shape', async (camera) => {
		// The file first: what is skipped after it counts for nothing in it.
		const file = await pageOf('mse').fileOf(camera);
		const { skipped } = await seenOf('mse', camera);
		await using film = await playFile(Buffer.from(file, 'base64'));
		const { numbers, size, pixelAspect } = film.film();
		expect(film.words).toBe('');
		expectWhole(camera, numbers, skipped);
		const [across = 0, down = 0] = pixelAspect.split(':').map(Number);
		// 0:0 says that nothing is known, which is square for all players.
		expect([(size.width * (across || 1)) / (down || 1), size.height]).toEqual(INPUTS[camera]?.size);
	});

	it('shows a JPEG camera in order', async () => {
		const seen = await seenOf('webcodecs', 'jpeg');
		expect(seen.method).toBe('jpeg');
		expectShown('jpeg', seen);
	});

	it.each(CAMERAS)('draws %s in the worker once that is there, unless a video shows it', async (camera) => {
		const { shown, inWorker } = await seenOf('webcodecs', camera);
		expect(inWorker, `of ${shown}`).toBeGreaterThan(shown.length / 2);
		if (camera !== 'jpeg') expect((await seenOf('mse', camera)).inWorker).toBe(0);
	});
}

/** From its first frame on, in order. A page that is late on a busy machine is not sent the end of a group, and says so. */
function expectWhole(camera: string, numbers: readonly (number | undefined)[], skipped: number): void {
	expect(numbers, 'in order').toEqual([...new Set(numbers)].sort((a, b) => Number(a) - Number(b)));
	expect(numbers[0]).toBe(0);
	const last = (numbers.at(-1) ?? 0) - REORDERED;
	expect(last).toBeGreaterThanOrEqual(lastOf(camera, [0]) - REORDERED);
	const whole = numbers.filter((number = Number.NaN) => number <= last);
	expect(whole.length + skipped, `of ${numbers}`).toBeGreaterThanOrEqual(last + 1);
	if (isTimed) expect(skipped).toBe(0);
}

/** All frames of an MP4. */
async function playFile(bytes: Uint8Array): Promise<Player> {
	const path = join(tmpdir(), `oriel-${randomUUID()}.mp4`);
	await writeFile(path, bytes);
	const player = playInFfmpeg(path);
	await player.ended;
	await rm(path);
	return player;
}

function expectShown(camera: string, { shown, size, skipped }: Seen): void {
	expect(size).toEqual(INPUTS[camera]?.size);
	expect(shown, 'in order').toEqual([...new Set(shown)].sort((a, b) => a - b));
	const share = isTimed ? shareOfNewest(shown) : shareOfAll(shown, skipped);
	expect(share, `shown: ${shown}, skipped: ${skipped}`).toBeGreaterThanOrEqual(MOST);
}

/** A busy page is not sent the end of a group, which may be the newest frames, and says how many. */
function shareOfAll(shown: readonly number[], skipped: number): number {
	const [first = 0, last = 0] = [shown[0], shown.at(-1)];
	return (shown.length + skipped) / (last - first + 1);
}

/** Of the newest frames alone: the page starts up at first, and jumps to the present. */
function shareOfNewest(shown: readonly number[]): number {
	const last = shown.at(-1) ?? 0;
	const first = last - Math.floor(LAST / 2);
	return shown.filter((number) => number > first).length / (last - first);
}
