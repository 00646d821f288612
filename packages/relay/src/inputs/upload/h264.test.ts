import { type AccessUnit, annexBOf, openReader } from '@oriel/media';
import { FakeClock } from '@oriel/testing/fake-clock';
import { annexBStream, flvStream, h264 } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { RecordingLog } from '@oriel/testing/recording-log';
import { ask } from '@oriel/testing/relay/ask';
import type { Peer } from '@oriel/testing/relay/peer';
import { pieces } from '@oriel/testing/relay/pieces';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { TestUpload } from '@oriel/testing/relay/upload';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';

const UNITS = h264('kdddddddd');
const BYTES = UNITS.map(({ annexB }) => annexB);
const TWO = h264('kdk');
const HEVC = 12;

/** A B slice that says no more than that it is one: slice_type 6. */
const B_SLICE = annexBOf([Uint8Array.of(0x01, 0b1_00111_1_1, 0x80)]);

/** A relay, a viewer that acknowledges all it gets, and a way to upload. */
async function setUp() {
	const clock = new FakeClock();
	const log = new RecordingLog();
	const relay = await RunningRelay.start({ clock, log, cameras: ['door'] });
	const viewer = await relay.viewer();
	viewer.watch('door');
	viewer.onFrame = (frame) => {
		viewer.received.push(frame);
		viewer.ack(frame);
	};
	return {
		clock,
		log,
		relay,
		viewer,
		upload: () => new TestUpload(`${relay.url}/cameras/door/ingest`, relay.key('door')),
		async [Symbol.asyncDispose]() {
			await viewer[Symbol.asyncDispose]();
			await relay[Symbol.asyncDispose]();
		},
	};
}

function expectFrames(viewer: Peer, wanted: readonly { readonly data: Uint8Array; readonly key: boolean }[]): void {
	expect(viewer.frames.map(({ key }) => key)).toEqual(wanted.map(({ key }) => key));
	for (const [index, { data }] of viewer.frames.entries()) {
		expect(Buffer.compare(data, wanted[index]?.data ?? new Uint8Array())).toBe(0);
	}
}

/** Writes to an upload and awaits that the relay waits for a silence after it. */
async function writeAndWait(clock: FakeClock, camera: TestUpload, bytes: Uint8Array): Promise<void> {
	const before = clock.pending;
	camera.write(bytes);
	await until(() => clock.pending > before);
}

