import { frame } from '@oriel/testing/agent/frames';
import { ScriptedSource } from '@oriel/testing/agent/scripted-source';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';
import { SourceError } from '../errors/source-error.ts';
import { supervise } from './supervise.ts';

const LOST = new SourceError('broken', 'the cable is loose', { again: 'soon' });

/** A source that has been failing for ten minutes, and is open again. */
async function afterLongOutage() {
	const clock = new FakeClock();
	const source = new ScriptedSource();
	const log = new RecordingLog();
	const abort = new AbortController();
	const capture = { onFrame() {}, onPoster() {}, onPreview() {}, onStall() {} };
	const done = supervise(source, capture, { clock, log, signal: abort.signal, random: () => 1 });
	const began = clock.now();
	/** Fails, and tells after how many milliseconds the source was opened again. */
	const fail = async (): Promise<number> => {
		const { runs } = source;
		source.fail(LOST);
		await until(() => !source.isOpen && clock.pending > 0);
		const failedAt = clock.now();
		await until(() => source.runs > runs, clock);
		return Math.round((clock.now() - failedAt) / 1000);
	};
	while (clock.now() - began < 600_000_000) await fail();
	const end = async () => {
		abort.abort();
		await done;
	};
	return { clock, source, log, fail, end };
}

it('a source that was well for ten seconds is opened again as soon as at its first failure', async () => {
	const { clock, source, log, fail, end } = await afterLongOutage();
	expect(await fail()).toBe(15_000);
	source.give(frame(1, 0));
	clock.advance(10_000);
	const before = log.about('the cable is loose').length;
	expect(await fail()).toBe(250);
	// It is a new failure, so it is said again.
	expect(
		log
			.about('the cable is loose')
			.slice(before)
			.map(({ words }) => words),
	).toEqual(['the cable is loose']);
	await end();
});

it('a source that was well for less than ten seconds, or open without a picture, is still the same outage', async () => {
	const { clock, source, fail, end } = await afterLongOutage();
	source.give(frame(1, 0));
	clock.advance(9_990);
	expect(await fail()).toBe(15_000);
	clock.advance(20_000);
	expect(await fail()).toBe(15_000);
	await end();
});
