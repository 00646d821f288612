import { expect, it } from 'vitest';
import { chase } from './live-edge.ts';

it.each([
	{ behind: 0.6, rate: 1, want: { jump: true, rate: 1 } },
	{ behind: 0.4, rate: 1, want: { jump: false, rate: 2 } },
	{ behind: 0.2, rate: 1, want: { jump: false, rate: 1.6 } },
	{ behind: 0.04, rate: 1.6, want: { jump: false, rate: 1.1 } },
	{ behind: 0.03, rate: 1.1, want: { jump: false, rate: 1.1 } },
	{ behind: 0.03, rate: 1, want: { jump: false, rate: 1 } },
	{ behind: 0.01, rate: 1.1, want: { jump: false, rate: 1 } },
	{ behind: -0.03, rate: 1.1, want: { jump: false, rate: 1 } },
])('$behind s behind at rate $rate: $want', ({ behind, rate, want }) => {
	expect(chase(behind, rate)).toEqual(want);
});
