import { EventEmitter } from 'node:events';
import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import type { Answer } from './answer.ts';
import {
	ANSWER_TIMEOUT_MS,
	MAX_OPEN_ANSWERS,
	MAX_UNSENT_ANSWER_BYTES,
	MAX_UNSENT_CALLER_BYTES,
	OpenAnswers,
	REVOKED_TIMEOUT_MS,
} from './open-answers.ts';

const MIB = 1024 * 1024;

function setUp() {
	const clock = new FakeClock();
	const answers = new OpenAnswers(clock);
	let cut = 0;
	const begin = ({ isComplete = true } = {}) => {
		const req = { complete: isComplete, socket: { destroy: () => cut++ } };
		const response = Object.assign(new EventEmitter(), { req }) as unknown as Answer;
		const open = answers.begin(response);
		return { open, response, head: (bytes: number, status = 200) => response.onHead?.(status, bytes) };
	};
	return { clock, answers, begin, cut: () => cut };
}

const refused = (code: string) => expect.objectContaining({ code });

describe('an answer', () => {
	it('has a minute in all, and none if it is without end until it is refused', () => {
		const { clock, begin, cut } = setUp();
		begin();
		const endless = begin();
		endless.open.freeTime();
		clock.advance(ANSWER_TIMEOUT_MS - 1);
		expect(cut()).toBe(0);
		clock.advance(1);
		expect(cut()).toBe(1);
		clock.advance(10 * ANSWER_TIMEOUT_MS);
		expect(cut()).toBe(1);
		endless.head(100, 415);
		clock.advance(ANSWER_TIMEOUT_MS);
		expect(cut()).toBe(2);
	});

	it('holds nothing after its end, however often that comes', () => {
		const { clock, answers, begin } = setUp();
		const { open, response, head } = begin();
		let held = 1;
		open.count('one');
		open.rest(() => () => held--);
		head(5000);
		expect([answers.bytes, answers.callers, clock.pending]).toEqual([5000, 1, 1]);
		response.emit('close');
		open.end();
		expect([answers.bytes, answers.callers, clock.pending, held]).toEqual([0, 0, 0, 0]);
	});

	it('to a request that has not come whole is cut as soon as its caller has lost access', () => {
		const { begin, cut } = setUp();
		const { open } = begin({ isComplete: false });
		open.rest((end) => {
			end();
			return () => {};
		});
		expect(cut()).toBe(1);
	});

	it('is cut a moment after its caller has lost access, unless it has ended by then', () => {
		const { clock, begin, cut } = setUp();
		const ends: (() => void)[] = [];
		const [slow, quick] = [begin(), begin()];
		for (const { open } of [slow, quick]) {
			open.rest((end) => {
				ends.push(end);
				return () => {};
			});
		}
		for (const end of ends) end();
		quick.response.emit('close');
		clock.advance(REVOKED_TIMEOUT_MS);
		expect(cut()).toBe(1);
		slow.response.emit('close');
		for (const end of ends) end();
		expect(clock.pending).toBe(0);
	});
});

describe('answers to one caller', () => {
	it('are limited in number, those to others are not', () => {
		const { begin } = setUp();
		const open = Array.from({ length: MAX_OPEN_ANSWERS }, () => begin());
		for (const one of open) one.open.count('greedy');
		expect(() => begin().open.count('greedy')).toThrow(refused('too-many-open'));
		begin().open.count('modest');
		open[0]?.response.emit('close');
		begin().open.count('greedy');
	});

	it('are limited in bytes, but for the first one and for refusals', () => {
		const { begin, answers } = setUp();
		const ask = (caller: string, bytes: number, status?: number) => {
			const one = begin();
			one.open.count(caller);
			one.head(bytes, status);
			return one;
		};
		const first = ask('greedy', MAX_UNSENT_CALLER_BYTES + 1);
		expect(() => ask('greedy', 1)).toThrow(refused('busy'));
		ask('greedy', 500, 503);
		first.response.emit('close');
		ask('greedy', MAX_UNSENT_CALLER_BYTES);
		expect(answers.bytes).toBe(MAX_UNSENT_CALLER_BYTES);
	});

	it('are limited in bytes together', () => {
		const { begin, answers } = setUp();
		const ask = (caller: string) => {
			const one = begin();
			one.open.count(caller);
			one.head(8 * MIB);
			return one;
		};
		const most = MAX_UNSENT_ANSWER_BYTES / (8 * MIB);
		const open = Array.from({ length: most }, (_, index) => ask(`caller ${index}`));
		expect(() => ask('another')).toThrow(refused('busy'));
		open[3]?.response.emit('close');
		ask('another');
		expect(answers.bytes).toBe(MAX_UNSENT_ANSWER_BYTES);
	});
});
