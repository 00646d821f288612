import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { Watchdog } from './watchdog.ts';

function kennel() {
	const clock = new FakeClock();
	const barks: number[] = [];
	const start = clock.now();
	const dog = new Watchdog({ clock, limitMs: 1000, bark: () => barks.push((clock.now() - start) / 1000) });
	return { clock, barks, dog };
}

describe('Watchdog', () => {
	it('is quiet while it is fed', () => {
		const { clock, barks, dog } = kennel();
		for (let times = 0; times < 10; times++) {
			clock.advance(900);
			dog.feed();
		}
		expect(barks).toEqual([]);
	});

	it('barks when the limit has passed since it was fed last, and at every further limit', () => {
		const { clock, barks, dog } = kennel();
		clock.advance(300);
		dog.feed();
		clock.advance(3100);
		expect(barks).toEqual([1300, 2300, 3300]);
	});

	it('leaves no timer behind, even when it is stopped by its own bark', () => {
		const clock = new FakeClock();
		const dog: Watchdog = new Watchdog({ clock, limitMs: 1000, bark: () => dog.stop() });
		clock.advance(5000);
		expect(clock.pending).toBe(0);
	});
});
