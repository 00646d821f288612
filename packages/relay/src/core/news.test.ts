import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { MAX_NEWS_BURST, MAX_NEWS_PER_SECOND, News } from './news.ts';

function open() {
	const clock = new FakeClock();
	const told: number[] = [];
	let state = 0;
	const news = new News(clock, () => told.push(state));
	const change = () => {
		state++;
		return news.changed();
	};
	return { clock, news, told, change };
}

describe('News', () => {
	it('tells the first changes at once, then only some times a second, and always of the newest state', () => {
		const { clock, told, change } = open();
		for (let count = 0; count < MAX_NEWS_BURST; count++) expect(change()).toBe(true);
		expect(told.length).toBe(MAX_NEWS_BURST);
		for (let ms = 0; ms < 10_000; ms++) {
			change();
			clock.advance(1);
		}
		expect(told.length - MAX_NEWS_BURST).toBeGreaterThanOrEqual(10 * MAX_NEWS_PER_SECOND - 1);
		expect(told.length - MAX_NEWS_BURST).toBeLessThanOrEqual(10 * MAX_NEWS_PER_SECOND + 1);
		clock.advance(1000);
		expect(told.at(-1)).toBe(MAX_NEWS_BURST + 10_000);
		expect(clock.pending).toBe(0);
	});

	it('tells nothing after it was stopped, and leaves no timer', () => {
		const { clock, news, told, change } = open();
		for (let count = 0; count <= MAX_NEWS_BURST; count++) change();
		expect(clock.pending).toBe(1);
		news.stop();
		clock.advance(10_000);
		expect([told.length, clock.pending]).toEqual([MAX_NEWS_BURST, 0]);
	});
});
