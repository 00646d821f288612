import { FakeClock } from '@oriel/testing/fake-clock';
import { expect, it } from 'vitest';
import { Skips } from './skips.ts';

it('adds up what was skipped, and tells of it for 3 s', () => {
	const clock = new FakeClock();
	const skips = new Skips(clock);
	skips.note({ kind: 'continuous' });
	expect(skips.words).toBeUndefined();
	skips.note({ kind: 'skipped', pictures: 29, spanMs: 1_200 });
	expect(skips.words).toBe('Skipped 1.2 s to catch up');
	clock.advance(2_999);
	expect(skips.words).toBeDefined();
	clock.advance(1);
	expect(skips.words).toBeUndefined();
	skips.note({ kind: 'skipped', pictures: 1, spanMs: 80 });
	skips.note({ kind: 'withheld' });
	expect(skips.words).toBeUndefined();
	expect(skips.total).toEqual({ frames: 30, ms: 1_280 });
});
