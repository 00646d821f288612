import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MAX_REQUESTS_PER_TURN, Turns } from './turns.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Turns', () => {
	it('lets some requests begin in each turn of the event loop, in order', async () => {
		const turns = new Turns(MAX_REQUESTS_PER_TURN);
		const begun: number[] = [];
		for (let count = 0; count < 3 * MAX_REQUESTS_PER_TURN + 1; count++) {
			turns.enter('a', new PassThrough(), () => begun.push(count));
		}
		const seen = [begun.length];
		for (let count = 0; count < 4; count++) {
			await turn();
			seen.push(begun.length);
		}
		expect(seen).toEqual([8, 16, 24, 25, 25]);
		expect(begun).toEqual(begun.map((_, index) => index));
		turns.enter('a', new PassThrough(), () => begun.push(25));
		expect(begun.length).toBe(26);
	});

	it('passes over connections that are gone, which take no room', async () => {
		const turns = new Turns(MAX_REQUESTS_PER_TURN);
		const begun: string[] = [];
		const gone = new PassThrough();
		for (let count = 0; count < MAX_REQUESTS_PER_TURN; count++) turns.enter('a', new PassThrough(), () => {});
		for (let count = 0; count < 100; count++) turns.enter('a', gone, () => begun.push('gone'));
		turns.enter('a', new PassThrough(), () => begun.push('here'));
		gone.destroy();
		await turn();
		expect(begun).toEqual(['here']);
	});

	it('gives each owner its turn, however much another has waiting', async () => {
		const turns = new Turns(4);
		const begun: string[] = [];
		const enter = (owner: string, count: number) => {
			for (let at = 0; at < count; at++) turns.enter(owner, new PassThrough(), () => begun.push(`${owner}${at}`));
		};
		enter('a', 1000);
		enter('b', 2);
		enter('c', 1);
		expect(begun).toEqual(['a0', 'a1', 'a2', 'a3']);
		await turn();
		expect(begun.slice(4)).toEqual(['a4', 'b0', 'c0', 'a5']);
		await turn();
		expect(begun.slice(8)).toEqual(['b1', 'a6', 'a7', 'a8']);
	});

	it('keeps the order of what is entered while others begin', async () => {
		const turns = new Turns(MAX_REQUESTS_PER_TURN);
		const begun: number[] = [];
		for (let count = 0; count < 20; count++) {
			turns.enter('a', new PassThrough(), () => {
				begun.push(count);
				if (count === 8) turns.enter('a', new PassThrough(), () => begun.push(100));
			});
		}
		for (let count = 0; count < 5; count++) await turn();
		expect(begun).toEqual([...Array(20).keys(), 100]);
	});
});
