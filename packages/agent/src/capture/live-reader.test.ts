import { FakeClock } from '@oriel/testing/fake-clock';
import { flvStream, h264Units } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { describe, expect, it } from 'vitest';
import { FIRST_SILENCE_MS, LiveReader } from './live-reader.ts';
import type { MediaUnit } from './source.ts';

const UNITS = h264Units('kddkdddddddddd').map((unit) => Buffer.from(unit));

function live() {
	const clock = new FakeClock(0);
	const frames: MediaUnit[] = [];
	const advice: string[] = [];
	const sink = { frame: (frame: MediaUnit) => frames.push(frame), advise: (words: string) => advice.push(words) };
	const reader = new LiveReader({ from: 'the pipe', maxPictureBytes: 100_000, sink, clock });
	/** The picture of this turn, in two pieces so many ms apart. */
	const pushInTwo = (turn: number, pauseMs: number) => {
		const unit = UNITS[turn] ?? expect.unreachable();
		reader.push(unit.subarray(0, unit.length - 4));
		clock.advance(pauseMs);
		reader.push(unit.subarray(unit.length - 4));
	};
	return { clock, frames, advice, reader, pushInTwo };
}

describe('LiveReader', () => {
	it('hands out a picture of bare H.264 3 ms after its last byte, dated by its first', () => {
		const { clock, frames, reader, pushInTwo } = live();
		pushInTwo(0, 2);
		clock.advance(FIRST_SILENCE_MS - 0.1);
		expect(frames).toHaveLength(0);
		clock.advance(0.1);
		expect(frames.map(({ key, capturedAt }) => [key, capturedAt])).toEqual([[true, 0]]);
		clock.advance(33);
		reader.push(UNITS[1] ?? Buffer.of());
		clock.advance(FIRST_SILENCE_MS);
		expect(frames[1]?.capturedAt).toBe(38_000);
		expect(clock.pending).toBe(0);
	});

	it('dates pictures rightly behind which filler data stand, as encoders of a constant rate write them', () => {
		const { clock, frames, reader } = live();
		const filler = Buffer.concat([Buffer.of(0, 0, 0, 1, 0x0c), Buffer.alloc(500, 0xff), Buffer.of(0x80)]);
		for (const unit of UNITS.slice(0, 4)) {
			reader.push(Buffer.concat([unit, filler]));
			clock.advance(40);
		}
		expect(frames.map(({ capturedAt }) => capturedAt)).toEqual([0, 40_000, 80_000, 120_000]);
	});

	it('does not wait where the next picture is there already', () => {
		const { frames, reader } = live();
		reader.push(Buffer.concat(UNITS.slice(0, 3)));
		expect(frames).toHaveLength(2);
		reader.end();
		expect(frames).toHaveLength(3);
		reader.stop();
	});

	it('learns from a pause within a picture: it waits longer, and no delta follows the torn one', () => {
		const { clock, frames, pushInTwo } = live();
		pushInTwo(0, 4); // torn: 4 ms are more than the first silence
		clock.advance(30);
		expect(frames).toHaveLength(1);
		for (const turn of [1, 2]) {
			pushInTwo(turn, 4);
			clock.advance(30);
		}
		expect(frames, 'nothing that depends on the torn picture').toHaveLength(1);
		pushInTwo(3, 5);
		clock.advance(2 * FIRST_SILENCE_MS);
		expect(frames.map(({ key }) => key)).toEqual([true, true]);
		expect(Buffer.compare(frames[1]?.data ?? Buffer.of(), UNITS[3] ?? Buffer.of())).toBe(0);
	});

	it('guesses no more where silence means nothing', () => {
		const { clock, frames, reader } = live();
		const key = UNITS[0] ?? expect.unreachable();
		for (let turn = 0; turn < 4; turn++) {
			reader.push(key.subarray(0, -4));
			clock.advance(100);
			reader.push(key.subarray(-4));
		}
		expect(clock.pending).toBe(0);
		const before = frames.length;
		reader.push(key);
		expect(frames).toHaveLength(before + 1);
		reader.stop();
	});

	it.each([
		['JPEGs', [Buffer.from(jpeg(1)), Buffer.from(jpeg(2))]],
		['FLV', [flvStream(UNITS.slice(0, 1)), flvStream(UNITS.slice(0, 2)).subarray(flvStream(UNITS.slice(0, 1)).length)]],
	])('needs no silence for %s', (_name, parts) => {
		const { clock, frames, reader } = live();
		for (const [index, part] of parts.entries()) {
			reader.push(part);
			expect(frames).toHaveLength(index + 1);
		}
		expect(clock.pending).toBe(0);
	});

	it('has no timer left when it is stopped', () => {
		const { clock, frames, reader } = live();
		reader.push(UNITS[0] ?? Buffer.of());
		expect(clock.pending).toBe(1);
		reader.stop();
		clock.advance(100);
		expect([frames.length, clock.pending]).toEqual([0, 0]);
	});
});
