import { expect, it } from 'vitest';
import { WrappingTime } from './wrapping-time.ts';

it('goes on where the times begin again', () => {
	const clock = new WrappingTime();
	const times = [0xffff_ff00, 0xffff_fffe, 40, 80, 60, 0x7000_0000].map((time) => clock.unwrap(time));
	expect(times).toEqual([0, 0xfe, 0x128, 0x150, 0x13c, 0x100 + 0x7000_0000]);
});

it('goes back where they do, as far as half of the range', () => {
	const clock = new WrappingTime();
	expect([5_000_000, 0, 0x8000_0000].map((time) => clock.unwrap(time))).toEqual([0, -5_000_000, -5_000_000 - 2 ** 31]);
});
