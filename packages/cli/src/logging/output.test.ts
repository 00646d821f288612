import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { MAX_OUTPUT_BACKLOG_BYTES, Output } from './output.ts';
import { logOn } from './terminal-log.ts';

/** A reader that takes so many bytes, or fails. */
function setUp() {
	const clock = new FakeClock();
	const state = { room: Number.POSITIVE_INFINITY, failure: undefined as Error | undefined, writes: 0, ending: 0 };
	let read = '';
	const channel = {
		write(bytes: Buffer) {
			state.writes++;
			if (state.failure) throw state.failure;
			const count = Math.min(bytes.length, state.room);
			state.room -= count;
			read += bytes.subarray(0, count).toString('latin1');
			return count;
		},
		ending: () => state.ending++,
	};
	const output: Output = new Output({
		channel,
		later: (delay, action) => void clock.after(delay, action),
		resumed: (lines) => output.write(`dropped ${lines}\n`),
	});
	return { clock, state, output, lines: () => read.split('\n').slice(0, -1), text: () => read };
}

/** A line of 1 KiB that begins with a number. */
const line = (number: number) => `${String(number).padStart(6, '0')}${'.'.repeat(1017)}\n`;
const numbersOf = (lines: readonly string[]) =>
	lines.map((text) => (text.startsWith('d') ? text : Number(text.slice(0, 6))));
const upTo = (count: number, from = 0) => Array.from({ length: count - from }, (_, index) => from + index);
const HOLDS = MAX_OUTPUT_BACKLOG_BYTES / 1024;

describe('output to a reader', () => {
	it('that is quick is written at once, line by line, with no timer', () => {
		const { clock, state, output, lines } = setUp();
		for (const number of upTo(100)) {
			output.write(line(number));
			expect(lines()).toHaveLength(number + 1);
		}
		expect([state.writes, clock.pending]).toEqual([100, 0]);
	});

	it('that is slow loses nothing that the backlog holds, and keeps the order, whatever it takes at a time', () => {
		const { clock, state, output, lines } = setUp();
		state.room = 1500;
		for (const number of upTo(200)) output.write(line(number));
		for (let round = 0; round < 10_000 && clock.pending > 0; round++) {
			state.room = 700;
			clock.advance(20);
		}
		expect(numbersOf(lines())).toEqual(upTo(200));
	});

	it('that does not read costs a bounded backlog, a try now and then, and words about what it missed', () => {
		const { clock, state, output, lines } = setUp();
		state.room = 0;
		const missed = 300;
		for (const number of upTo(HOLDS + missed)) output.write(line(number));
		// One try for the first line; from then on the timer alone tries.
		expect(state.writes).toBe(1);
		clock.advance(10_000);
		expect(state.writes).toBeLessThanOrEqual(501);
		state.room = Number.POSITIVE_INFINITY;
		clock.advance(20);
		expect(numbersOf(lines())).toEqual([...upTo(HOLDS), `dropped ${missed}`]);
		output.write(line(9));
		expect(numbersOf(lines()).at(-1)).toBe(9);
		expect(clock.pending).toBe(0);
	});

	it('says where lines are missing, before any later line', () => {
		const { clock, state, output, lines } = setUp();
		state.room = 0;
		for (const number of upTo(HOLDS + 1)) output.write(line(number));
		// More than half still waits, so the next line is dropped as well.
		state.room = 100 * 1024;
		clock.advance(20);
		output.write(line(HOLDS + 1));
		state.room = 100 * 1024;
		clock.advance(20);
		output.write(line(HOLDS + 2));
		state.room = Number.POSITIVE_INFINITY;
		clock.advance(20);
		expect(numbersOf(lines())).toEqual([...upTo(HOLDS), 'dropped 2', HOLDS + 2]);
	});

	it('that is gone costs one try a line, and one that comes back hears how much it missed', () => {
		const { clock, state, output, lines } = setUp();
		output.write(line(0));
		state.failure = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
		for (const number of upTo(500, 1)) output.write(line(number));
		expect([state.writes, clock.pending]).toEqual([500, 0]);
		state.failure = undefined;
		output.write(line(500));
		expect(numbersOf(lines())).toEqual([0, 500, 'dropped 499']);
	});

	it('that goes away while lines wait drops them all, and counts them', () => {
		const { clock, state, output, lines } = setUp();
		state.room = 0;
		for (const number of upTo(HOLDS + 7)) output.write(line(number));
		state.failure = new Error('write EPIPE');
		clock.advance(20);
		state.failure = undefined;
		state.room = Number.POSITIVE_INFINITY;
		output.write(line(1));
		expect(numbersOf(lines())).toEqual([1, `dropped ${HOLDS + 7}`]);
	});

	it('drops a line that is longer than everything that may wait', () => {
		const { output, lines } = setUp();
		output.write(`${'x'.repeat(MAX_OUTPUT_BACKLOG_BYTES)}\n`);
		output.write(line(1));
		expect(numbersOf(lines())).toEqual([1, 'dropped 1']);
	});

	it('at the end hands over what waits, without the event loop, and gives up a reader that takes nothing', () => {
		const { state, output, lines } = setUp();
		state.room = 0;
		for (const number of upTo(10)) output.write(line(number));
		output.flush();
		expect([lines(), state.ending]).toEqual([[], 1]);
		state.room = Number.POSITIVE_INFINITY;
		output.flush();
		expect(numbersOf(lines())).toEqual(upTo(10));
	});
});

describe('a log', () => {
	it('writes one line a call, as JSON or as text', async () => {
		const { output, lines } = setUp();
		const json = (await logOn(output, 'json')).with({ camera: 'porch' });
		json.debug('not so interesting');
		json.warn('no picture', { seconds: 3 });
		expect(lines().map((text) => JSON.parse(text))).toEqual([
			{ level: 'warn', time: expect.any(String), camera: 'porch', seconds: 3, msg: 'no picture' },
		]);
		const pretty = setUp();
		(await logOn(pretty.output, 'pretty')).error('the door is open', { camera: 'porch' });
		expect(pretty.lines()).toEqual([expect.stringMatching(/ERROR.*the door is open.*\{"camera":"porch"\}/)]);
	});
});
