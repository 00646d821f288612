import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import type { Reader } from './reader.ts';
import { Silence } from './silence.ts';

/** A reader in the hands of the test, and how often it was time to flush it. */
function watched(gapMs = 3) {
	const clock = new FakeClock(0);
	const state = { hasPicture: true, earlyFlushes: 0 };
	let flushes = 0;
	const reader: Reader = {
		get hasPicture() {
			return state.hasPicture;
		},
		get earlyFlushes() {
			return state.earlyFlushes;
		},
		push: () => [],
		flush: () => [],
		pendingBytes: 0,
		heldBytes: 0,
		skippedBytes: 0,
		brokenPictures: 0,
		problem: undefined,
		reorders: false,
	};
	const silence = new Silence(reader, clock, gapMs, () => flushes++);
	/** Bytes come; how many ms of silence it then takes until it falls; undefined: it does not. */
	const gap = (): number | undefined => {
		const before = flushes;
		silence.broken();
		for (let ms = 1; ms <= 100; ms++) {
			clock.advance(1);
			if (flushes > before) return ms;
		}
		return undefined;
	};
	const early = () => {
		state.earlyFlushes++;
	};
	return { clock, state, silence, gap, early, flushes: () => flushes };
}

describe('Silence', () => {
	it('falls when no bytes have come for the given time, once', () => {
		const { clock, silence, flushes } = watched();
		for (let piece = 0; piece < 5; piece++) {
			silence.broken();
			clock.advance(2.9);
		}
		expect(flushes()).toBe(0);
		clock.advance(0.1);
		expect(flushes()).toBe(1);
		clock.advance(1000);
		expect([flushes(), clock.pending]).toEqual([1, 0]);
	});

	it('means nothing where there is no picture to give', () => {
		const { state, silence, clock } = watched();
		state.hasPicture = false;
		silence.broken();
		expect(clock.pending).toBe(0);
	});

	it('has to last twice as long after each time that it was taken for an end too early', () => {
		const { gap, early } = watched();
		expect(gap()).toBe(3);
		early();
		expect(gap()).toBe(6);
		expect(gap(), 'until the next time').toBe(6);
		early();
		expect(gap()).toBe(12);
	});

	it('means nothing any more after three mistakes within a minute', () => {
		const { gap, early } = watched(1);
		for (let times = 0; times < 3; times++) {
			early();
			gap();
		}
		expect(gap()).toBeUndefined();
	});

	it('forgives mistakes that lie more than a minute apart', () => {
		const { clock, gap, early } = watched(1);
		for (let times = 1; times <= 5; times++) {
			early();
			expect(gap()).toBe(2 ** times);
			clock.advance(61_000);
		}
	});

	it('does not fall after it was stopped', () => {
		const { clock, silence, flushes } = watched();
		silence.broken();
		silence.stop();
		silence.stop();
		clock.advance(100);
		expect([flushes(), clock.pending]).toEqual([0, 0]);
	});
});
