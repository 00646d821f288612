import { FakeClock } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { FakeProcesses } from '@oriel/testing/relay/fake-processes';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { beforeEach, describe, expect, it } from 'vitest';
import { CHALLENGE_WAIT_MS, RelayLock } from './relay-lock.ts';

const PATH = '/data/relay.lock';

let clock: FakeClock;
let disk: MemoryDisk;
let machine: FakeProcesses;
let log: RecordingLog;

beforeEach(() => {
	clock = new FakeClock();
	disk = new MemoryDisk(() => clock.wall());
	machine = new FakeProcesses();
	log = new RecordingLog();
	for (const pid of [1, 2]) machine.start(pid, `${pid}00`);
});

async function take(pid: number, place = {}): Promise<RelayLock> {
	const processes = machine.seenBy(pid, place);
	let isOver = false;
	const taken = RelayLock.take({ directory: '/data', disk, clock, log, processes }).finally(() => {
		isOver = true;
	});
	taken.catch(() => undefined);
	for (let gone = 0; gone < 2 * CHALLENGE_WAIT_MS && !isOver; gone += 10) await clock.settle(10);
	return taken;
}

const REFUSED =
	'Another relay runs on the data directory /data: process 1 on relay. Stop it, or give this one another --data';

describe('the lock of a relay', () => {
	it('is for one relay, in one process too, and is given back', async () => {
		const first = await take(1);
		await expect(take(2)).rejects.toThrow(REFUSED);
		await expect(take(1)).rejects.toThrow(REFUSED);
		await first.release();
		expect(disk.files.size).toBe(0);
		expect((await take(2)).isHeld).toBe(true);
	});

	it.each([
		['after kill -9', () => machine.processes.delete(1)],
		['after a restart of the machine', () => Object.assign(machine, { boot: 'boot two' })],
		['when another process has its number', () => machine.start(1, '300')],
	])('blocks no start %s', async (_words, happens) => {
		await take(1);
		happens();
		const began = clock.now();
		expect((await take(2)).isHeld).toBe(true);
		expect(clock.now() - began).toBeLessThan(200_000);
	});

	it('blocks no start of a container that begins with the same number each time', async () => {
		await take(1);
		machine.start(1, '555');
		expect((await take(1, { namespace: 'pid:[9]' })).isHeld).toBe(true);
		expect(disk.text(PATH)).toContain('pid:[9]');
		expect([...disk.files.keys()]).toEqual([PATH]);
	});

	it('of a relay in another container is asked for: one that runs answers and keeps it', async () => {
		const first = await take(1, { namespace: 'pid:[9]' });
		const stop = clock.every(500, () => void first.answer());
		await expect(take(2)).rejects.toThrow('Another relay runs');
		stop();
		expect(disk.text(PATH)).toContain('pid:[9]');
		expect((await take(2)).isHeld).toBe(true);
		// The one that did not answer has lost it, and takes nothing away.
		await first.release();
		expect(disk.text(PATH)).toContain('pid:[1]');
	});

	it('that was cut off blocks no start', async () => {
		disk.write(PATH, '');
		expect((await take(2)).isHeld).toBe(true);
	});

	it.each(['ENOSPC', 'EROFS'] as const)(
		'that cannot be written (%s) is a warning, and is taken later',
		async (trouble) => {
			disk.trouble = trouble;
			const lock = await take(1);
			expect(lock.isHeld).toBe(false);
			expect(log.problems).toEqual([
				'warn: the data directory could not be locked: make sure that no other relay uses it',
			]);
			await expect(lock.retry()).rejects.toThrow(trouble);
			disk.trouble = undefined;
			await lock.retry();
			expect(lock.isHeld).toBe(true);
			await expect(take(2)).rejects.toThrow(REFUSED);
		},
	);

	it('is respected on a disk that cannot be written', async () => {
		await take(1);
		disk.trouble = 'EROFS';
		await expect(take(2)).rejects.toThrow(REFUSED);
		machine.processes.delete(1);
		expect((await take(2)).isHeld).toBe(false);
	});
});
