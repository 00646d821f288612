import { encodeJpeg } from '@oriel/media';
import { TestPattern } from '@oriel/testcard';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { testPatternSource } from './jpeg-pattern.ts';

const LOOK = { name: 'cam', title: 'Cam', width: 160, height: 120 };

describe('testPatternSource', () => {
	it('is on time: picture n is due n/fps seconds after the first', async () => {
		const clock = new FakeClock(0);
		const watching = new Watching(testPatternSource({ ...LOOK, fps: 24, clock }));
		await until(() => watching.frames.length === 49, clock, 1);
		watching.stop();
		const last = watching.frames.at(-1)?.capturedAt ?? 0;
		expect(last / 1000).toBeGreaterThanOrEqual(2000);
		expect(last / 1000).toBeLessThan(2003);
	});

	it('writes the wall clock and its count into the picture, and goes on counting when it is run again', async () => {
		const clock = new FakeClock();
		const source = testPatternSource({ ...LOOK, fps: 1, clock });
		const pattern = new TestPattern({ ...LOOK, camera: LOOK.name });
		for (const sequence of [0, 1]) {
			const watching = new Watching(source);
			await until(() => watching.frames.length === 1, clock);
			watching.stop();
			const [frame] = watching.frames;
			const wall = clock.wall();
			expect(frame?.capturedAt).toBe(clock.now());
			const clockText = new Date(wall).toISOString().slice(0, 23).replace('T', ' ');
			const picture = pattern.paint({ time: wall * 1000, sequence, clockText });
			expect(Buffer.compare(frame?.data ?? Buffer.of(), encodeJpeg(picture, { quality: 80 }))).toBe(0);
			await until(() => watching.outcome === 'stopped');
		}
	});
});
