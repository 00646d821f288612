import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MAX_REQUESTS_PER_TURN, Turns } from './turns.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Turns', () => {
	it('lets some requests begin in each turn of the event loop, in order', async () => {
		const turns = new Turns();
		const begun: number[] = [];
		for (let count = 0; count < 3 * MAX_REQUESTS_PER_TURN + 1; count++) {
			turns.enter(new PassThrough(), () => begun.push(count));
		}
		const seen = [begun.length];
		for (let count = 0; count < 4; count++) {
			await turn();
			seen.push(begun.length);
		}
		expect(seen).toEqual([8, 16, 24, 25, 25]);
		expect(begun).toEqual(begun.map((_, index) => index));
		turns.enter(new PassThrough(), () => begun.push(25));
		expect(begun.length).toBe(26);
	});

	it('passes over connections that are gone, which take no room', async () => {
		const turns = new Turns();
		const begun: string[] = [];
		const gone = new PassThrough();
		for (let count = 0; count < MAX_REQUESTS_PER_TURN; count++) turns.enter(new PassThrough(), () => {});
		for (let count = 0; count < 100; count++) turns.enter(gone, () => begun.push('gone'));
		turns.enter(new PassThrough(), () => begun.push('here'));
		gone.destroy();
		await turn();
		expect(begun).toEqual(['here']);
	});

	it('keeps the order of what is entered while others begin', async () => {
		const turns = new Turns();
		const begun: number[] = [];
		for (let count = 0; count < 20; count++) {
			turns.enter(new PassThrough(), () => {
				begun.push(count);
				if (count === 8) turns.enter(new PassThrough(), () => begun.push(100));
			});
		}
		for (let count = 0; count < 5; count++) await turn();
		expect(begun).toEqual([...Array(20).keys(), 100]);
	});
});
