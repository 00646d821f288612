// When exactly the next frame may leave, on a path whose rate and round trip are known: 250 bytes a millisecond, 100 ms.
import { expect, it } from 'vitest';
import { InFlight } from './in-flight.ts';

const MS = 1000;
const RATE = 0.25;
const ROUND_TRIP = 100 * MS;
const BYTES = 25_000;
/** What one frame takes on this path. */
const FRAME_TIME = BYTES / RATE;

/** The lead for a frame of `bytes`, after so many sends: 35 % of its time, 20 to 60 ms, swung by half of itself. */
function leadOf(bytes: number, sends: number): number {
	const lead = Math.max(20 * MS, Math.min(60 * MS, (0.35 * bytes) / RATE));
	return lead * (0.5 + ((sends * 0.618_034) % 1));
}

/** A path that is known and idle, past its opening, and how many frames have been sent. */
function known(): { flow: InFlight; now: number; sends: number } {
	const flow = new InFlight();
	const frames = 12;
	const acked = (frame: number) => flow.acknowledged(frame, frame * FRAME_TIME + ROUND_TRIP + FRAME_TIME);
	for (let frame = 0; frame < frames; frame++) {
		if (frame >= 2) acked(frame - 2);
		flow.sent(frame, BYTES, frame * FRAME_TIME);
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
	'a frame behind a %s one leaves when that is expected to have left, less a lead that swings',
	(_name, bytes, lead) => {
		const { flow, now, sends } = known();
		flow.sent(100, bytes, now);
		expect(leadOf(bytes, sends + 1)).toBeCloseTo(lead * (0.5 + (((sends + 1) * 0.618_034) % 1)));
		expect(flow.readyAt(now)).toBeCloseTo(now + bytes / RATE - leadOf(bytes, sends + 1), 3);
	},
);

it('two behind each other take twice as long, and an acknowledgement corrects what is expected', () => {
	const { flow, now, sends } = known();
	flow.sent(100, BYTES, now);
	flow.sent(101, BYTES, now);
	expect(flow.readyAt(now)).toBeCloseTo(now + 2 * FRAME_TIME - leadOf(BYTES, sends + 2), 3);
	// In time: the second one is now expected a frame later, measured from here.
	const acked = now + ROUND_TRIP + FRAME_TIME;
	flow.acknowledged(100, acked);
	expect(flow.readyAt(acked)).toBeCloseTo(acked + FRAME_TIME - ROUND_TRIP - leadOf(BYTES, sends + 2), 3);
});

it('a frame that was sent later than the path was free takes its round trip from then', () => {
	const { flow, now, sends } = known();
	flow.sent(100, BYTES, now);
	const later = now + ROUND_TRIP + FRAME_TIME - MS;
	flow.sent(101, BYTES, later);
	flow.acknowledged(100, later + MS);
	expect(flow.readyAt(later + MS)).toBeCloseTo(later + FRAME_TIME - leadOf(BYTES, sends + 2), 3);
});

it('no more is under way than fits into the round trip, the lead and one frame', () => {
	const two = known();
	for (const frame of [100, 101]) two.flow.sent(frame, BYTES, two.now);
	expect(two.flow.readyAt(two.now)).toBeDefined();
	two.flow.sent(102, BYTES, two.now);
	expect(two.flow.readyAt(two.now)).toBeUndefined();
	two.flow.acknowledged(100, two.now + ROUND_TRIP + FRAME_TIME);
	expect(two.flow.readyAt(two.now + ROUND_TRIP + FRAME_TIME)).toBeDefined();
});

it('the one frame is the largest under way', () => {
	const { flow, now } = known();
	flow.sent(100, BYTES, now);
	flow.sent(101, BYTES, now);
	flow.sent(102, 1000, now);
	expect(flow.readyAt(now)).toBeDefined();
});

it('nothing follows an acknowledgement that is late by more than 100 ms', () => {
	const { flow, now } = known();
	flow.sent(100, BYTES, now);
	const due = now + ROUND_TRIP + FRAME_TIME;
	expect(flow.readyAt(due + 100 * MS - 1)).toBeDefined();
	expect(flow.readyAt(due + 100 * MS + 1)).toBeUndefined();
	// That of the newer one is not what counts.
	flow.sent(101, BYTES, due);
	expect(flow.readyAt(due + 100 * MS + 1)).toBeUndefined();
	// It has come after all.
	flow.acknowledged(100, due + 101 * MS);
	expect(flow.readyAt(due + 101 * MS)).toBeDefined();
});

it('a round trip that nothing has come near for ten seconds is measured by a lone frame', () => {
	const { flow, now } = known();
	const later = now + 10_000 * MS;
	expect(flow.maySend(later)).toBe(true);
	flow.sent(100, BYTES, later);
	expect(flow.readyAt(later)).toBeUndefined();
	flow.acknowledged(100, later + ROUND_TRIP + FRAME_TIME);
	flow.sent(101, BYTES, later + 300 * MS);
	expect(flow.readyAt(later + 300 * MS)).toBeDefined();
});

it('on an idle path that is known, a frame may follow another in one go too', () => {
	const { flow, now } = known();
	expect(flow.mayFollow(now)).toBe(true);
	flow.sent(100, BYTES, now);
	expect(flow.mayFollow(now)).toBe(false);
});

it('a pause is no part of the time in which frames arrive', () => {
	const flow = new InFlight();
	const now = 60_000 * MS;
	for (const frame of [0, 1]) flow.sent(frame, BYTES, now, frame > 0);
	flow.acknowledged(0, now + 200 * MS);
	flow.acknowledged(1, now + 300 * MS);
	// Two frames in 300 ms.
	expect(flow.deliveryRate).toBeCloseTo(((2 * BYTES) / (300 * MS)) * 8e6);
});

/** Sends frames of 16 KiB for as long as one may leave at once; gives how many did. */
function burst(flow: InFlight, first: number, now: number): number {
	let count = 0;
	for (; count < 100 && (count === 0 ? flow.maySend(now) : flow.mayFollow(now)); count++) {
		flow.sent(first + count, 16 * 1024, now, count > 0);
	}
	return count;
}

it('at first 64 KiB leave at once, and as much more in each round trip in which all was needed', () => {
	const flow = new InFlight();
	expect(burst(flow, 0, 0)).toBe(4);
	flow.acknowledged(3, 100 * MS);
	expect(burst(flow, 10, 100 * MS)).toBe(8);
	flow.acknowledged(17, 200 * MS);
	expect(burst(flow, 20, 200 * MS)).toBe(16);
});

it.each([
	['when less than half of it is needed', 100 * MS, 1],
	['with the first queue', 1000 * MS, 8],
])('that is over %s', (_name, took, count) => {
	const flow = new InFlight();
	burst(flow, 0, 0);
	flow.acknowledged(3, 100 * MS);
	for (let frame = 10; frame < 10 + count; frame++) flow.sent(frame, 16 * 1024, 100 * MS, frame > 10);
	flow.acknowledged(9 + count, 100 * MS + took);
	flow.sent(50, 16 * 1024, 2000 * MS);
	expect(flow.readyAt(2000 * MS)).toBeGreaterThan(2000 * MS);
});

it('a frame that left before anything was known counts as late by its own time alone', () => {
	const flow = new InFlight();
	for (const frame of [0, 1]) flow.sent(frame, BYTES, 0, frame > 0);
	flow.acknowledged(0, 100 * MS);
	flow.acknowledged(1, 1000 * MS);
	flow.sent(2, BYTES, 1000 * MS);
	expect(flow.readyAt(1000 * MS)).toBeGreaterThan(1000 * MS);
});
