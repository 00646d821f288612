import { getEventListeners } from 'node:events';
import { fakeCommand } from '@oriel/testing/agent/fake-command';
import { FakeMachine, type FakeProcess } from '@oriel/testing/agent/fake-machine';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { RecordingLog } from '@oriel/testing/recording-log';
import { describe, expect, it } from 'vitest';
import type { CaptureSettings } from './command/command.ts';
import { programSource } from './program/program.ts';
import { supervise } from './supervise.ts';

const DAY_MS = 86_400_000;
const STEP_MS = 2000;
const PICTURE = jpeg(90);

/** What a program does with its life: how many pictures, how far apart, and how it ends. */
const LIVES = [
	{ pictures: 900, everyMs: 1000, end: (process: FakeProcess) => process.exit({ code: 255 }) },
	{ pictures: 300, everyMs: 1000, end: (process: FakeProcess) => process.say('Camera frontend has timed out!') },
	{ pictures: 0, everyMs: 1000, end: () => undefined },
	{ pictures: 600, everyMs: 2000, end: () => undefined },
	{
		pictures: 100,
		everyMs: 500,
		end: (process: FakeProcess) => {
			process.bytes = 900_000_000;
		},
	},
];

/** Real pipes and promises go on while the clock stands. */
async function rest(): Promise<void> {
	for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a day of running', () => {
	it('with restarts, stalls, full memory and requests leaves nothing behind', async () => {
		const clock = new FakeClock();
		const machine = new FakeMachine();
		const command = ({ bitrate = 2_000_000 }: CaptureSettings) => fakeCommand({ arguments: ['-b', String(bitrate)] });
		const source = programSource({ command, machine, clock, maxPictureBytes: 100_000 });
		const abort = new AbortController();
		let [pictures, stalls, lives] = [0, 0, 0];
		machine.started = (process) => {
			const { pictures: count, everyMs, end } = LIVES[lives++ % LIVES.length] ?? expect.unreachable();
			process.obeys = lives % 7 === 0 ? 'SIGKILL' : 'SIGINT';
			let given = 0;
			const cancel = clock.every(everyMs, () => {
				if (!process.isRunning) cancel();
				else if (given++ < count) process.stdout.write(PICTURE);
				else if (given === count + 1) end(process);
			});
			void process.exited.then(cancel);
		};
		const capture = {
			onFrame: () => void pictures++,
			onPoster: () => undefined,
			onPreview: () => undefined,
			onStall: () => void stalls++,
		};
		const done = supervise(source, capture, {
			clock,
			log: new RecordingLog(),
			signal: abort.signal,
			random: () => 0.5,
		});
		const timers: number[] = [];
		let [listeners, programs] = [0, 0];
		for (let at = 0; at < DAY_MS; at += STEP_MS) {
			clock.advance(STEP_MS);
			await rest();
			if (at % 3_600_000 === 0) source.limit?.(at % 7_200_000 === 0 ? 1_000_000 : undefined);
			if (at % 60_000 === 0) timers.push(clock.pending);
			listeners = Math.max(listeners, getEventListeners(abort.signal, 'abort').length);
			programs = Math.max(programs, machine.running);
			if (machine.processes.length > 20) machine.processes.splice(0, 10);
		}
		abort.abort();
		for (let waited = 0; waited < 10; waited++) {
			clock.advance(1000);
			await rest();
		}
		await done;
		expect({ lives: lives > 100, pictures: pictures > 20_000, stalls: stalls > 100 }).toEqual({
			lives: true,
			pictures: true,
			stalls: true,
		});
		expect(Math.max(...timers), 'timers at any time').toBeLessThan(12);
		expect(programs, 'programs at any time').toBe(1);
		expect(listeners, 'listeners at any time').toBeLessThan(5);
		expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
		expect({ timers: clock.pending, programs: machine.running, claims: machine.claimed.size }).toEqual({
			timers: 0,
			programs: 0,
			claims: 0,
		});
	});
});
