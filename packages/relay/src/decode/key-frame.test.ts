import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AccessUnit, AccessUnitAssembler, annexBOf, inspectJpeg, NAL, nalType, nalUnitsOf } from '@oriel/media';
import type { EncodedFrame } from '@oriel/stream';
import { spsOf } from '@oriel/testcard';
import { aFrame } from '@oriel/testing/a-frame';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264 } from '@oriel/testing/h264';
import { lonelyCamera, publishTo, push } from '@oriel/testing/relay/camera';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Track } from '../core/track.ts';
import { MAX_DECODED_PIXELS } from './coded-size.ts';
import { KeyFrameDecoder, MAX_DECODER_BYTES, MAX_DECODERS, MAX_WAITING_DECODERS } from './key-frame.ts';
import { onPath } from './program-path.ts';

const [KEY] = h264('k') as [AccessUnit];

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

function frame(sequence: number, data: Uint8Array = KEY.annexB): EncodedFrame {
	return aFrame({ sequence, capturedAt: sequence * 1000, data });
}

const sized = (width: number, height: number) => spsOf({ width, height, framesPerSecond: 25 });

/** The key frame with an SPS that says another size. */
function claiming(width: number, height: number): Uint8Array {
	return annexBOf(nalUnitsOf(KEY.annexB).map((nal) => (nalType(nal) === NAL.sps ? sized(width, height) : nal)));
}

/** Most memory that the process whose number is in `file` has had, in bytes; 0 while or when there is none. */
function peakOf(file: string): number {
	try {
		const status = readFileSync(`/proc/${readFileSync(file, 'utf8').trim()}/status`, 'utf8');
		return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
	} catch {
		return 0;
	}
}

const SAR = new URL('../../../../test/vectors/cases/sar.h264', import.meta.url);

/** A camera that sends H.264, and its newest key frame. */
function sending(number: number, data: Uint8Array = KEY.annexB): [Track, EncodedFrame] {
	const door = camera(number);
	const stream = publishTo(door);
	stream.video.describe({ codec: 'h264', width: 160, height: 128 });
	push(stream, data);
	return [door.video, door.video.newestKey as EncodedFrame];
}

const camera = (number = 1) => lonelyCamera(new FakeClock(), () => {}, number);
const track = () => camera().video;

describe('the decoder of key frames', () => {
	it('makes a JPEG of the same size with ffmpeg, once a frame and never two at once for a camera', async () => {
		const counted = program('counted', 'ffmpeg "$@"');
		const decoder = new KeyFrameDecoder(counted.path);
		const [door, first, second] = [track(), frame(1), frame(2)];
		const [one, same, early] = await Promise.all([first, first, second].map((key) => decoder.jpegOf(door, key)));
		expect(inspectJpeg(one?.data ?? new Uint8Array())).toMatchObject({ width: 160, height: 128 });
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
		const all = Array.from({ length: 5 }, (_, index) => decoder.jpegOf(...sending(index + 1)));
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
			await expect(decoder.jpegOf(track(), frame(count))).rejects.toMatchObject({
				code: 'not-supported',
				message: expect.stringContaining('needs ffmpeg on the relay'),
			});
		}
	});

	it('says what ffmpeg says of a frame that it cannot decode, and goes on with the next', async () => {
		const decoder = new KeyFrameDecoder();
		const door = track();
		const broken = frame(1, Uint8Array.of(0, 0, 0, 1, 0x65, 1, 2, 3));
		await expect(decoder.jpegOf(door, broken)).rejects.toMatchObject({
			code: 'no-picture',
			message: expect.stringMatching(/^ffmpeg could not decode the newest key frame: .+/),
		});
		expect((await decoder.jpegOf(door, frame(2))).data.length).toBeGreaterThan(500);
	});

	it('is not confused by a program that reads nothing and ends at once', async () => {
		const hasty = program('hasty', 'true');
		const big = frame(1, new Uint8Array(2_000_000));
		await expect(new KeyFrameDecoder(hasty.path).jpegOf(track(), big)).rejects.toMatchObject({ code: 'no-picture' });
	});

	it('refuses a picture over the largest size before anything is started, whatever its cropping or later sets say', async () => {
		const counted = program('refused', 'ffmpeg "$@"');
		const decoder = new KeyFrameDecoder(counted.path);
		for (const lie of [claiming(16_000, 16_000), annexBOf([...nalUnitsOf(KEY.annexB), sized(16_000, 16_000)])]) {
			await expect(decoder.jpegOf(...sending(1, lie))).rejects.toMatchObject({
				code: 'no-picture',
				message: expect.stringContaining(`256000000 pixels; pictures of up to ${MAX_DECODED_PIXELS}`),
			});
		}
		expect(counted.diary()).toBe('');
	});

	it('decodes a picture of the largest size', async () => {
		const decoder = new KeyFrameDecoder();
		const { data } = await decoder.jpegOf(...sending(1, claiming(4096, 2304)));
		expect(inspectJpeg(data)).toMatchObject({ width: 4096, height: 2304 });
	});

	it.runIf(onPath('prlimit'))(
		'never takes more memory than its limit, whatever a picture says later',
		async () => {
			const [later, pid, limits] = ['later.h264', 'pid', 'limits'].map((name) => join(folder, name)) as [
				string,
				string,
				string,
			];
			writeFileSync(later, annexBOf([KEY.annexB, claiming(16_000, 16_000)].flatMap(nalUnitsOf)));
			// Without the options that ffmpeg is asked to heed itself: the kernel's limit alone must hold.
			const bare = program(
				'bare',
				`cat >/dev/null; cat /proc/self/limits >'${limits}'; ffmpeg -loglevel error -f h264 -i '${later}' -frames:v 2 -f mjpeg pipe:1 & echo $! >'${pid}'; wait`,
			);
			let isOver = false;
			const decoding = new KeyFrameDecoder(bare.path)
				.jpegOf(...sending(1))
				.catch(() => undefined)
				.finally(() => {
					isOver = true;
				});
			let peak = 0;
			while (!isOver) {
				peak = Math.max(peak, peakOf(pid));
				await new Promise((resolve) => setTimeout(resolve, 2));
			}
			await decoding;
			expect(readFileSync(limits, 'utf8')).toMatch(new RegExp(`Max data size +${MAX_DECODER_BYTES} `));
			expect(peak).toBeGreaterThan(0);
			// The pages of its libraries, which all processes share, are not data.
			expect(peak).toBeLessThan(MAX_DECODER_BYTES + 128 * 1024 * 1024);
		},
		60_000,
	);

	it('tells a crowd to come back, and holds no frame of those who wait', async () => {
		const slow = program('crowd', 'cat >/dev/null; sleep 0.2; printf jpeg');
		const decoder = new KeyFrameDecoder(slow.path);
		const count = MAX_DECODERS + MAX_WAITING_DECODERS;
		const all = Array.from({ length: count }, (_, index) =>
			decoder.jpegOf(...sending(index + 1)).catch(() => undefined),
		);
		await expect(decoder.jpegOf(...sending(999))).rejects.toMatchObject({ code: 'busy', retryAfterSeconds: 2 });
		await all[0];
	});

	it('has the shape that the pixels of the stream have', async () => {
		const assembler = new AccessUnitAssembler({ maxBytes: 1e6 });
		const [key] = assembler.push(readFileSync(SAR));
		const [door, newest] = sending(1, key?.annexB);
		const { data } = await new KeyFrameDecoder().jpegOf(door, newest);
		expect(inspectJpeg(data)).toMatchObject({ width: 640, height: 240 });
	});
});
