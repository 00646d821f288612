import { expect, it } from 'vitest';
import type { Frame } from '../hub/frame.ts';
import { preparedOnce } from './prepare.ts';

const frame = (sequence: number): Frame => ({
	camera: 1,
	sequence,
	key: true,
	capturedAt: 0,
	receivedAt: 0,
	payload: Uint8Array.of(1),
});

it('a frame is prepared once, however many viewers ask, and each way out has its own', () => {
	let calls = 0;
	const prepare = preparedOnce(({ sequence }) => ({ sequence, call: ++calls }));
	const other = preparedOnce(() => ({ call: ++calls }));
	const [first, second] = [frame(1), frame(2)];
	expect(prepare(first)).toBe(prepare(first));
	expect(prepare(second)).not.toBe(prepare(first));
	expect(other(first)).not.toBe(prepare(first));
	expect(calls).toBe(3);
});
