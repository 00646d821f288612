import { FakeClock } from '@oriel/testing/fake-clock';
import { FakeProcesses } from '@oriel/testing/relay/fake-processes';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { beforeEach, describe, expect, it } from 'vitest';
import { LockFile } from './lock-file.ts';
import { UPDATE_LOCK_STALE_WAIT_MS, UPDATE_LOCK_WAIT_MS, UpdateLock } from './update-lock.ts';

const PATH = '/data/update.lock';

let clock: FakeClock;
let disk: MemoryDisk;
let machine: FakeProcesses;

beforeEach(() => {
	clock = new FakeClock();
	disk = new MemoryDisk(() => clock.wall());
	machine = new FakeProcesses();
	for (const pid of [1, 2, 3]) machine.start(pid, `${pid}00`);
});

const lockOf = (pid: number, namespace = 'pid:[1]') =>
	new UpdateLock({ directory: '/data', disk, clock, processes: machine.seenBy(pid, { namespace }) });

/** Lets time go on until `promise` settles. */
async function inTime<T>(promise: Promise<T>, patience = 60_000): Promise<T> {
	let isOver = false;
	const over = promise.finally(() => {
		isOver = true;
	});
	over.catch(() => undefined);
	for (let gone = 0; gone < patience && !isOver; gone += 10) await clock.settle(10);
	return over;
}

describe('the lock of an update', () => {
	it('is had by one after the other, and leaves nothing behind', async () => {
		const order: number[] = [];
		let inside = 0;
		const update = async (pid: number) => {
			const held = await lockOf(pid).take();
			expect(++inside).toBe(1);
			await clock.settle();
			order.push(pid);
			inside--;
			await held.confirm();
			await held.release();
		};
		await inTime(Promise.all([1, 2, 3, 1, 2, 3].map(update)));
		expect(order.sort()).toEqual([1, 1, 2, 2, 3, 3]);
		expect(disk.files.size).toBe(0);
	});

	it('of a process that was killed is taken over at once', async () => {
		await lockOf(1).take();
		machine.processes.delete(1);
		const held = await inTime(lockOf(2).take(), 50);
		await held.confirm();
	});

	it('of a process that lives is waited for, and no longer than is said, with its name and what to do', async () => {
		await lockOf(1).take();
		const waiting = lockOf(2).take();
		await expect(inTime(waiting)).rejects.toThrow(
			`/data is being changed by process 1 on relay; waited ${UPDATE_LOCK_WAIT_MS / 1000} s for it`,
		);
		expect(disk.text(PATH)).toContain('"pid":1');
	});

	it.each([
		['in another container', async () => void (await lockOf(1, 'pid:[2]').take())],
		['that was cut off before it was written', async () => disk.write(PATH, '')],
	])('%s is stale when it is old, not before', async (_words, lock) => {
		await lock();
		const began = clock.wall();
		await inTime(lockOf(2).take());
		expect(clock.wall() - began).toBeGreaterThanOrEqual(UPDATE_LOCK_STALE_WAIT_MS);
		expect(disk.text(PATH)).toContain('"pid":2');
	});

	it('that was taken for stale is noticed before anything is replaced, and the new one is left alone', async () => {
		const slow = await lockOf(1, 'pid:[2]').take();
		const held = await inTime(lockOf(2).take());
		await expect(slow.confirm()).rejects.toThrow('was taken by another program');
		await slow.release();
		await held.confirm();
	});

	it('that is stale is taken by one of many who find it, every time', async () => {
		for (let round = 0; round < 50; round++) {
			const made = new FakeProcesses();
			for (const pid of [2, 3, 4, 5]) made.start(pid, '1');
			disk.write(PATH, '{"pid":1,"host":"relay","boot":"boot one","started":"1","namespace":"pid:[1]","nonce":"x"}');
			let inside = 0;
			let most = 0;
			const update = async (pid: number) => {
				const held = await new UpdateLock({ directory: '/data', disk, clock, processes: made.seenBy(pid) }).take();
				most = Math.max(most, ++inside);
				for (let step = 0; step < round % 7; step++) await clock.settle();
				inside--;
				await held.release();
			};
			await inTime(Promise.all([2, 3, 4, 5].map(update)));
			expect(most).toBe(1);
			expect(disk.files.size).toBe(0);
		}
	});

	it('is not stolen by who judged the one before it', async () => {
		const lock = new LockFile(PATH, disk);
		disk.write(PATH, 'stale');
		const judged = await lock.look();
		// Meanwhile another has stolen it and made its own.
		disk.write(PATH, 'fresh');
		await lock.steal(judged?.text ?? '', clock.wall());
		expect(disk.text(PATH)).toBe('fresh');
		await lock.release('stale');
		expect([...disk.files.keys()]).toEqual([PATH]);
	});

	it('whose thief was killed too is had in the end', async () => {
		disk.write(PATH, '{"pid":1,"host":"relay","boot":"boot one","started":"9","namespace":"pid:[1]","nonce":"x"}');
		disk.write(`${PATH}.steal`, '');
		await inTime(lockOf(2).take());
	});

	it.each(['ENOSPC', 'EROFS', 'EIO'] as const)('on a disk with %s is refused by its words', async (trouble) => {
		disk.trouble = trouble;
		await expect(lockOf(1).take()).rejects.toThrow(trouble);
	});
});
