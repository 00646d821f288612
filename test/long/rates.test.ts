import { until } from '@oriel/testing/until';
import { expect, it } from 'vitest';
import { SeedRelay } from '../e2e/seed/seed-relay.ts';

/** Of 24 that are sent. */
const SEEN_A_SECOND = 23;
const MEASURED_MS = 10_000;

it('200 viewers of stream.mjpg see at least 23 of the 24 pictures that a sender like the seed’s sends a second', async () => {
	await using seed = await SeedRelay.start();
	await using _sender = seed.sender();
	const viewers = await seed.watch(200);
	await until('every viewer to see a first picture', () => viewers.every(({ pictures }) => pictures > 0));
	const before = viewers.map(({ pictures }) => pictures);
	const since = performance.now();
	await until('the time to pass', () => performance.now() - since >= MEASURED_MS);
	const seconds = (performance.now() - since) / 1000;
	const seen = viewers.map(({ pictures }, index) => pictures - (before[index] ?? 0));
	for (const viewer of viewers) viewer.close();
	expect(Math.min(...seen)).toBeGreaterThanOrEqual(Math.floor(seconds * SEEN_A_SECOND));
});
