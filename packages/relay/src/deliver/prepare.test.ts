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

it('a frame is prepared once, however many viewers ask, each way out has its own, and each counts once', () => {
	let calls = 0;
	const copied: [Frame, number][] = [];
	const camera = { copied: (of: Frame, bytes: number) => copied.push([of, bytes]) };
	const prepare = preparedOnce(({ sequence }) => Buffer.allocUnsafeSlow(100 * sequence).fill(++calls));
	const other = preparedOnce(() => Buffer.allocUnsafeSlow(7).fill(++calls));
	const [first, second] = [frame(1), frame(2)];
	expect(prepare(first, camera)).toBe(prepare(first, camera));
	expect(prepare(second, camera)).not.toBe(prepare(first, camera));
	expect(other(first, camera)).not.toBe(prepare(first, camera));
	expect(calls).toBe(3);
	expect(copied).toEqual([
		[first, 100],
		[second, 200],
		[first, 7],
	]);
});
