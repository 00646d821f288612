import { FakeClock } from '@oriel/testing/fake-clock';
import { SimulatedLink, seeded } from '@oriel/testing/simulated-link';
import { h264, SimulatedSender } from '@oriel/testing/simulated-sender';
import { describe, expect, it } from 'vitest';

/** What a link of 2 Mbit/s carries beside the headers of TCP. */
const LINK = 1.91e6;
const FPS = 30;

function settled(megabits: number, groupSeconds: number, roundTripMs: number) {
	// Key frames as large as those of a camera that looks at something still.
	const camera = h264(megabits * 1e6, { fps: FPS, group: FPS * groupSeconds, keyTimes: 8 });
	const half = roundTripMs / 2;
	const shape = { outMs: half, backMs: half, bitsPerSecond: LINK, jitterMs: 3 };
	const link = new SimulatedLink(shape, new FakeClock(), seeded(1));
	const sender = new SimulatedSender(link, camera);
	link.clock.advance(60_000);
	return { ...sender.account(40_000), keyMs: (camera.bytesOf(0) * 8000) / LINK };
}

const CASES = [3, 6].flatMap((megabits) => [1, 2, 4].map((groupSeconds) => [megabits, groupSeconds] as const));

describe.each(CASES)('%d Mbit/s of H.264 on a link of 2, a key frame every %d s', (megabits, groupSeconds) => {
	it.each([20, 200])('uses a link of %d ms, and leaves out the end of each group', (roundTripMs) => {
		const { bitsPerSecond, fps, medianAge, worstAge, longestStill, queue, keyMs } = settled(
			...([megabits, groupSeconds, roundTripMs] as const),
		);
		expect(bitsPerSecond).toBeGreaterThan(0.95 * LINK);
		// Of the bytes that fit the key frames take their part first.
		const keysASecond = 1 / groupSeconds;
		const delta = (megabits * 1e6 - (keyMs / 1000) * LINK * keysASecond) / (FPS - keysASecond);
		const fits = keysASecond + (LINK - (keyMs / 1000) * LINK * keysASecond) / delta;
		expect(fps).toBeGreaterThan(0.93 * fits);
		// What the link forces is the time for the key frame, and what the others fall behind in half a group.
		const half = 0.5 * (1000 * groupSeconds - keyMs);
		const behind = half * (1 - LINK / (delta * FPS));
		expect(medianAge).toBeLessThan(roundTripMs / 2 + keyMs + behind + 150);
		expect(worstAge).toBeLessThan(Math.max(1000 * groupSeconds, keyMs + 1000));
		expect(longestStill).toBeLessThan(Math.max(700, keyMs + 250));
		expect(queue).toBeLessThan(100);
	});
});
