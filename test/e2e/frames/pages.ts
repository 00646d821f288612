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
		expectWhole(camera, (await seenOf('webcodecs', camera)).decoded);
	});

	it.each(H264_CAMERAS)('puts every frame of %s into its media source, in order and in its shape', async (camera) => {
		const file = await pageOf('mse').fileOf(camera);
		await using film = await playFile(Buffer.from(file, 'base64'));
		const { numbers, size, pixelAspect } = film.film();
		expect(film.words).toBe('');
		expectWhole(camera, numbers);
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

/**
 * From its first frame on, in order. On a busy machine the rest of a group may be left out: the next frame is a key frame, or
 * one that was sent before those that are missing and is displayed between them and the key frame.
 */
function expectWhole(camera: string, numbers: readonly (number | undefined)[]): void {
	const { group = 1 } = INPUTS[camera] ?? {};
	const seen = numbers.map((number = Number.NaN) => number);
	expect(seen, 'in order').toEqual([...new Set(seen)].sort((a, b) => a - b));
	expect(seen[0]).toBe(0);
	const last = (seen.at(-1) ?? 0) - REORDERED;
	expect(last).toBeGreaterThanOrEqual(lastOf(camera, [0]) - REORDERED);
	const behindGaps = seen.filter(
		(number, index) => index > 0 && number <= last && number !== (seen[index - 1] ?? 0) + 1,
	);
	expect(
		behindGaps.filter((number) => !beginsGroup(number, group)),
		`of ${seen}`,
	).toEqual([]);
	if (isTimed) expect(behindGaps).toEqual([]);
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

function expectShown(camera: string, { shown, size }: Seen): void {
	const { group = 1, size: right } = INPUTS[camera] ?? {};
	expect(size).toEqual(right);
	expect(shown, 'in order').toEqual([...new Set(shown)].sort((a, b) => a - b));
	const share = isTimed ? shareOfNewest(shown) : shareOfWhole(shown, group);
	expect(share, `shown: ${shown}`).toBeGreaterThanOrEqual(MOST);
}

/** Whether it is a key frame, or is displayed just before one and was sent long before. */
function beginsGroup(number: number, group: number): boolean {
	return (group - (number % group)) % group <= REORDERED;
}

/** Of all frames but those at the end of a group that a busy page was not sent, or could not decode in time. */
function shareOfWhole(shown: readonly number[], group: number): number {
	const [first = 0, last = 0] = [shown[0], shown.at(-1)];
	const gaps = shown.map((number, index) =>
		index > 0 && beginsGroup(number, group) ? number - (shown[index - 1] ?? 0) - 1 : 0,
	);
	return shown.length / (last - first + 1 - gaps.reduce((sum, gap) => sum + gap, 0));
}

/** Of the newest frames alone: the page starts up at first, and jumps to the present. */
function shareOfNewest(shown: readonly number[]): number {
	const last = shown.at(-1) ?? 0;
	const first = last - Math.floor(LAST / 2);
	return shown.filter((number) => number > first).length / (last - first);
}
