import { frame } from '@oriel/testing/agent/frames';
import { ScriptedSource } from '@oriel/testing/agent/scripted-source';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../errors/source-error.ts';
import { supervise } from './supervise.ts';

const LOST = new SourceError('broken', 'the cable is loose', { again: 'soon' });

function supervised(source = new ScriptedSource()) {
	const clock = new FakeClock();
	const log = new RecordingLog();
	const abort = new AbortController();
	const stalls: string[] = [];
	let pictures = 0;
	const capture = {
		onFrame: () => {
			pictures++;
		},
		onPoster: () => undefined,
		onPreview: () => undefined,
		onStall: (reason: string) => stalls.push(reason),
	};
	const done = supervise(source, capture, { clock, log, signal: abort.signal, random: () => 1 });
	return { source, clock, log, abort, stalls, done, seen: () => pictures };
}

describe('supervise', () => {
	it('opens a source that failed again, soon, and says why it was gone', async () => {
		const { source, clock, stalls, abort, done, seen } = supervised();
		source.fail(LOST);
		await until(() => stalls.length === 1);
		expect(stalls).toEqual(['the cable is loose']);
		clock.advance(249);
		expect(source.runs).toBe(1);
		clock.advance(2);
		await until(() => source.runs === 2);
		source.give(frame(1, 0));
		expect(seen()).toBe(1);
		abort.abort();
		await done;
		expect(clock.pending).toBe(0);
	});

	it('lets a source alone for a minute that wants that', async () => {
		const { source, clock, stalls, abort, done } = supervised();
		source.fail(new SourceError('not-allowed', 'wrong password', { again: 'later' }));
		await until(() => stalls.length === 1);
		await clock.settle(59_900, 100);
		expect(source.runs).toBe(1);
		await clock.settle(200, 100);
		expect(source.runs).toBe(2);
		abort.abort();
		await done;
	});

	it('waits as long as the error wants, drawn for each wait, and longer in a long outage', async () => {
		const { source, clock, abort, done } = supervised();
		source.fail(new SourceError('busy', 'motion has it', { again: 'later', waitMs: [1000, 2000] }));
		await until(() => !source.isOpen);
		await clock.settle(1990, 10);
		expect(source.runs).toBe(1);
		await clock.settle(20, 10);
		expect(source.runs).toBe(2);
		abort.abort();
		await done;
	});

	it('gives up a source that cannot come back', async () => {
		const { source, done, stalls, clock } = supervised();
		source.fail(new SourceError('ended', 'the pipe is empty', { again: 'never' }));
		await expect(done).rejects.toMatchObject({ code: 'ended' });
		expect(stalls).toEqual(['the pipe is empty']);
		expect(clock.pending).toBe(0);
	});

	it('takes a source that throws anything else for broken', async () => {
		const source = new ScriptedSource();
		source.run = () => Promise.reject(new TypeError('x is not a function'));
		const { stalls, abort, done } = supervised(source);
		await until(() => stalls.length === 1);
		expect(stalls).toEqual(['x is not a function']);
		abort.abort();
		await done;
	});

	it('reports an open source that brings nothing, and leaves it open', async () => {
		const { source, clock, stalls, abort, done } = supervised();
		source.give(frame(1, 0));
		source.give(frame(2, 0));
		clock.advance(9_900);
		expect(stalls).toEqual([]);
		clock.advance(200);
		expect(stalls).toEqual(['no picture for 10 s']);
		expect(source.isOpen).toBe(true);
		abort.abort();
		await done;
	});

	it.each([10, 33, 60])('takes a source with a picture every %d s for slow, not for silent', async (seconds) => {
		const { source, clock, stalls, abort, done } = supervised();
		for (let now = 0; now < 300; now += seconds) {
			source.give(frame(now, 0));
			clock.advance(seconds * 1000);
		}
		expect(stalls).toEqual([]);
		clock.advance(2 * seconds * 1000 + 100);
		expect(stalls).toEqual([`no picture for ${3 * seconds} s`]);
		abort.abort();
		await done;
	});

	it('passes advice on to the log, once', async () => {
		const { source, clock, log, abort, done } = supervised();
		source.give(frame(1, 0));
		for (let round = 0; round < 3; round++) source.advise('switch the B-frames off');
		source.fail(LOST);
		await until(() => source.runs === 2, clock);
		source.advise('switch the B-frames off');
		expect(log.about('B-frames').map(({ level }) => level)).toEqual(['warn']);
		expect(log.about('pictures come in')[0]?.fields).toMatchObject({ codec: 'jpeg', width: 16, height: 16 });
		abort.abort();
		await done;
	});

	it('writes two lines about a source that flaps, not two a second', async () => {
		const { source, clock, log, abort, done } = supervised();
		for (let times = 0; times < 20; times++) {
			await until(() => source.isOpen, clock);
			source.give(frame(1, 0));
			source.fail(LOST);
			await until(() => !source.isOpen);
		}
		expect(log.lines.map(({ words }) => words).slice(0, 3)).toEqual([
			'pictures come in',
			'the cable is loose',
			'pictures come in',
		]);
		expect(log.lines.length).toBeLessThan(5);
		abort.abort();
		await done;
	});
});
