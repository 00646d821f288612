import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { flvStream, h264Units } from '@oriel/testing/h264';
import { jpeg, multipart } from '@oriel/testing/jpegs';
import { until } from '@oriel/testing/turns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSource } from './file.ts';

let folder = '';

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'oriel-file-'));
});

afterAll(() => rm(folder, { recursive: true }));

function play(name: string, fps = 10) {
	const clock = new FakeClock(0);
	const path = join(folder, name);
	return { clock, path, watching: new Watching(fileSource({ path, fps, maxPictureBytes: 100_000, clock })) };
}

describe('fileSource', () => {
	it('plays a file longer than one read at the wanted rate, and again', async () => {
		const pictures = Array.from({ length: 150 }, (_, index) => jpeg(index));
		await writeFile(join(folder, 'long'), multipart(pictures));
		const { clock, watching } = play('long', 20);
		await until(() => watching.frames.length === 160, clock, 1);
		watching.stop();
		const rates = [0, 100, 159].map((index) => Math.round((watching.frames[index]?.capturedAt ?? 0) / 50_000));
		expect(rates).toEqual([0, 100, 159]);
		expect(Buffer.compare(watching.frames[155]?.data ?? Buffer.of(), jpeg(5))).toBe(0);
		await until(() => watching.outcome === 'stopped');
	});

	it('sends a single picture once a second, and the one that has replaced it', async () => {
		await writeFile(join(folder, 'one.jpg'), jpeg(1));
		const { clock, watching, path } = play('one.jpg', 25);
		await until(() => watching.frames.length === 2, clock);
		await writeFile(path, jpeg(99));
		await until(() => watching.frames.length === 4, clock);
		watching.stop();
		const times = watching.frames.map(({ capturedAt }) => Math.floor(capturedAt / 1_000_000));
		expect(times).toEqual([0, 1, 2, 3]);
		expect(Buffer.compare(watching.frames[3]?.data ?? Buffer.of(), jpeg(99))).toBe(0);
		await until(() => watching.outcome === 'stopped');
	});

	it.each([
		['H.264', Buffer.concat],
		['FLV', flvStream],
	])('plays %s at the wanted rate, and begins again with its key frame', async (name, written) => {
		const units = h264Units('kddd');
		await writeFile(join(folder, name), written(units));
		const { clock, watching } = play(name, 20);
		await until(() => watching.frames.length === 10, clock, 1);
		watching.stop();
		watching.frames.forEach(({ data }, index) => {
			expect(Buffer.compare(data, units[index % 4] ?? Buffer.of())).toBe(0);
		});
		expect(watching.frames.map(({ key }) => Number(key)).join('')).toBe('1000100010');
		expect(Math.round((watching.frames[9]?.capturedAt ?? 0) / 50_000)).toBe(9);
		await until(() => watching.outcome === 'stopped');
	});

	it('says what a file is that holds no pictures', async () => {
		await writeFile(join(folder, 'film.mp4'), Buffer.from('\0\0\0\x18ftypisom', 'latin1'));
		const { watching, path } = play('film.mp4');
		await until(() => watching.outcome !== 'running');
		const message = `the file ${path} brings an MP4 file; expected JPEG, H.264 (Annex B) or FLV`;
		expect(watching.failure).toMatchObject({ code: 'no-picture', again: 'soon', message });
	});

	it('names what is wrong with a path', async () => {
		const { watching, path } = play('missing.jpg');
		await until(() => watching.outcome !== 'running');
		expect(watching.failure).toMatchObject({ code: 'not-found', message: `there is no file ${path}`, again: 'soon' });
		const itself = play('.');
		await until(() => itself.watching.outcome !== 'running');
		expect(itself.watching.failure?.message).toContain('is a folder');
	});
});
