import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AccessUnit, inspectJpeg } from '@oriel/media';
import { FakeClock } from '@oriel/testing/fake-clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from '../hub/frame.ts';
import { lonelyCamera } from '../rehearsal/camera.ts';
import { h264 } from '../rehearsal/h264.ts';
import { KeyFrameDecoder, MAX_DECODERS } from './key-frame.ts';

const [KEY] = h264('K') as [AccessUnit];

let folder = '';
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-decode-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that writes down that it begins, does `work`, and writes down that it ends. */
function program(name: string, work: string) {
	const [path, diary] = [join(folder, name), join(folder, `${name}.txt`)];
	writeFileSync(diary, '');
	writeFileSync(path, `#!/bin/sh\nprintf '+' >>'${diary}'\n${work}\nprintf -- '-' >>'${diary}'\n`);
	chmodSync(path, 0o755);
	return { path, diary: () => readFileSync(diary, 'utf8') };
}

function frame(sequence: number, payload: Uint8Array = KEY.annexB): Frame {
	return { camera: 1, sequence, key: true, capturedAt: sequence * 1000, receivedAt: 0, payload };
}

const camera = (number = 1) => lonelyCamera(new FakeClock(), () => {}, number);

describe('the decoder of key frames', () => {
	it('makes a JPEG of the same size with ffmpeg, once a frame and never two at once for a camera', async () => {
		const counted = program('counted', 'ffmpeg "$@"');
		const decoder = new KeyFrameDecoder(counted.path);
		const [door, first, second] = [camera(), frame(1), frame(2)];
		const [one, same, early] = await Promise.all([first, first, second].map((key) => decoder.jpegOf(door, key)));
		expect(inspectJpeg(one?.payload ?? new Uint8Array())).toMatchObject({ width: 160, height: 128 });
		expect(same).toBe(one);
		expect(early, 'says when it was taken, not when the newest was').toMatchObject({ capturedAt: 1000 });
		expect(await decoder.jpegOf(door, first)).toBe(one);
		expect(counted.diary()).toBe('+-');
		expect(await decoder.jpegOf(door, second)).toMatchObject({ capturedAt: 2000 });
		expect(counted.diary()).toBe('+-+-');
	});

	it('does a few at a time, however many cameras are asked for', async () => {
		const slow = program('slow', 'cat >/dev/null; sleep 0.05; printf jpeg');
		const decoder = new KeyFrameDecoder(slow.path);
		const all = Array.from({ length: 5 }, (_, index) => decoder.jpegOf(camera(index + 1), frame(index)));
		expect(await Promise.all(all)).toHaveLength(5);
		let most = 0;
		let now = 0;
		for (const letter of slow.diary()) {
			now += letter === '+' ? 1 : -1;
			most = Math.max(most, now);
		}
		expect([most, slow.diary().length]).toEqual([MAX_DECODERS, 10]);
	});

	it('says in words that there is no ffmpeg, every time', async () => {
		const decoder = new KeyFrameDecoder('there-is-no-such-ffmpeg');
		for (let count = 0; count < 2 * MAX_DECODERS + 1; count++) {
			await expect(decoder.jpegOf(camera(), frame(count))).rejects.toMatchObject({
				code: 'not-supported',
				message: expect.stringContaining('needs ffmpeg on the relay'),
			});
		}
	});

	it('says what ffmpeg says of a frame that it cannot decode, and goes on with the next', async () => {
		const decoder = new KeyFrameDecoder();
		const door = camera();
		const broken = frame(1, Uint8Array.of(0, 0, 0, 1, 0x65, 1, 2, 3));
		await expect(decoder.jpegOf(door, broken)).rejects.toMatchObject({
			code: 'no-picture',
			message: expect.stringMatching(/^ffmpeg could not decode the newest key frame: .+/),
		});
		expect((await decoder.jpegOf(door, frame(2))).payload.length).toBeGreaterThan(500);
	});

	it('is not confused by a program that reads nothing and ends at once', async () => {
		const hasty = program('hasty', 'true');
		const big = frame(1, new Uint8Array(2_000_000));
		await expect(new KeyFrameDecoder(hasty.path).jpegOf(camera(), big)).rejects.toMatchObject({ code: 'no-picture' });
	});
});
