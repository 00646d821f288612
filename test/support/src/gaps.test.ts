import { describe, expect, it } from 'vitest';
import { causedByRelay } from './gaps.ts';

const INTERVAL_MS = 40;

describe('the part of a gap that the relay caused', () => {
	it.each([
		['is all of it where the control saw every frame', [{ from: 60, to: 100 }], 300],
		['is all of it without a gap of the control', [], 300],
		['leaves out what the control waited beyond one interval', [{ from: 90, to: 250 }], 180],
		[
			'leaves out the longest wait of the control, once',
			[
				{ from: 90, to: 190 },
				{ from: 190, to: 330 },
			],
			200,
		],
		['is all of it where the control waited before', [{ from: -900, to: 0 }], 300],
		['is all of it where the control waited behind', [{ from: 300, to: 900 }], 300],
	])('%s', (_words, control, caused) => {
		expect(causedByRelay({ from: 0, to: 300 }, control, INTERVAL_MS)).toBe(caused);
	});
});
