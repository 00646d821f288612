import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { LogBook } from '../rehearsal/log-book.ts';
import { Complaint } from './complaint.ts';

function complaining() {
	const clock = new FakeClock();
	const log = new LogBook();
	return { clock, log, complaint: new Complaint({ clock, log }) };
}

describe('Complaint', () => {
	it('says a failure once, and then once a minute how often it has come', () => {
		const { clock, log, complaint } = complaining();
		for (let seconds = 0; seconds <= 120; seconds += 10) {
			complaint.about('it is dark');
			clock.advance(10_000);
		}
		expect(log.lines.map(({ words, fields }) => [words, fields.times])).toEqual([
			['it is dark', undefined],
			['still: it is dark', 6],
			['still: it is dark', 6],
		]);
	});

	it('says at once what is new, at the level that it deserves', () => {
		const { log, complaint } = complaining();
		expect([
			complaint.about('it is dark'),
			complaint.about('it is cold', 'error'),
			complaint.about('it is cold'),
		]).toEqual([true, true, false]);
		expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'error']);
	});

	it('says it again after it was over', () => {
		const { log, complaint } = complaining();
		complaint.about('it is dark');
		complaint.settled();
		complaint.about('it is dark');
		expect(log.about('it is dark')).toHaveLength(2);
	});
});
