import { FakeBuffer } from '@oriel/testing/web/fake-media';
import { expect, it } from 'vitest';
import { MAX_QUEUED_BYTES, SourceQueue } from './source-queue.ts';

function feeder() {
	const buffer = new FakeBuffer();
	const broken: string[] = [];
	const queue = new SourceQueue(buffer, (reason) => broken.push(reason));
	return { buffer, broken, queue };
}

const bytes = (...values: number[]) => Uint8Array.from(values);

it('does one thing after the other, and appends in one go what waits', () => {
	const { buffer, queue } = feeder();
	const done: number[] = [];
	for (const value of [1, 2, 3]) queue.append(bytes(value), () => done.push(value));
	queue.trim(2);
	queue.changeType('video/mp4');
	queue.append(bytes(4));
	expect(buffer.appended).toEqual([bytes(1)]);
	expect(done).toEqual([]);
	buffer.finish();
	expect(buffer.appended).toEqual([bytes(1), bytes(2, 3), bytes(4)]);
	expect(buffer.removed).toEqual([2]);
	expect(buffer.types).toEqual(['video/mp4']);
	expect(done).toEqual([1, 2, 3]);
	expect(queue.isIdle).toBe(true);
});

it('tells when the buffer takes nothing', () => {
	const { buffer, broken, queue } = feeder();
	buffer.failure = new Error('QuotaExceededError');
	queue.append(bytes(1));
	expect(broken).toEqual(['QuotaExceededError']);
	buffer.onerror?.();
	expect(broken).toHaveLength(2);
});

it('lets only so much wait', () => {
	const { broken, queue } = feeder();
	queue.append(bytes(1));
	queue.append(new Uint8Array(MAX_QUEUED_BYTES));
	expect(broken).toEqual([]);
	queue.append(bytes(1));
	expect(broken).toEqual(['The browser takes no more pictures']);
});

it('does nothing after its end', () => {
	const { buffer, queue } = feeder();
	queue.append(bytes(1));
	queue.append(bytes(2));
	queue.close();
	buffer.finish();
	expect(buffer.appended).toHaveLength(1);
});
