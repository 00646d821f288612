import { describe, expect, it } from 'vitest';
import { AcksDue, MAX_ACKS_DUE } from './acks-due.ts';

describe('AcksDue', () => {
	it('lets each frame that was sent be acknowledged once, in any order', () => {
		const due = new AcksDue();
		for (let sent = 1; sent <= 1000; sent++) expect(due.took(1, sent)).toBe(true);
		expect(due.took(1, 1000)).toBe(false);
		expect(due.took(2, 0)).toBe(false);
		expect([due.took(1, 1002), due.took(1, 1002), due.took(1, 1002)]).toEqual([true, true, false]);
	});

	it('does not save up what a viewer has left out that settles several frames at a time', () => {
		const due = new AcksDue();
		const answers = Array.from({ length: MAX_ACKS_DUE + 5 }, () => due.took(1, 100_000));
		expect(answers.filter(Boolean).length).toBe(MAX_ACKS_DUE);
		expect(answers.at(-1)).toBe(false);
	});

	it('takes what is still under way of a camera that is not sent any more', () => {
		const due = new AcksDue();
		due.took(1, 5);
		due.stopped(1, 5);
		expect(Array.from({ length: 5 }, () => due.took(1, 0))).toEqual([true, true, true, true, false]);
		for (let camera = 1; camera < 100; camera++) due.stopped(camera, 1000);
		const late = Array.from({ length: MAX_ACKS_DUE + 1 }, () => due.took(1, 0));
		expect(late.filter(Boolean).length).toBe(MAX_ACKS_DUE);
	});
});
