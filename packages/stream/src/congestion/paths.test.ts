import { FakeClock } from '@oriel/testing/fake-clock';
import { type LinkShape, SimulatedLink, seeded } from '@oriel/testing/simulated-link';
import { type Account, type Camera, h264, MJPEG, SimulatedSender } from '@oriel/testing/simulated-sender';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const H264 = h264(3e6);
const CAMERAS = [
	['MJPEG', MJPEG],
	['H.264', H264],
] as const;
/** What there is to carry. */
const SOURCE = { MJPEG: 4.8e6, 'H.264': 3e6 };
/** What a link carries of that, at least; with less, H.264 is sent as key frames alone, and is like MJPEG then. */
const LEAST = { MJPEG: 0.1, 'H.264': 0.5 };

function open(shape: LinkShape, camera: Camera, seed = 1): { link: SimulatedLink; sender: SimulatedSender } {
	const link = new SimulatedLink(shape, new FakeClock(), seeded(seed));
	return { link, sender: new SimulatedSender(link, camera) };
}

function path(roundTripMs: number, megabits: number, more: Partial<LinkShape> = {}): LinkShape {
	return { outMs: roundTripMs / 2, backMs: roundTripMs / 2, bitsPerSecond: megabits * 1e6, ...more };
}

/** What came in the last `lastMs` of a run. */
function settled(shape: LinkShape, camera: Camera, lastMs = 20_000, seed = 1): Account {
	const { link, sender } = open(shape, camera, seed);
	link.clock.advance(8000 + lastMs);
	return sender.account(lastMs);
}

/** Time for a picture to go over a free link, in the middle of what the camera makes. */
function floor(shape: LinkShape, camera: Camera): number {
	return shape.outMs + (camera.bytesOf(1) * 8000) / shape.bitsPerSecond;
}

