import { fakeCommand } from '@oriel/testing/agent/fake-command';
import { FakeMachine } from '@oriel/testing/agent/fake-machine';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import type { CaptureSettings, Command } from '../command/command.ts';
import { RESTART_EVERY_MS } from './bitrate-limit.ts';
import { PREVIEW_SILENCE_MS } from './preview-output.ts';
import { programSource } from './program.ts';

const PREVIEW = ['-vf', 'scale=320:-2', 'pipe:3'];
const LARGE = jpeg(90, 64, 64);
const SMALL = jpeg(50);
const COMMAND = fakeCommand({
	description: 'USB camera with ffmpeg',
	arguments: ['-i', '/dev/video0', 'pipe:1', ...PREVIEW],
	stallMs: 60_000,
	preview: PREVIEW,
});

function setUp(command: Command | ((settings: CaptureSettings) => Command) = COMMAND) {
	const clock = new FakeClock();
	const machine = new FakeMachine();
	const source = programSource({ command, machine, clock, maxPictureBytes: 100_000 });
	const watching = new Watching(source);
	const started = (count = 1) => until(() => machine.processes.length === count);
	const video = async () => {
		const before = watching.frames.length;
		machine.newest.stdout.write(LARGE);
		await until(() => watching.frames.length > before);
	};
	const preview = async () => {
		const before = watching.previews.length;
		machine.newest.preview?.write(SMALL);
		await until(() => watching.previews.length > before);
	};
	const stopped = async () => {
		watching.stop();
		await until(() => watching.outcome === 'stopped');
		expect(clock.pending, 'timers left').toBe(0);
	};
	return { clock, machine, source, watching, started, video, preview, stopped };
}

describe('the preview of a capture program', () => {
	it('comes from its third output, beside the video, and ends with it', async () => {
		const { source, watching, started, video, preview, stopped } = setUp();
		expect(source.preview).toEqual({ capabilities: [] });
		await started();
		await video();
		await preview();
		expect([watching.frames[0]?.format.width, watching.previews[0]?.format.width]).toEqual([64, 16]);
		await stopped();
		expect(watching.advice).toEqual([]);
	});

	it('is not asked of a program that has none', async () => {
		const { source, machine, watching, started, video, stopped } = setUp(fakeCommand());
		expect(source.preview).toBeUndefined();
		await started();
		await video();
		expect([machine.newest.preview, watching.previews]).toEqual([undefined, [undefined]]);
		await stopped();
	});

	it('is withdrawn after 10 s without a frame, while the video goes on, and comes back', async () => {
		const { clock, machine, watching, started, video, preview, stopped } = setUp();
		await started();
		await preview();
		clock.advance(PREVIEW_SILENCE_MS - 1);
		await video();
		expect(watching.previews).toHaveLength(1);
		clock.advance(1);
		expect(watching.previews).toEqual([expect.anything(), undefined]);
		const words = 'USB camera with ffmpeg has no preview any more, its video goes on: no frame has come for 10 s';
		expect(watching.advice).toEqual([words]);
		clock.advance(PREVIEW_SILENCE_MS);
		await video();
		expect(watching.previews).toHaveLength(2);
		await preview();
		expect([watching.previews.length, machine.processes.length]).toEqual([3, 1]);
		await stopped();
	});

	it('is withdrawn when it cannot be read; its pipe is emptied, so that the video goes on', async () => {
		const { machine, watching, started, video, preview, stopped } = setUp();
		await started();
		await preview();
		const pipe = machine.newest.preview;
		pipe?.write(Buffer.concat([SMALL.subarray(0, -2), Buffer.alloc(200_000, 1)]));
		await until(() => watching.previews.length === 2);
		expect(watching.previews[1]).toBeUndefined();
		expect(watching.advice).toEqual([expect.stringMatching(/^USB camera .* its video goes on: .* cannot be read: /)]);
		for (let turn = 0; turn < 20; turn++) pipe?.write(Buffer.alloc(50_000));
		await until(() => pipe?.readableLength === 0 && pipe.writableLength === 0);
		await video();
		expect([watching.previews.length, machine.processes.length]).toEqual([2, 1]);
		await stopped();
	});

	it('is left out where the program cannot make it, and the owner is told', async () => {
		const diagnose: Command['diagnose'] = () => {
			return { fault: 'ended', message: 'Error initializing output stream 1:0', again: 'soon', without: PREVIEW };
		};
		const { machine, watching, started, video, stopped } = setUp({ ...COMMAND, diagnose });
		await started();
		machine.newest.exit({ code: 1 });
		await started(2);
		expect(machine.newest.args).toEqual(['-i', '/dev/video0', 'pipe:1']);
		expect(machine.newest.preview).toBeUndefined();
		await video();
		expect(watching.advice).toEqual(['USB camera with ffmpeg makes no preview: Error initializing output stream 1:0']);
		expect(watching.previews.filter((unit) => unit !== undefined)).toEqual([]);
		await stopped();
	});

	it('is no part of what a slow uplink limits: the video alone is lowered, and both come from the new program', async () => {
		const command = ({ fps = 10 }: CaptureSettings) => {
			return { ...COMMAND, arguments: [...COMMAND.arguments.slice(0, 3), `${fps}`, ...PREVIEW] };
		};
		const { clock, machine, source, watching, started, video, preview, stopped } = setUp(command);
		await started();
		for (let turn = 0; turn < 30; turn++) {
			await video();
			for (let more = 0; more < 3; more++) await preview();
			clock.advance(100);
		}
		const bitsPerSecond = LARGE.length * 8 * 10;
		source.limit?.(bitsPerSecond * 1.1);
		clock.advance(RESTART_EVERY_MS);
		expect(machine.processes).toHaveLength(1);
		source.limit?.(bitsPerSecond * 0.6);
		clock.advance(RESTART_EVERY_MS);
		await started(2);
		expect(machine.newest.args).toContain('6');
		await video();
		await preview();
		expect(watching.previews.at(-1)?.format.width).toBe(16);
		await stopped();
	});
});
