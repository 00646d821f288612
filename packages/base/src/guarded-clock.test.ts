import { FakeClock } from '@oriel/testing/fake-clock';
import { expect, it } from 'vitest';
import { guardedClock } from './guarded-clock.ts';

it('keeps what a timer throws from its caller, and keeps the timer', () => {
	const fake = new FakeClock();
	const failures: unknown[] = [];
	const clock = guardedClock(fake, (thrown) => failures.push(thrown));
	let ticks = 0;
	const stop = clock.every(100, () => {
		ticks++;
		throw new Error(`tick ${ticks}`);
	});
	clock.after(50, () => {
		throw new Error('once');
	});
	fake.advance(250);
	expect(failures.map(String)).toEqual(['Error: once', 'Error: tick 1', 'Error: tick 2']);
	expect([clock.now(), clock.wall()]).toEqual([fake.now(), fake.wall()]);
	stop();
	expect(fake.pending).toBe(0);
});
