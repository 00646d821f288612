import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { Pacer } from './pacer.ts';

/** Beats until the clock has moved by `span`; the work after beat n takes `work(n)` ms. Returns when each came, in ms. */
async function beats(fps: number, span: number, work: (index: number) => number): Promise<number[]> {
	const clock = new FakeClock(0);
	const abort = new AbortController();
	const pacer = new Pacer({ fps, clock, signal: abort.signal });
	const seen: number[] = [];
	const done = (async () => {
		while (await pacer.due()) {
			seen.push(Math.round(clock.now() / 1000));
			clock.advance(work(seen.length - 1));
		}
	})();
	while (clock.now() < span * 1000) {
		clock.advance(1);
		await turn();
	}
	abort.abort();
	await done;
	expect(clock.pending).toBe(0);
	return seen;
}

describe('Pacer', () => {
	it('does not drift', async () => {
		const seen = await beats(10, 990, () => 3);
		expect(seen).toHaveLength(10);
		expect(seen.slice(1)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900]);
	});

	it('gives who is late the newest beat at once, and skips the others', async () => {
		const seen = await beats(10, 790, (index) => (index === 1 ? 350 : 0));
		const first = seen[0] ?? 0;
		expect(seen.map((at) => Math.round((at - first) / 10) * 10)).toEqual([0, 100, 450, 500, 600, 700]);
	});
});