describe.each(CAMERAS)('%s', (name, camera) => {
	it.each([5, 20, 100, 200, 400])(
		'comes in full over a good path of %d ms, as old as the path is long',
		(roundTrip) => {
			const shape = path(roundTrip, 100);
			const seen = settled(shape, camera);
			expect(seen.fps).toBeGreaterThan(camera.fps - 0.1);
			expect(seen.worstAge).toBeLessThan(floor(shape, camera) + 15);
		},
	);

	it.each([5, 20, 100, 200, 400])('fills a narrow path of %d ms and leaves no queue on it', (roundTrip) => {
		for (const megabits of [1, 2]) {
			const seen = settled(path(roundTrip, megabits), camera);
			expect(seen.bitsPerSecond).toBeGreaterThan(0.85 * megabits * 1e6);
			expect(seen.queue).toBeLessThan(100);
		}
	});

	it('starts quickly on a long path', () => {
		const { link, sender } = open(path(200, 100), camera);
		link.clock.advance(1500);
		expect(sender.account(500).fps).toBeGreaterThanOrEqual(camera.fps - 2);
	});

	it.each([20, 200])(
		'stays fresh when a path of %d ms narrows from 10 to 1 Mbit/s, and takes all back',
		(roundTrip) => {
			const wide = path(roundTrip, 10, { jitterMs: 5 });
			const { link, sender } = open(wide, camera);
			link.clock.advance(8000);
			link.shape = { ...wide, bitsPerSecond: 1e6 };
			link.clock.advance(4000);
			const group = camera.group > 1 ? 1000 : 0;
			expect(sender.account(2000).worstAge).toBeLessThan(roundTrip / 2 + 450 + group);
			link.clock.advance(4000);
			link.shape = wide;
			link.clock.advance(5000);
			const after = sender.account(2000);
			expect(after.fps).toBeGreaterThan(camera.fps - 1);
			expect(after.worstAge).toBeLessThan(roundTrip / 2 + 60);
		},
	);

	it('is back at the live edge within a second after five in which nothing came through', () => {
		const { link, sender } = open(path(200, 100), camera);
		link.clock.advance(10_000);
		const before = sender.mostBytesOut;
		link.stall(5000);
		link.clock.advance(5000);
		expect(sender.mostBytesOut).toBeLessThan(2 * before);
		link.clock.advance(4000);
		const after = sender.account(2000);
		expect(after.fps).toBeGreaterThan(camera.fps - 1);
		expect(after.worstAge).toBeLessThan(150);
	});

	it.each([20, 200])('bears the stalls of a lossy path of %d ms', (roundTrip) => {
		const seen = settled(path(roundTrip, 10, { jitterMs: 10, stalls: { aSecond: 0.5, ms: 200 } }), camera);
		// The stalls alone take a tenth of the time.
		expect(seen.fps).toBeGreaterThan(0.8 * camera.fps);
		expect(seen.medianAge).toBeLessThan(roundTrip / 2 + 50);
		expect(seen.p95Age).toBeLessThan(roundTrip / 2 + 300);
	});

	it('puts no more under way than the path needs', () => {
		const near = open(path(1, 1000), camera);
		near.link.clock.advance(30_000);
		expect(near.sender.mostFramesOut).toBeLessThanOrEqual(2);
		const slow = open(path(20, 2), camera);
		slow.link.clock.advance(30_000);
		expect(slow.sender.mostBytesOut).toBeLessThan(150_000);
	});

	it('learns within its best time’s life that the path has become longer', () => {
		const { link, sender } = open(path(20, 10), camera);
		link.clock.advance(10_000);
		link.shape = path(120, 10);
		link.clock.advance(20_000);
		expect(sender.account(5000).fps).toBeGreaterThan(camera.fps - 0.5);
	});

	it.each([
		[2, 20],
		[2, 200],
		[4, 20],
		[4, 200],
	])('shares %d Mbit/s of %d ms with a second viewer, in either order', (megabits, roundTrip) => {
		const { link, sender: first } = open(path(roundTrip, megabits, { jitterMs: 10 }), camera);
		link.clock.advance(10_000);
		const second = new SimulatedSender(link, camera);
		link.clock.advance(25_000);
		const rates = [first, second].map((sender) => sender.account(20_000).bitsPerSecond);
		expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(2);
		expect(rates.reduce((sum, rate) => sum + rate)).toBeGreaterThan(0.85 * megabits * 1e6);
	});

	it('keeps no standing queue, and uses what there is, on any path', () => {
		const shapes = fc.record({
			roundTrip: fc.integer({ min: 5, max: 400 }),
			part: fc.double({ min: LEAST[name], max: 5, noNaN: true }),
			jitterMs: fc.integer({ min: 0, max: 16 }),
			seed: fc.integer(),
		});
		fc.assert(
			fc.property(shapes, ({ roundTrip, part, jitterMs, seed }) => {
				const megabits = (SOURCE[name] * part) / 1e6;
				const seen = settled(path(roundTrip, megabits, { jitterMs }), camera, 12_000, seed);
				expect(seen.queue).toBeLessThanOrEqual(100);
				const carries = Math.min(1, part);
				expect(seen.bitsPerSecond).toBeGreaterThan(0.85 * carries * SOURCE[name]);
			}),
			{ numRuns: 60, seed: 7 },
		);
	});

	it('has the full rate again within five seconds, from wherever to wherever the path steps', () => {
		const steps = fc.record({
			roundTrip: fc.integer({ min: 5, max: 200 }),
			low: fc.double({ min: 1, max: 2, noNaN: true }),
			high: fc.double({ min: 8, max: 50, noNaN: true }),
			seed: fc.integer(),
		});
		fc.assert(
			fc.property(steps, ({ roundTrip, low, high, seed }) => {
				const { link, sender } = open(path(roundTrip, low, { jitterMs: 8 }), camera, seed);
				link.clock.advance(8000);
				link.shape = path(roundTrip, high, { jitterMs: 8 });
				link.clock.advance(6000);
				expect(sender.account(1000).fps).toBeGreaterThanOrEqual(camera.fps - 1);
			}),
			{ numRuns: 40, seed: 8 },
		);
	});

	it('starves no second viewer on any shared path', () => {
		const shapes = fc.record({
			roundTrip: fc.integer({ min: 5, max: 300 }),
			part: fc.double({ min: 0.4, max: 1.5, noNaN: true }),
			jitterMs: fc.integer({ min: 1, max: 16 }),
			seed: fc.integer(),
		});
		fc.assert(
			fc.property(shapes, ({ roundTrip, part, jitterMs, seed }) => {
				const { link, sender } = open(path(roundTrip, (SOURCE[name] * part) / 1e6, { jitterMs }), camera, seed);
				link.clock.advance(4000);
				const second = new SimulatedSender(link, camera);
				link.clock.advance(30_000);
				const rates = [sender, second].map((each) => each.account(20_000).bitsPerSecond);
				expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(2);
			}),
			{ numRuns: 40, seed: 9 },
		);
	});
});
