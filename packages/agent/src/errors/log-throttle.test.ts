import { FakeClock } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { describe, expect, it } from 'vitest';
import { LogThrottle } from './log-throttle.ts';

function logging() {
	const clock = new FakeClock();
	const log = new RecordingLog();
	return { clock, log, throttle: new LogThrottle({ clock, log }) };
}

describe('LogThrottle', () => {
	it('says a failure once, and then once a minute how often it has come', () => {
		const { clock, log, throttle } = logging();
		for (let seconds = 0; seconds <= 120; seconds += 10) {
			throttle.log('it is dark');
			clock.advance(10_000);
		}
		expect(log.lines.map(({ words, fields }) => [words, fields.times])).toEqual([
			['it is dark', undefined],
			['still: it is dark', 6],
			['still: it is dark', 6],
		]);
	});

	it('says at once what is new, at the level that it deserves', () => {
		const { log, throttle } = logging();
		expect([throttle.log('it is dark'), throttle.log('it is cold', 'error'), throttle.log('it is cold')]).toEqual([
			true,
			true,
			false,
		]);
		expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'error']);
	});

	it('says it again after it was over', () => {
		const { log, throttle } = logging();
		throttle.log('it is dark');
		throttle.reset();
		throttle.log('it is dark');
		expect(log.about('it is dark')).toHaveLength(2);
	});
});
