import { type AccessUnit, inspectJpeg } from '@oriel/media';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264 } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { lonelyCamera, publishTo, pushDelta } from '@oriel/testing/relay/camera';
import { plentyOfMemory } from '@oriel/testing/relay/memory';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { MAX_GOP_FRAMES } from '../../core/frame-cache.ts';
import { KeyFrameDecoder } from '../../decode/key-frame.ts';
import type { Exchange } from '../../http/route.ts';
import { Wakings } from './next-picture.ts';
import { sendSnapshot } from './snapshot.ts';

describe('snapshot.jpg', () => {
	it('is the newest picture with the time it was taken, kept by no cache', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		const get = (method = 'GET') =>
			fetch(`${relay.url}/cameras/door/snapshot.jpg`, {
				method,
				headers: { authorization: `Bearer ${relay.token()}` },
			});
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, jpeg(1));
		agent.frame(1, jpeg(2));
		await until(() => agent.last('ack')?.sequence === 1);
		clock.advance(65_000);
		const answer = await get();
		expect(answer.status).toBe(200);
		expect(Object.fromEntries(answer.headers)).toMatchObject({
			'content-type': 'image/jpeg',
			'cache-control': 'private, no-store',
			'last-modified': 'Sun, 22 Nov 2026 14:02:00 GMT',
			'content-disposition': 'inline; filename="door-2026-11-22T14-02-00-000Z.jpg"',
		});
		expect(Buffer.compare(new Uint8Array(await answer.arrayBuffer()), jpeg(2))).toBe(0);
		const head = await get('HEAD');
		expect([head.status, head.headers.get('content-length')]).toEqual([200, String(jpeg(2).length)]);
		expect(await head.text()).toBe('');
	});

	it('before the first picture is 503, with a time to ask again', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		const headers = { authorization: `Bearer ${relay.token()}` };
		const answer = await fetch(`${relay.url}/cameras/door/snapshot.jpg`, { headers });
		expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
		expect(await answer.json()).toMatchObject({ error: { code: 'no-picture' } });
	});
});

const [KEY] = h264('k') as [AccessUnit];

/** An H.264 camera and what a snapshot of it shows; `program` is what decodes. */
function setUp(program?: string | Pick<KeyFrameDecoder, 'jpegOf'>, codec: 'h264' | 'jpeg' = 'h264') {
	const clock = new FakeClock();
	const camera = lonelyCamera(clock);
	const stream = publishTo(camera);
	stream.video.describe({ codec, width: 160, height: 128 });
	const decoder = typeof program === 'object' ? program : new KeyFrameDecoder(program);
	const memory = plentyOfMemory();
	let close = () => {};
	const options = {
		...{ clock, decoder: decoder as KeyFrameDecoder, wakings: new Wakings(clock) },
		...memory,
	};
	const snapshot = async (destroyed = false) => {
		const seen: { body: Uint8Array; taken: string } = { body: new Uint8Array(), taken: '' };
		const response = {
			destroyed,
			destroy() {},
			writeHead: (_status: number, headers: Record<string, string>) => {
				seen.taken = headers['last-modified'] ?? '';
			},
			once: (_event: string, listener: () => void) => {
				close = listener;
			},
			end: (body: Uint8Array) => {
				seen.body = body;
			},
		};
		await sendSnapshot(camera.video, { response } as unknown as Exchange<unknown>, options);
		return seen;
	};
	return {
		clock,
		camera,
		memory,
		stream,
		snapshot,
		close: () => close(),
		key: () => stream.video.push({ key: true, capturedAt: clock.now(), data: KEY.annexB }),
		poster: () => stream.poster({ capturedAt: clock.now(), data: jpeg(77) }),
	};
}

const isPoster = ({ body }: { body: Uint8Array }) => Buffer.compare(body, jpeg(77)) === 0;

describe('snapshot.jpg of an H.264 camera', () => {
	it('is its key frame decoded, with the time of that', async () => {
		const { clock, key, snapshot } = setUp();
		key();
		clock.advance(30_000);
		const { body, taken } = await snapshot();
		expect(inspectJpeg(body)).toMatchObject({ width: 160, height: 128 });
		expect(taken).toBe('Sun, 22 Nov 2026 14:02:00 GMT');
	});

	it('is its poster, without any decoding, as long as the pictures are not much newer', async () => {
		const { clock, poster, key, snapshot } = setUp('no-such-ffmpeg');
		poster();
		expect(isPoster(await snapshot())).toBe(true);
		clock.advance(9000);
		key();
		expect(isPoster(await snapshot())).toBe(true);
	});

	it('is not a poster of ten minutes ago while newer pictures come, unless nothing can decode them', async () => {
		for (const [program, wanted] of [
			[undefined, false],
			['no-such-ffmpeg', true],
		] as const) {
			const { clock, poster, key, snapshot } = setUp(program);
			poster();
			clock.advance(600_000);
			key();
			expect(isPoster(await snapshot())).toBe(wanted);
		}
	});

	it('is still its key frame when the group has outgrown its limits', async () => {
		const { key, stream, snapshot } = setUp();
		key();
		for (let count = 0; count <= MAX_GOP_FRAMES; count++) pushDelta(stream);
		expect(inspectJpeg((await snapshot()).body)).toMatchObject({ width: 160 });
	});

	it('is 501 in words without poster and ffmpeg, and 503 before the first picture', async () => {
		const { key, snapshot } = setUp('no-such-ffmpeg');
		await expect(snapshot()).rejects.toMatchObject({ code: 'no-picture' });
		key();
		const words = expect.stringMatching(/needs ffmpeg on the relay, or a camera that sends posters/);
		await expect(snapshot()).rejects.toMatchObject({ code: 'not-supported', message: words });
	});

	it.each([
		[9999, true],
		[10_000, false],
	])('is its poster until the key frame is 10 s newer: after %d ms %s', async (later, isStillPoster) => {
		const { clock, poster, key, snapshot } = setUp({
			jpegOf: async (_camera, { capturedAt }) => ({ capturedAt, data: jpeg(5) }),
		});
		poster();
		clock.advance(later);
		key();
		expect(isPoster(await snapshot())).toBe(isStillPoster);
	});
});

describe('snapshot.jpg', () => {
	it.each([
		[10_000, false],
		[10_001, true],
	])('of a JPEG camera is its poster once that is more than 10 s newer: after %d ms %s', async (later, wanted) => {
		const { clock, poster, key, snapshot } = setUp(undefined, 'jpeg');
		key();
		clock.advance(later);
		poster();
		expect(isPoster(await snapshot())).toBe(wanted);
	});

	it('is held until it has been taken, and counted', async () => {
		const { memory, camera, poster, snapshot, close } = setUp();
		poster();
		await snapshot();
		expect(memory.unsent.used).toBe(jpeg(77).length);
		expect(camera.video.counters.egress('snapshot')).toMatchObject({ frames: 1, bytes: jpeg(77).length });
		close();
		expect(memory.unsent.used).toBe(0);
	});

	it('is not sent to a client that has gone meanwhile, and nothing is held for it', async () => {
		const { memory, camera, poster, snapshot } = setUp();
		poster();
		expect((await snapshot(true)).body.length).toBe(0);
		expect([memory.unsent.used, camera.video.counters.egress('snapshot').frames]).toEqual([0, 0]);
	});
});