describe('an upload of H.264', () => {
	it('as flv that comes in bursts has the times at which its pictures were taken', async () => {
		await using on = await setUp();
		await using camera = on.upload();
		const whole = flvStream(BYTES);
		const endOf = (count: number) => flvStream(BYTES.slice(0, count)).length;
		const startedAt = on.clock.now();
		// A picture every 40 ms. The first three come at once each; the others wait for the last in some buffer.
		for (const count of [1, 2, 3]) {
			camera.write(whole.subarray(count === 1 ? 0 : endOf(count - 1), endOf(count)));
			await until(() => on.viewer.frames.length === count);
			on.clock.advance(40);
		}
		on.clock.advance(5 * 40);
		camera.write(whole.subarray(endOf(3)));
		await until(() => on.viewer.frames.length === UNITS.length);
		for (const [index, { capturedAt }] of on.viewer.frames.entries())
			expect(Math.abs(capturedAt - startedAt - index * 40_000)).toBeLessThan(200);
	});

	it.each([
		['h264', annexBStream(UNITS), 3],
		['h264', annexBStream(UNITS), 77],
		['flv', flvStream(BYTES), 3],
		['flv', flvStream(BYTES), 77],
	] as const)('as %s gives the frames that the reader gives, however the bytes are cut', async (kind, body, seed) => {
		await using on = await setUp();
		await using camera = on.upload();
		for (const piece of pieces(body, seed)) camera.write(piece);
		camera.call.end();
		expect((await camera.answer()).json).toEqual({ frames: UNITS.length, skippedBytes: 0 });
		await until(() => on.viewer.frames.length === UNITS.length);
		const reader = openReader(kind, { maxBytes: 1_000_000 });
		expectFrames(on.viewer, [...reader.push(body), ...reader.flush()]);
		expect(on.viewer.all('announce').some(({ codec, width }) => codec === 'h264' && width === 160)).toBe(true);
		expect(on.viewer.last('announce')?.codecString).toMatch(/^avc1\./);
	});

	it('passes a picture on when the camera has been silent for a moment, for nothing says that it is whole', async () => {
		await using on = await setUp();
		await using camera = on.upload();
		await writeAndWait(on.clock, camera, UNITS[0]?.annexB ?? new Uint8Array());
		on.clock.advance(49);
		await rounds();
		expect(on.viewer.frames).toEqual([]);
		on.clock.advance(1);
		expect((await until(() => on.viewer.frames[0])).key).toBe(true);
		await writeAndWait(on.clock, camera, UNITS[1]?.annexB ?? new Uint8Array());
		on.clock.advance(50);
		await until(() => on.viewer.frames.length === 2);
		expectFrames(
			on.viewer,
			UNITS.slice(0, 2).map(({ annexB, key }) => ({ data: annexB, key })),
		);
	});

	it('waits longer once it has taken half a picture for a whole one, and passes nothing on that depends on it', async () => {
		await using on = await setUp();
		await using camera = on.upload();
		const [key, delta, next] = TWO as [AccessUnit, AccessUnit, AccessUnit];
		const cut = key.annexB.length - 100;
		await writeAndWait(on.clock, camera, key.annexB.subarray(0, cut));
		on.clock.advance(50);
		await until(() => on.viewer.frames.length === 1);
		await writeAndWait(on.clock, camera, Buffer.concat([key.annexB.subarray(cut), delta.annexB, next.annexB]));
		on.clock.advance(99);
		await rounds();
		expect(on.viewer.frames).toHaveLength(1);
		on.clock.advance(1);
		await until(() => on.viewer.frames.length === 2);
		expect(on.viewer.frames.map((frame) => frame.key)).toEqual([true, true]);
		expect(Buffer.compare(on.viewer.frames[1]?.data ?? key.annexB, next.annexB)).toBe(0);
	});

	it('whose last picture is broken when it is flushed loses that picture, and goes on', async () => {
		await using on = await setUp();
		await using camera = on.upload();
		camera.write(annexBStream(UNITS));
		const broken = annexBOf([Uint8Array.of(0x67, 66, 0), Uint8Array.of(0x65, 0x80)]);
		await writeAndWait(on.clock, camera, broken);
		await until(() => on.viewer.frames.length === UNITS.length);
		on.clock.advance(50);
		camera.call.end(annexBStream(UNITS));
		const { status, json } = await camera.answer();
		expect([status, json.frames]).toEqual([200, 2 * UNITS.length]);
		expect((await ask(`${on.relay.url}/healthz`)).status).toBe(200);
	});

	it('in FLV of another codec gets 415 that names it, and takes no other’s place', async () => {
		await using on = await setUp();
		await using good = on.upload();
		good.write(jpeg(1));
		await until(() => on.viewer.frames.length === 1);
		await using bad = on.upload();
		bad.write(flvStream(BYTES, { codec: HEVC }));
		const { status, json } = await bad.answer();
		expect([status, json.error?.message]).toEqual([415, expect.stringContaining('carries H.265 (HEVC); only H.264')]);
		good.call.end(jpeg(2));
		expect((await good.answer()).json.frames).toBe(2);
	});

	it('whose size changes is announced again, and its stream.mp4 ends: a file has one size', async () => {
		await using on = await setUp();
		await using camera = on.upload();
		camera.write(annexBStream(UNITS));
		await until(() => on.viewer.last('announce')?.width === 160);
		const headers = { authorization: `Bearer ${on.relay.token()}` };
		const film = ask(`${on.relay.url}/cameras/door/stream.mp4`, { headers });
		const metrics = async () => (await ask(`${on.relay.url}/metrics`)).text;
		while (!(await metrics()).includes('oriel_viewers{camera="door",transport="mp4"} 1')) await rounds(1);
		camera.write(annexBStream(h264('kd', 320, 192)));
		const wanted = { codec: 'h264', width: 320, height: 192 };
		await until(() => on.viewer.last('announce')?.width === 320);
		expect(on.viewer.last('announce')).toMatchObject(wanted);
		expect((await film.catch((error: Error) => error)) instanceof Error, 'the connection ends').toBe(false);
	});

	it('with B-frames is warned of once', async () => {
		await using on = await setUp();
		await using camera = on.upload();
		camera.write(annexBStream(UNITS));
		camera.write(Buffer.concat([B_SLICE, B_SLICE, B_SLICE, B_SLICE]));
		camera.call.end();
		expect((await camera.answer()).json.frames).toBe(UNITS.length + 4);
		expect(on.log.problems).toEqual([expect.stringMatching(/^warn: B-frames cost delay: /)]);
	});
});
