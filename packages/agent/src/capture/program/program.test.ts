import { MAX_STALL_MS } from '@oriel/base';
import { fakeCommand } from '@oriel/testing/agent/fake-command';
import { FakeMachine } from '@oriel/testing/agent/fake-machine';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { h264Units } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { execCommand } from '../../sources/exec/exec.ts';
import type { CaptureSettings, Command, Diagnosis } from '../command/command.ts';
import { type ProgramSourceOptions, programSource } from './program.ts';

const PICTURE = jpeg(90);

function setUp(command: ProgramSourceOptions['command'] = fakeCommand(), settings?: CaptureSettings) {
	const clock = new FakeClock();
	const machine = new FakeMachine();
	const source = programSource({ command, settings, machine, clock, maxPictureBytes: 100_000 });
	const watching = new Watching(source);
	/** A picture comes, and is seen. */
	const picture = async (bytes: Uint8Array = PICTURE) => {
		const before = watching.frames.length;
		machine.newest.stdout.write(bytes);
		await until(() => watching.frames.length > before);
	};
	const started = (count: number) => until(() => machine.processes.length === count);
	const over = async () => {
		await until(() => watching.outcome !== 'running');
		expect(clock.pending, 'timers left').toBe(0);
		expect(machine.running, 'programs left').toBe(0);
		expect(machine.claimed.size, 'claims left').toBe(0);
		return watching.failure;
	};
	return { clock, machine, source, watching, picture, started, over };
}

