import { type Deferred, deferred, type Fields, type Log, silentLog } from '@oriel/base';
import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { serveSystemd } from './notify-systemd.ts';

const ALIVE = ['READY=1', 'STATUS=1 camera: porch', 'WATCHDOG=1'];

function setUp(env = { NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '60000000' }) {
	const clock = new FakeClock();
	const said: (readonly string[])[] = [];
	const errors: string[] = [];
	const state = { alive: true, hold: undefined as Deferred<void> | undefined, failure: undefined as Error | undefined };
	const log: Log = {
		...silentLog,
		error: (words: string, { reason }: Fields = {}) => void errors.push(reason ? `${words}: ${reason}` : words),
	};
	const stop = serveSystemd({
		env,
		clock,
		log,
		status: () => '1 camera: porch',
		isAlive: () => state.alive,
		async notify(words) {
			said.push(words);
			if (state.failure) throw state.failure;
			await state.hold?.promise;
		},
	});
	return { clock, said, errors, state, stop };
}

describe('systemd', () => {
	it('hears that we are ready at once, and three times in the time it waits that we are alive', async () => {
		const { clock, said, stop } = setUp();
		expect(said).toEqual([ALIVE]);
		await clock.settle(60_000, 1000);
		expect(said).toHaveLength(4);
		expect(said.every((words) => words.join() === ALIVE.join())).toBe(true);
		stop();
		await turn();
		expect(said.at(-1)).toEqual(['STOPPING=1']);
		expect(clock.pending).toBe(0);
	});

	it('hears of the end also when it is just being told that we are alive', async () => {
		const { clock, said, state, stop } = setUp();
		await turn();
		state.hold = deferred();
		await clock.settle(20_000, 1000);
		stop();
		await turn();
		expect(said.at(-1)).toEqual(ALIVE);
		state.hold.resolve();
		await turn();
		expect(said.at(-1)).toEqual(['STOPPING=1']);
	});

	it('hears nothing while the work is stuck, and again when it goes on; the log says it once', async () => {
		const { clock, said, errors, state } = setUp();
		await turn();
		state.alive = false;
		await clock.settle(120_000, 1000);
		expect(said).toHaveLength(1);
		expect(errors).toEqual(['the way to the relay is stuck; systemd will restart this service']);
		state.alive = true;
		await clock.settle(20_000, 1000);
		expect(said).toHaveLength(2);
	});

	it('has one child at most, even if that hangs', async () => {
		const { clock, said, state } = setUp();
		await turn();
		state.hold = deferred();
		await clock.settle(200_000, 1000);
		expect(said).toHaveLength(2);
		state.hold.resolve();
		await clock.settle(20_000, 1000);
		expect(said).toHaveLength(3);
	});

	it('that cannot be told is complained about once', async () => {
		const { clock, errors, state } = setUp();
		await turn();
		state.failure = new Error('systemd-notify ended with 1');
		await clock.settle(100_000, 1000);
		expect(errors).toEqual(['systemd could not be told that this service is alive: systemd-notify ended with 1']);
	});

	it('is told once where it keeps no watch, and nothing where it is not there', async () => {
		const noWatch = setUp({ NOTIFY_SOCKET: '/run/x' } as never);
		await noWatch.clock.settle(100_000, 1000);
		expect(noWatch.said).toEqual([ALIVE]);
		const unsupervised = setUp({ WATCHDOG_USEC: '60000000' } as never);
		unsupervised.stop();
		expect(unsupervised.said).toEqual([]);
		expect(unsupervised.clock.pending).toBe(0);
	});
});
