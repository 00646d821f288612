import { silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { lonelyCamera, publishTo, push, pushDelta } from '@oriel/testing/relay/camera';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Camera } from '../core/camera.ts';
import type { Publication } from '../core/publication.ts';
import { FrameBudget } from './frame-budget.ts';
import { BUFFER_OVERHEAD } from './limits.ts';

const KIB = 1024;
const MAX = 100 * KIB;

function setUp(names: readonly string[], budget = new FrameBudget(MAX)) {
	const clock = new FakeClock();
	const cameras = names.map((name, at) => {
		const camera = new Camera({
			...{ number: at + 1, name, title: name, clock, log: silentLog, changed: () => {}, frames: budget },
		});
		const stream = publishTo(camera);
		stream.video.describe({ codec: 'h264', width: 16, height: 16 });
		return { camera, stream };
	});
	return { clock, budget, cameras: cameras as [Made, Made, Made] };
}

interface Made {
	readonly camera: Camera;
	readonly stream: Publication;
}

describe('the memory of frames', () => {
	it('counts the whole buffer of what is kept, which is never much more than the frame', () => {
		const { budget, cameras } = setUp(['door']);
		const message = new Uint8Array(8 * KIB * KIB);
		push(cameras[0].stream, message.subarray(100, 300));
		for (let count = 0; count < 20; count++) pushDelta(cameras[0].stream, message.subarray(count, count + 200));
		expect(budget.used).toBe(21 * (200 + BUFFER_OVERHEAD));
		expect(cameras[0].camera.video.newest?.data.buffer.byteLength).toBe(200);
	});

	it('counts posters, and copies for viewers as long as their frame is kept', () => {
		const { budget, cameras } = setUp(['door']);
		const [{ camera, stream }] = cameras;
		push(stream, new Uint8Array(1000));
		const key = camera.video.newestKey;
		if (!key) throw new Error('No key frame');
		const before = budget.used;
		camera.video.onCopied(key, 1200);
		expect(budget.used - before).toBe(1200 + BUFFER_OVERHEAD);
		stream.poster({ capturedAt: 0, data: new Uint8Array(64 * KIB).subarray(0, 500) });
		expect(budget.used - before).toBe(1700 + 2 * BUFFER_OVERHEAD);
		push(stream, new Uint8Array(1000));
		expect(budget.used - before, 'the copy went with its frame').toBe(500 + BUFFER_OVERHEAD);
		camera.video.onCopied(key, 1_000_000);
		expect(budget.used - before, 'a frame that is not kept holds nothing').toBe(500 + BUFFER_OVERHEAD);
	});

	it('when full, is taken from the longest group, whose followers go on', () => {
		const { budget, cameras } = setUp(['long', 'short']);
		const [long, short] = cameras;
		push(short.stream, new Uint8Array(5 * KIB));
		pushDelta(short.stream, new Uint8Array(5 * KIB));
		push(long.stream, new Uint8Array(5 * KIB));
		let last = long.camera.video.after(undefined);
		for (let count = 0; count < 100; count++) {
			pushDelta(long.stream, new Uint8Array(5 * KIB));
			const next = long.camera.video.after(last?.sequence);
			expect(next?.sequence, 'a viewer who is not behind').toBe((last?.sequence ?? 0) + 1);
			last = next;
			expect(budget.used).toBeLessThanOrEqual(MAX);
		}
		const key = long.camera.video.after(undefined);
		expect(key?.key, 'for snapshots and new viewers').toBe(true);
		expect(long.camera.video.after(key?.sequence), 'joined again at the next key frame').toBeUndefined();
		expect(short.camera.video.after(undefined)?.key, 'the other camera is not touched').toBe(true);
		push(long.stream, new Uint8Array(5 * KIB));
		expect(long.camera.video.after(undefined)?.key).toBe(true);
	});

	it('when nothing can be shortened, is taken from the camera that has been silent longest, which goes on', () => {
		const { budget, cameras } = setUp(['silent', 'second', 'third']);
		const [silent, second, third] = cameras;
		for (const { stream } of [silent, second, third]) push(stream, new Uint8Array(30 * KIB));
		push(silent.stream, new Uint8Array(30 * KIB));
		push(third.stream, new Uint8Array(45 * KIB));
		expect(second.camera.video.newestKey).toBeUndefined();
		expect(second.camera.condition.state).toBe('live');
		expect([silent, third].map(({ camera }) => camera.video.newestKey !== undefined)).toEqual([true, true]);
		push(second.stream, new Uint8Array(10 * KIB));
		expect(second.camera.video.after(undefined)?.key).toBe(true);
		expect(budget.used).toBeLessThanOrEqual(MAX);
	});

	it('is given back by cameras that are removed, that change their codec, and that are paused', () => {
		const { budget, cameras } = setUp(['door']);
		const [{ camera, stream }] = cameras;
		push(stream, new Uint8Array(KIB));
		stream.video.describe({ codec: 'jpeg', width: 16, height: 16 });
		expect(budget.used).toBe(0);
		push(stream, new Uint8Array(KIB));
		stream.poster({ capturedAt: 0, data: new Uint8Array(KIB) });
		camera.remove();
		expect(budget.used).toBe(0);
	});

	it('is never passed, whatever cameras send, and what is counted is what is kept', () => {
		const step = fc.record({
			camera: fc.nat({ max: 2 }),
			kind: fc.constantFrom('key', 'delta', 'poster', 'copy', 'lost', 'jpeg', 'h264'),
			bytes: fc.integer({ min: 1, max: 20 * KIB }),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
				const { budget, cameras } = setUp(['a', 'b', 'c']);
				for (const { camera: at, kind, bytes } of steps) {
					const { camera, stream } = cameras[at] ?? cameras[0];
					const data = new Uint8Array(bytes);
					if (kind === 'key') push(stream, data);
					else if (kind === 'delta') pushDelta(stream, data);
					else if (kind === 'poster') stream.poster({ capturedAt: 0, data });
					else if (kind === 'lost') stream.video.lost();
					else if (kind === 'copy') {
						const frame = camera.video.after(undefined);
						if (frame) camera.video.onCopied(frame, bytes);
					} else stream.video.describe({ codec: kind, width: 1, height: 1 });
					expect(budget.used).toBeLessThanOrEqual(MAX);
					const kept = cameras.flatMap(({ camera: each }) => [each.video.newestKey, each.video.poster]);
					expect(budget.used).toBeGreaterThanOrEqual(
						kept.reduce((sum, frame) => sum + (frame ? frame.data.length : 0), 0),
					);
				}
				for (const { camera } of cameras) camera.remove();
				expect(budget.used).toBe(0);
			}),
		);
	});
});

it('a camera outside of any hub has no limit', () => {
	const camera = lonelyCamera(new FakeClock());
	push(publishTo(camera), new Uint8Array(5));
	expect(camera.video.newest).toBeDefined();
});
