import type { Clock } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { expect, it } from 'vitest';
import { Adapter } from './adapter.ts';

/** An adapter that looks when the test says, at an uplink that carries half of what its source makes. */
function setUp() {
	const time = new FakeClock();
	let look = () => {};
	const clock: Clock = {
		now: () => time.now(),
		wall: () => time.wall(),
		after: (delay, action) => time.after(delay, action),
		every(_interval, action) {
			look = action;
			return () => {};
		},
	};
	const limits: (number | undefined)[] = [];
	const total = { madeFrames: 0, madeBytes: 0, sentFrames: 0, replacedFrames: 0, deliveredBytes: 0 };
	const uplink = {
		get traffic() {
			return { ...total, deliveryRate: 1e6, connection: 1 };
		},
		limited() {},
	};
	const source = { capabilities: ['bitrate'], limit: (limit: number | undefined) => limits.push(limit) };
	const adapter = new Adapter({ source, uplink, codec: () => 'h264', floor: 300_000, clock, log: new RecordingLog() });
	adapter.start();
	/** So much time goes by with pictures, at the end of which is looked. */
	const pass = (seconds: number) => {
		total.madeFrames += 25 * seconds;
		total.madeBytes += 250_000 * seconds;
		total.sentFrames += 12 * seconds;
		total.replacedFrames += 13 * seconds;
		total.deliveredBytes += 125_000 * seconds;
		time.advance(1000 * seconds);
		look();
	};
	look();
	return { limits, pass };
}

it('a look that comes up to three seconds late counts as one', () => {
	const { limits, pass } = setUp();
	for (let count = 0; count < 5; count++) pass(1);
	expect(limits).toEqual([]);
	pass(3);
	expect(limits).toEqual([850_000]);
});

it('a look that comes later says nothing, nor does what was seen before it', () => {
	const { limits, pass } = setUp();
	for (let count = 0; count < 5; count++) pass(1);
	pass(3.04);
	for (let count = 0; count < 5; count++) pass(1);
	expect(limits).toEqual([]);
	pass(1);
	expect(limits).toEqual([850_000]);
});
