import { inspectJpeg } from '@oriel/media';
import { watchMjpeg } from '@oriel/testing/mjpeg-viewer';
import { until } from '@oriel/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FPS, SeedRelay } from './seed/seed-relay.ts';

describe('a sender written in Python like the seed’s', () => {
	let seed: SeedRelay;

	beforeAll(async () => {
		seed = await SeedRelay.start();
	});

	afterAll(() => seed[Symbol.asyncDispose]());

	for (const count of [1, 2, 10, 200]) {
		it(`is seen in full by ${count} viewer${count > 1 ? 's' : ''} of stream.mjpg`, async () => {
			await using sender = seed.sender('told');
			const send = () => sender.stdin.write('\n');
			const before = await seed.framesTaken();
			send();
			await until('the relay to have it', async () => (await seed.framesTaken()) === before + 1);
			const viewers = await seed.watch(count);
			const everybodyHas = (number: number) => viewers.every(({ pictures }) => pictures === number);
			await until('every viewer to see a first picture', () => everybodyHas(1));
			// The next picture goes when all have the last one: what a viewer misses then, the relay has lost. That it keeps
			// up with 24 a second is measured in test/long/rates.test.ts.
			for (let number = 2; number <= 1 + 3 * FPS; number++) {
				send();
				await until(`all to see picture ${number}`, () => everybodyHas(number));
			}
			for (const viewer of viewers) viewer.close();
		});
	}

	it('is on the seed’s own URL, and its pictures are whole', async () => {
		await using _sender = seed.sender();
		await until('the relay to follow the new token', async () => (await seed.head('/stream.mjpg')) === 200);
		const viewer = await watchMjpeg(`${seed.relay.url}/stream.mjpg`, seed.token, true);
		const picture = await until('a picture', () => viewer.newest);
		viewer.close();
		expect(inspectJpeg(picture)).toMatchObject({ width: 640, height: 480 });
	});

	it('takes over from its twin that never hung up', async () => {
		await using first = seed.sender();
		const [viewer] = await seed.watch(1);
		if (!viewer) return expect.unreachable();
		await until('the first sender’s pictures', () => viewer.pictures > FPS);
		first.kill('SIGSTOP');
		await using _second = seed.sender();
		const before = viewer.pictures;
		await until('the second sender’s pictures, to the same viewer', () => viewer.pictures > before + FPS);
		viewer.close();
	});
});
