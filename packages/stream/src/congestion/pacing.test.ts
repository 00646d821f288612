// When exactly the next frame may leave, on a path whose rate and round trip are known: 250 bytes a millisecond, 100 ms.
import { expect, it } from 'vitest';
import { CongestionController } from './congestion-controller.ts';

const MS = 1000;
const RATE = 0.25;
const ROUND_TRIP = 100 * MS;
const BYTES = 25_000;
/** What one frame takes on this path. */
const FRAME_TIME = BYTES / RATE;

/** The pacingOffset for a frame of `bytes`, after so many sends: 35 % of its time, 20 to 60 ms, swung by half of itself. */
function leadOf(bytes: number, sends: number): number {
	const pacingOffset = Math.max(20 * MS, Math.min(60 * MS, (0.35 * bytes) / RATE));
	return pacingOffset * (0.5 + ((sends * 0.618_034) % 1));
}

/** A path that is known and idle, past its initial window, and how many frames have been sent. */
function known(): { flow: CongestionController; now: number; sends: number } {
	const flow = new CongestionController();
	const frames = 12;
	const acked = (frame: number) => flow.onAck(frame, frame * FRAME_TIME + ROUND_TRIP + FRAME_TIME);
	for (let frame = 0; frame < frames; frame++) {
		if (frame >= 2) acked(frame - 2);
		flow.onSent(frame, BYTES, frame * FRAME_TIME);
	}
	acked(frames - 2);
	acked(frames - 1);
	return { flow, now: (frames + 1) * FRAME_TIME + MS, sends: frames };
}

it('the path is known', () => {
	expect(known().flow.deliveryRate).toBeCloseTo(RATE * 8e6);
});

it.each([
	['small', 1000, 20 * MS],
	['middling', BYTES, 35 * MS],
	['large', 100_000, 60 * MS],
])(
	'a frame behind a %s one leaves when that is expected to have left, less a pacing offset with jitter',
	(_name, bytes, pacingOffset) => {
		const { flow, now, sends } = known();
		flow.onSent(100, bytes, now);
		expect(leadOf(bytes, sends + 1)).toBeCloseTo(pacingOffset * (0.5 + (((sends + 1) * 0.618_034) % 1)));
		expect(flow.readyAt(now)).toBeCloseTo(now + bytes / RATE - leadOf(bytes, sends + 1), 3);
	},
);

it('two behind each other take twice as long, and an acknowledgement corrects what is expected', () => {
	const { flow, now, sends } = known();
	flow.onSent(100, BYTES, now);
	flow.onSent(101, BYTES, now);
	expect(flow.readyAt(now)).toBeCloseTo(now + 2 * FRAME_TIME - leadOf(BYTES, sends + 2), 3);
	// In time: the second one is now expected a frame later, measured from here.
	const acked = now + ROUND_TRIP + FRAME_TIME;
	flow.onAck(100, acked);
	expect(flow.readyAt(acked)).toBeCloseTo(acked + FRAME_TIME - ROUND_TRIP - leadOf(BYTES, sends + 2), 3);
});

it('a frame that was sent later than the path was free takes its round trip from then', () => {
	const { flow, now, sends } = known();
	flow.onSent(100, BYTES, now);
	const later = now + ROUND_TRIP + FRAME_TIME - MS;
	flow.onSent(101, BYTES, later);
	flow.onAck(100, later + MS);
	expect(flow.readyAt(later + MS)).toBeCloseTo(later + FRAME_TIME - leadOf(BYTES, sends + 2), 3);
});

it('no more is under way than fits into the round trip, the pacingOffset and one frame', () => {
	const two = known();
	for (const frame of [100, 101]) two.flow.onSent(frame, BYTES, two.now);
	expect(two.flow.readyAt(two.now)).toBeDefined();
	two.flow.onSent(102, BYTES, two.now);
	expect(two.flow.readyAt(two.now)).toBeUndefined();
	two.flow.onAck(100, two.now + ROUND_TRIP + FRAME_TIME);
	expect(two.flow.readyAt(two.now + ROUND_TRIP + FRAME_TIME)).toBeDefined();
});

