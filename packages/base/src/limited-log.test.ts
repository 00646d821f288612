import { FakeClock } from '@oriel/testing/fake-clock';
import { expect, it } from 'vitest';
import { LimitedLog, MAX_LOG_LINES_A_SECOND } from './limited-log.ts';
import { silentLog } from './log.ts';

it('passes so many lines a second, from all that were made of it, and says what it left out', () => {
	const clock = new FakeClock();
	const lines: string[] = [];
	const keep = (words: string, fields?: object) => void lines.push(`${words}${fields ? JSON.stringify(fields) : ''}`);
	const all = { ...silentLog, debug: keep, info: keep, warn: keep, error: keep };
	const log = new LimitedLog({ ...all, with: () => all }, clock);
	const other = log.with({ camera: 'door' });
	for (let count = 0; count < MAX_LOG_LINES_A_SECOND; count++) (count % 2 ? log : other).info('line');
	log.error('one more');
	other.warn('two more');
	expect(lines).toHaveLength(MAX_LOG_LINES_A_SECOND);
	clock.advance(1000);
	log.debug('later');
	expect(lines.slice(-2)).toEqual(['lines were left out of the log: too many in one second{"lines":2}', 'later']);
});
