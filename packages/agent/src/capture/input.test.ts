import { PassThrough, Readable } from 'node:stream';
import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { jpeg } from '../rehearsal/pictures.ts';
import { until } from '../rehearsal/until.ts';
import { Watching } from '../rehearsal/watching.ts';
import { inputSource } from './input.ts';

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
			message: 'standard input ended after 5 bytes without a whole JPEG',
		});
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
