import { AccessUnitAssembler, H264Stream, inspectJpeg, nalType, nalUnitsOf } from '@oriel/media';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { testH264Source } from './h264-pattern.ts';
import { testPatternSource } from './jpeg-pattern.ts';
import { previewSize } from './preview-size.ts';

const LOOK = { name: 'cam', title: 'Cam', width: 160, height: 120 };

function keysOf({ frames }: Watching): number[] {
	return frames.flatMap(({ key }, index) => (key ? [index] : []));
}

describe('testH264Source', () => {
	it('makes a key frame every 2 s and a poster every 5 s, the first at once', async () => {
		const clock = new FakeClock(0);
		const watching = new Watching(testH264Source({ ...LOOK, fps: 10, clock }));
		await until(() => watching.frames.length === 60, clock, 100);
		watching.stop();
		expect(keysOf(watching)).toEqual([0, 20, 40]);
		const posterTimes = [0, 50].map((index) => watching.frames[index]?.capturedAt);
		expect(watching.posters.map(({ capturedAt }) => capturedAt)).toEqual(posterTimes);
		for (const { data } of watching.posters) expect(inspectJpeg(data)).toMatchObject({ width: 160, height: 120 });
		await until(() => watching.outcome === 'stopped');
	});

	it('makes frames that a reader takes for what it says they are', async () => {
		const clock = new FakeClock();
		const watching = new Watching(testH264Source({ ...LOOK, fps: 10, clock }));
		await until(() => watching.frames.length === 25, clock);
		watching.stop();
		const assembler = new AccessUnitAssembler({ maxBytes: 1_000_000 });
		const stream = new H264Stream();
		for (const { data, key, format } of watching.frames) {
			const [unit] = [...assembler.push(data), ...assembler.flush()];
			const seen = unit && stream.push(unit);
			expect(seen).toMatchObject({ key, format: { codec: format.codecString, width: 160, height: 120 } });
		}
		expect(watching.frames[0]?.format).toMatchObject({ codec: 'h264', codecString: 'avc1.42C01E' });
		expect(stream.reorders).toBe(false);
		await until(() => watching.outcome === 'stopped');
	});

	it('makes a key frame when it is asked to, and counts the 2 s from there', async () => {
		const clock = new FakeClock(0);
		const source = testH264Source({ ...LOOK, fps: 10, clock });
		expect(source.capabilities).toEqual(['key-frame']);
		const watching = new Watching(source);
		await until(() => watching.frames.length === 5, clock, 100);
		source.requestKey?.();
		source.requestKey?.();
		await until(() => watching.frames.length === 27, clock, 100);
		watching.stop();
		expect(keysOf(watching)).toEqual([0, 5, 25]);
		const types = nalUnitsOf(watching.frames[5]?.data ?? Buffer.of()).map(nalType);
		expect(types).toEqual([7, 8, 5]);
		await until(() => watching.outcome === 'stopped');
	});

	it('begins each run with a key frame', async () => {
		const clock = new FakeClock();
		const source = testH264Source({ ...LOOK, fps: 10, clock });
		for (let run = 0; run < 2; run++) {
			const watching = new Watching(source);
			await until(() => watching.frames.length === 3, clock);
			watching.stop();
			expect(keysOf(watching)).toEqual([0]);
			expect(watching.posters).toHaveLength(1);
			await until(() => watching.outcome === 'stopped');
		}
	});

	it('leaves out what it has no time for, and makes no burst of it', async () => {
		const clock = new FakeClock(0);
		const watching = new Watching(testH264Source({ ...LOOK, fps: 10, clock }));
		await until(() => watching.frames.length === 3, clock, 100);
		clock.advance(1000);
		const before = watching.frames.length;
		await clock.settle();
		expect(watching.frames.length - before).toBeLessThanOrEqual(2);
		watching.stop();
		await until(() => watching.outcome === 'stopped');
	});
});

describe('the preview of the test pattern', () => {
	const WIDE = { name: 'cam', title: 'Cam', width: 640, height: 480, fps: 10, preview: true };

	it.each([
		['H.264', testH264Source, 'h264'],
		['JPEG', testPatternSource, 'jpeg'],
	] as const)('in %s is half as large, and each is made while it is watched', async (_name, open, codec) => {
		const clock = new FakeClock(0);
		const source = open({ ...WIDE, clock });
		const watching = new Watching(source);
		await until(() => watching.frames.length === 3, clock, 100);
		expect(watching.previews).toHaveLength(3);
		expect(watching.previews[0]).toMatchObject({ key: true, format: { codec, width: 320, height: 240 } });
		source.preview?.pause?.(true);
		await until(() => watching.frames.length === 6, clock, 100);
		expect(watching.previews).toHaveLength(3);
		source.pause?.(true);
		source.preview?.pause?.(false);
		await until(() => watching.previews.length === 9, clock, 100);
		expect(watching.frames.length).toBeLessThanOrEqual(7);
		expect(watching.previews[3]?.key).toBe(true);
		watching.stop();
		await until(() => watching.outcome === 'stopped');
	});

	it('has key frames when it is asked for one, and not the video', async () => {
		const clock = new FakeClock(0);
		const source = testH264Source({ ...WIDE, clock });
		const watching = new Watching(source);
		await until(() => watching.frames.length === 5, clock, 100);
		source.preview?.requestKey?.();
		await until(() => watching.frames.length === 6, clock, 100);
		expect([watching.previews[5]?.key, watching.frames[5]?.key]).toEqual([true, false]);
		watching.stop();
		await until(() => watching.outcome === 'stopped');
	});

	it.each([
		[
			{ width: 1280, height: 720 },
			{ width: 320, height: 184 },
		],
		[
			{ width: 480, height: 640 },
			{ width: 240, height: 320 },
		],
		[{ width: 480, height: 360 }, undefined],
	])('of %j is %j', (size, expected) => {
		expect(previewSize(size)).toEqual(expected);
	});
});
