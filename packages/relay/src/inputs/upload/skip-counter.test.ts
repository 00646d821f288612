import { FakeClock } from '@oriel/testing/fake-clock';
import { lonelyCamera } from '@oriel/testing/relay/camera';
import { expect, it } from 'vitest';
import { skipCounter } from './skip-counter.ts';

it('adds what each parser of a camera has skipped since it told last', () => {
	const camera = lonelyCamera(new FakeClock());
	const totals = () => [camera.counters.skippedBytes, camera.video.counters.droppedBroken];
	const first = skipCounter(camera);
	first(10, 1);
	expect(totals()).toEqual([10, 1]);
	first(10, 1);
	expect(totals()).toEqual([10, 1]);
	first(15, 3);
	expect(totals()).toEqual([15, 3]);
	skipCounter(camera)(7, 2);
	expect(totals()).toEqual([22, 5]);
});
