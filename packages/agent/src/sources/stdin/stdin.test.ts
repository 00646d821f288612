import { PassThrough, Readable } from 'node:stream';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { flvStream, h264Units } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { inputSource } from './stdin.ts';

async function played(input: Readable, maxPictureBytes = 100_000) {
	const watching = new Watching(inputSource({ input, maxPictureBytes, clock: new FakeClock() }));
	await until(() => watching.outcome !== 'running');
	expect(input.destroyed).toBe(true);
	return watching;
}

describe('inputSource', () => {
	it('tells an end after pictures from an end without', async () => {
		const some = await played(Readable.from([jpeg(1), jpeg(2)]));
		expect(some.failure).toMatchObject({
			code: 'ended',
			again: 'never',
			message: 'standard input ended after 2 pictures',
		});
		const none = await played(Readable.from([Buffer.from('hello')]));
		expect(none.failure).toMatchObject({
			code: 'no-picture',
			message: 'standard input ended after 5 bytes without a whole picture',
		});
	});

	it.each([
		['H.264', Buffer.concat(h264Units('kdd'))],
		['FLV', flvStream(h264Units('kdd'))],
	])('takes %s for what it is, to its very last picture', async (_name, bytes) => {
		const seen = await played(Readable.from([bytes.subarray(0, 100), bytes.subarray(100)]));
		expect(seen.frames.map(({ key, format }) => [key, format.codec])).toEqual([
			[true, 'h264'],
			[false, 'h264'],
			[false, 'h264'],
		]);
		expect(seen.failure?.message).toBe('standard input ended after 3 pictures');
	});

	it('ends for good on what holds no pictures', async () => {
		const seen = await played(Readable.from([Buffer.from('<html>no camera here</html>')]));
		expect(seen.failure).toMatchObject({
			code: 'no-picture',
			again: 'never',
			message: 'standard input brings text: a web page (HTML); expected JPEG, H.264 (Annex B) or FLV',
		});
	});

	it('gives out the picture before a silence while the pipe is open', async () => {
		const input = new PassThrough();
		const clock = new FakeClock(0);
		const watching = new Watching(inputSource({ input, maxPictureBytes: 100_000, clock }));
		input.write(Buffer.concat(h264Units('kd')));
		await until(() => watching.frames.length === 1);
		clock.advance(3);
		expect(watching.frames).toHaveLength(2);
		watching.stop();
		await until(() => watching.outcome === 'stopped');
		expect(clock.pending).toBe(0);
	});

	it('reports a pipe that breaks', async () => {
		const input = new PassThrough();
		setImmediate(() => input.destroy(new Error('EIO: read')));
		expect((await played(input)).failure).toMatchObject({ code: 'broken', message: 'standard input broke: EIO: read' });
	});

	it('ends for good on a picture over the limit', async () => {
		const seen = await played(Readable.from([jpeg(1)]), 300);
		expect(seen.failure).toMatchObject({ code: 'too-large', again: 'never' });
	});
});
