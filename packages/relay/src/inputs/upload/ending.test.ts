// When an upload ends early, and what is left of it.
import { type AccessUnit, annexBOf } from '@oriel/media';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264 } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { RecordingLog } from '@oriel/testing/recording-log';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { TestUpload } from '@oriel/testing/relay/upload';
import { rounds, until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';
import { removeKeys } from '../../auth/keys.ts';

const [KEY] = h264('k') as [AccessUnit];

async function start() {
	const clock = new FakeClock();
	const log = new RecordingLog();
	const relay = await RunningRelay.start({ clock, log, cameras: ['door'] });
	const url = `${relay.url}/cameras/door/ingest`;
	const held = () => relay.metric('oriel_memory_held_bytes{pool="incoming"}');
	return {
		clock,
		log,
		relay,
		upload: () => new TestUpload(url, relay.key('door')),
		held,
		async untilHeld() {
			while ((await held()) === 0) await rounds(1);
		},
		/** The lines of the log that say why uploads have ended. */
		left: () =>
			[...relay.logged.matchAll(/camera left.*?"via":"upload","reason":"([^"]*)"/g)].map(([, reason]) => reason),
		[Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
	};
}

it('one whose key is removed before its first picture is told so, once', async () => {
	await using on = await start();
	await using camera = on.upload();
	camera.write(jpeg(1).subarray(0, 50));
	await on.untilHeld();
	removeKeys(on.relay.files, 'door');
	on.clock.advance(1000);
	const { status, json } = await camera.answer();
	expect([status, json.error?.message]).toEqual([401, 'The publish key was removed']);
	expect(on.left()).toEqual(['The publish key was removed']);
});

it('one that breaks off in the middle of a picture holds nothing any more, and is said to have left', async () => {
	await using on = await start();
	const pending = await settled(on.clock, on.relay);
	await using camera = on.upload();
	camera.write(annexBOf([Uint8Array.of(0x09, 0x10)]));
	camera.write(KEY.annexB);
	await on.untilHeld();
	await until(() => on.clock.pending > pending);
	camera.call.destroy();
	await until(() => on.left().length > 0);
	expect(on.left()).toEqual(['the connection broke']);
	expect(await on.held()).toBe(0);
	// Neither the wait for silence nor the watch for a body that stands still is left.
	await until(() => on.clock.pending === pending);
});

/** The number of timers of a relay that has nothing to do. */
async function settled(clock: FakeClock, relay: RunningRelay): Promise<number> {
	await relay.relay.kept();
	clock.advance(3000);
	await rounds();
	return clock.pending;
}

it('a picture is dated by its first byte, though its format shows later', async () => {
	await using on = await start();
	await using viewer = await on.relay.viewer();
	viewer.watch('door');
	await using camera = on.upload();
	const startedAt = on.clock.now();
	const bytes = jpeg(1);
	for (const end of [1, 2, 3]) {
		camera.write(bytes.subarray(end - 1, end));
		await on.untilHeld();
		await rounds();
		on.clock.advance(300);
	}
	camera.write(bytes.subarray(3));
	const { capturedAt } = await until(() => viewer.frames[0]);
	expect(Math.abs(capturedAt - startedAt)).toBeLessThan(10);
	expect(camera.status).toBeUndefined();
});

it('what was skipped is counted for the camera, and no B-frames are warned of without any', async () => {
	await using on = await start();
	await using camera = on.upload();
	camera.call.end(Buffer.concat([jpeg(1), Buffer.alloc(9, 0xfe), jpeg(3)]));
	const { status, json } = await camera.answer();
	expect([status, json]).toEqual([200, { frames: 2, skippedBytes: 9 }]);
	expect(await on.relay.metric('oriel_ingest_skipped_bytes_total{camera="door"}')).toBe(9);
	expect(on.log.problems).toEqual([]);
});