it('the one frame is the largest under way', () => {
	const { flow, now } = known();
	flow.onSent(100, BYTES, now);
	flow.onSent(101, BYTES, now);
	flow.onSent(102, 1000, now);
	expect(flow.readyAt(now)).toBeDefined();
});

it('nothing follows an acknowledgement that is late by more than 100 ms', () => {
	const { flow, now } = known();
	flow.onSent(100, BYTES, now);
	const due = now + ROUND_TRIP + FRAME_TIME;
	expect(flow.readyAt(due + 100 * MS - 1)).toBeDefined();
	expect(flow.readyAt(due + 100 * MS + 1)).toBeUndefined();
	// That of the newer one is not what counts.
	flow.onSent(101, BYTES, due);
	expect(flow.readyAt(due + 100 * MS + 1)).toBeUndefined();
	// It has come after all.
	flow.onAck(100, due + 101 * MS);
	expect(flow.readyAt(due + 101 * MS)).toBeDefined();
});

it('a round trip that nothing has come near for ten seconds is measured by a lone frame', () => {
	const { flow, now } = known();
	const later = now + 10_000 * MS;
	expect(flow.maySend(later)).toBe(true);
	flow.onSent(100, BYTES, later);
	expect(flow.readyAt(later)).toBeUndefined();
	flow.onAck(100, later + ROUND_TRIP + FRAME_TIME);
	flow.onSent(101, BYTES, later + 300 * MS);
	expect(flow.readyAt(later + 300 * MS)).toBeDefined();
});

it('on an idle path that is known, a frame may follow another in one go too', () => {
	const { flow, now } = known();
	expect(flow.mayFollow(now)).toBe(true);
	flow.onSent(100, BYTES, now);
	expect(flow.mayFollow(now)).toBe(false);
});

it('a pause is no part of the time in which frames arrive', () => {
	const flow = new CongestionController();
	const now = 60_000 * MS;
	for (const frame of [0, 1]) flow.onSent(frame, BYTES, now, frame > 0);
	flow.onAck(0, now + 200 * MS);
	flow.onAck(1, now + 300 * MS);
	// Two frames in 300 ms.
	expect(flow.deliveryRate).toBeCloseTo(((2 * BYTES) / (300 * MS)) * 8e6);
});

/** Sends frames of 16 KiB for as long as one may leave at once; gives how many did. */
function burst(flow: CongestionController, first: number, now: number): number {
	let count = 0;
	for (; count < 100 && (count === 0 ? flow.maySend(now) : flow.mayFollow(now)); count++) {
		flow.onSent(first + count, 16 * 1024, now, count > 0);
	}
	return count;
}

it('at first 64 KiB leave at once, and as much more in each round trip in which all was needed', () => {
	const flow = new CongestionController();
	expect(burst(flow, 0, 0)).toBe(4);
	flow.onAck(3, 100 * MS);
	expect(burst(flow, 10, 100 * MS)).toBe(8);
	flow.onAck(17, 200 * MS);
	expect(burst(flow, 20, 200 * MS)).toBe(16);
});

it.each([
	['when less than half of it is needed', 100 * MS, 1],
	['with the first queue', 1000 * MS, 8],
])('that is over %s', (_name, took, count) => {
	const flow = new CongestionController();
	burst(flow, 0, 0);
	flow.onAck(3, 100 * MS);
	for (let frame = 10; frame < 10 + count; frame++) flow.onSent(frame, 16 * 1024, 100 * MS, frame > 10);
	flow.onAck(9 + count, 100 * MS + took);
	flow.onSent(50, 16 * 1024, 2000 * MS);
	expect(flow.readyAt(2000 * MS)).toBeGreaterThan(2000 * MS);
});

it('a frame that left before anything was known counts as late by its own time alone', () => {
	const flow = new CongestionController();
	for (const frame of [0, 1]) flow.onSent(frame, BYTES, 0, frame > 0);
	flow.onAck(0, 100 * MS);
	flow.onAck(1, 1000 * MS);
	flow.onSent(2, BYTES, 1000 * MS);
	expect(flow.readyAt(1000 * MS)).toBeGreaterThan(1000 * MS);
});