describe('programSource', () => {
	it('starts the program as told, hands its pictures on, and ends it when it is stopped', async () => {
		const environment = { LIBCAMERA_LOG_NO_COLOR: '1' };
		const { machine, source, watching, picture, started, over } = setUp(fakeCommand({ environment }));
		expect([source.description, source.capabilities, source.limit]).toEqual(['imx708 with rpicam-vid', [], undefined]);
		await started(1);
		const { path, args } = machine.newest;
		expect({ path, args, environment: machine.newest.environment }).toEqual({
			path: '/usr/bin/rpicam-vid',
			args: ['-t', '0', '-o', '-'],
			environment,
		});
		await picture();
		watching.stop();
		expect(await over()).toBeUndefined();
		expect(machine.newest.signals).toEqual(['SIGINT']);
	});

	it('says what a missing program means', async () => {
		const { machine, over } = setUp();
		machine.missing = ['rpicam-vid'];
		expect(await over()).toMatchObject({ code: 'not-found', fault: 'missing', again: 'soon' });
	});

	it('reads what was written last before it judges the end, and hands the words over', async () => {
		const { machine, watching, started, over } = setUp();
		await started(1);
		machine.newest.say('\u001b[1;31m[1:00] ERROR\u001b[0m V4L2 no such device');
		machine.newest.stdout.write(PICTURE);
		machine.newest.exit({ code: 0 });
		expect((await over())?.message).toBe('exited after 1 pictures: [1:00] ERROR V4L2 no such device');
		expect(watching.frames).toHaveLength(1);
	});

	it('gives up on a program that brings no first picture, or no further one, at its limits and not before', async () => {
		const { clock, machine, picture, started, over, watching } = setUp();
		await started(1);
		clock.advance(11_999);
		await picture();
		clock.advance(2999);
		expect(watching.outcome).toBe('running');
		clock.advance(1);
		expect(await over()).toMatchObject({ code: 'stalled', fault: 'stalled' });
		expect(machine.newest.signals).toEqual(['SIGINT']);

		const silent = setUp();
		await silent.started(1);
		silent.clock.advance(12_000);
		expect((await silent.over())?.message).toBe('no-first-picture after 0 pictures: no word');
	});

	it.each([10, 33, 60])('waits for a command of the owner that makes a picture every %d s', async (seconds) => {
		const command = execCommand('timelapse --every minute');
		const { clock, picture, started, over, watching } = setUp(command);
		await started(1);
		for (let at = seconds; at <= 300; at += seconds) {
			clock.advance(seconds * 1000);
			expect(watching.outcome).toBe('running');
			await picture();
		}
		clock.advance(MAX_STALL_MS);
		expect(await over()).toMatchObject({ code: 'stalled' });
	});

	it('waits up to 10 s, once, for a program that restarts its sensor', async () => {
		const { clock, machine, picture, started, over, watching } = setUp();
		await started(1);
		await picture();
		machine.newest.say('Camera frontend has timed out!');
		await until(() => machine.newest.stderr.readableLength === 0);
		clock.advance(9999);
		expect(watching.outcome).toBe('running');
		await picture();
		clock.advance(2999);
		await picture();
		clock.advance(3000);
		expect(await over()).toMatchObject({ fault: 'sensor-timeout' });
	});

	it('ends a program that does not heed: INT, 2 s, TERM, 2 s, KILL', async () => {
		const { clock, machine, watching, started, over } = setUp();
		await started(1);
		machine.newest.obeys = 'SIGKILL';
		watching.stop();
		await until(() => machine.newest.signals.length === 1);
		await clock.settle(1990);
		expect(machine.newest.signals).toEqual(['SIGINT']);
		await clock.settle(20);
		expect(machine.newest.signals).toEqual(['SIGINT', 'SIGTERM']);
		await clock.settle(2000);
		expect(machine.newest.signals).toEqual(['SIGINT', 'SIGTERM', 'SIGKILL']);
		await over();
	});

	it('says that a program hangs in the kernel, and starts no other beside it', async () => {
		const { clock, machine, source, watching, started } = setUp();
		await started(1);
		machine.newest.obeys = undefined;
		clock.advance(12_000);
		await until(() => watching.outcome !== 'running', clock);
		const words =
			'rpicam-vid (process 1000) cannot be ended: it hangs in the kernel, waiting for the camera; restart the machine';
		expect(watching.failure).toMatchObject({ message: words, again: 'later' });
		const again = new Watching(source);
		await until(() => again.failure !== undefined);
		expect(again.failure?.message).toBe(words);
		expect([machine.processes.length, machine.claimed.size, machine.newest.isAbandoned]).toEqual([1, 1, true]);
		machine.newest.exit();
		await turn();
		expect(machine.claimed.size).toBe(0);
		const later = new Watching(source);
		await started(2);
		later.stop();
		await until(() => later.outcome === 'stopped');
		expect(clock.pending).toBe(0);
	});

	it('ends a program that holds more than 60 % of the memory', async () => {
		const { clock, machine, picture, started, over } = setUp(fakeCommand({ stallMs: 100_000 }));
		await started(1);
		await picture();
		machine.newest.bytes = 599_000_000;
		await clock.settle(5100, 100);
		expect(machine.newest.isRunning).toBe(true);
		machine.newest.bytes = 601_000_000;
		clock.advance(5000);
		expect(await over()).toMatchObject({ fault: 'too-much-memory' });
	});

	it('ends a program that brings something else, and says what', async () => {
		const { machine, started, over } = setUp();
		await started(1);
		machine.newest.stdout.write(Buffer.from('\0\0\0\x18ftypisom', 'latin1'));
		expect((await over())?.message).toMatch(/^imx708 with rpicam-vid brings an MP4 file/);
	});

	it('tries again at once without the arguments that it does not know', async () => {
		const diagnose = (): Diagnosis => ({
			fault: 'old-version',
			message: 'does not know --low-latency',
			again: 'soon',
			without: ['--mode', '1'],
		});
		const command = fakeCommand({ arguments: ['-n', '--mode', '1', '-o', '1'], diagnose });
		const { machine, started, over } = setUp(command);
		await started(1);
		machine.newest.exit({ code: 255 });
		await started(2);
		expect(machine.newest.args).toEqual(['-n', '-o', '1']);
		machine.newest.exit({ code: 255 });
		await started(3);
		// Nothing stands there in a row any more, so each of them goes.
		expect(machine.newest.args).toEqual(['-n', '-o']);
		machine.newest.exit({ code: 255 });
		expect(await over()).toMatchObject({ fault: 'old-version' });
	});

	it.each([
		['busy', 'busy', [1000, 2000]],
		['no-camera', 'not-found', [10_000, 30_000]],
		['permission', 'not-allowed', [10_000, 30_000]],
	])('looks again for %s in its own time', async (fault, code, waitMs) => {
		const diagnose = (): Diagnosis => ({ fault, message: 'it is so', again: 'later' });
		const { machine, started, over } = setUp(fakeCommand({ diagnose }));
		await started(1);
		machine.newest.exit({ code: 255 });
		expect(await over()).toMatchObject({ code, fault, waitMs });
	});

	it('takes buffers with lengths', async () => {
		const { picture, started, watching, over } = setUp(fakeCommand({ output: 'rdhv' }));
		await started(1);
		const [unit = PICTURE] = h264Units('k');
		const header = Buffer.from('Frame rate set to 15.000 fps\nrdhV\0\0\0\0');
		header.writeUInt32BE(unit.length, header.length - 4);
		await picture(Buffer.concat([header, unit]));
		expect(watching.frames[0]).toMatchObject({ key: true, format: { codec: 'h264' } });
		watching.stop();
		await over();
	});

	it('is told a bitrate: it starts the program again, after 300 ms, and at most every 20 s', async () => {
		const command = ({ bitrate = 2_000_000 }: CaptureSettings): Command =>
			fakeCommand({ arguments: ['-b', String(bitrate)], firstPictureMs: 90_000, stallMs: 90_000 });
		const { clock, machine, source, picture, watching, started, over } = setUp(command, { codec: 'h264' });
		expect(source.capabilities).toEqual(['bitrate']);
		await started(1);
		const units = h264Units('kk');
		await picture(Buffer.concat(units));
		for (const limit of [1_900_000, 1_234_567, 1_000_001]) source.limit?.(limit);
		clock.advance(299);
		expect(machine.newest.signals).toEqual([]);
		clock.advance(1);
		await started(2);
		expect(machine.newest.args).toEqual(['-b', '1000000']);
		source.limit?.(500_000);
		clock.advance(19_000);
		source.limit?.(undefined);
		clock.advance(999);
		expect(machine.processes).toHaveLength(2);
		clock.advance(1);
		await started(3);
		expect(machine.newest.args).toEqual(['-b', '2000000']);
		expect(machine.running).toBe(1);
		source.limit?.(undefined);
		await clock.settle(30_000, 1000);
		expect(machine.processes, 'no restart for nothing').toHaveLength(3);
		watching.stop();
		await over();
	});
});
