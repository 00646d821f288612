import { frame, h264Frame } from '@oriel/testing/agent/frames';
import { ScriptedSource } from '@oriel/testing/agent/scripted-source';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atMost } from './at-most.ts';

/** How many of the pictures that come `gaps` ms apart get through. */
function through(fps: number, gaps: readonly number[], picture = frame(1, 0)): number {
	const clock = new FakeClock();
	const source = new ScriptedSource();
	const watching = new Watching(atMost(fps, source, clock));
	for (const gap of gaps) {
		source.give(picture);
		clock.advance(gap);
	}
	watching.stop();
	return watching.frames.length;
}

describe('atMost', () => {
	it('halves a rate that is twice too high', () => {
		expect(through(15, Array(300).fill(1000 / 30))).toBe(150);
	});

	it('lets everything through that comes at the very rate, jitter or not', () => {
		expect(through(30, Array(300).fill(1000 / 30))).toBe(300);
		expect(
			through(
				30,
				Array.from({ length: 300 }, (_, index) => 1000 / 30 + (index % 2 ? 5 : -5)),
			),
		).toBe(300);
	});

	it('leaves out nothing of H.264', () => {
		expect(through(1, Array(100).fill(10), h264Frame(false, 0))).toBe(100);
	});

	it('passes on posters and advice', () => {
		const source = new ScriptedSource();
		const watching = new Watching(atMost(1, source, new FakeClock()));
		source.givePoster({ capturedAt: 1, data: Uint8Array.of(1) });
		source.advise('turn it round');
		expect([watching.posters.length, watching.advice]).toEqual([1, ['turn it round']]);
		watching.stop();
	});

	it('never lets more through than asked for, however they come', () => {
		const gaps = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 200 });
		fc.assert(
			fc.property(gaps, (gapsMs) => {
				const seconds = gapsMs.slice(0, -1).reduce((sum, gap) => sum + gap, 0) / 1000;
				expect(through(10, gapsMs)).toBeLessThanOrEqual(seconds * 10 + 1.5);
			}),
			{ numRuns: 50 },
		);
	});
});
