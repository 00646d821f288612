import type { EncodedFrame } from '@oriel/stream';
import { aFrame } from '@oriel/testing/a-frame';
import { expect, it } from 'vitest';
import { preparedOnce } from './prepare.ts';

const frame = (sequence: number): EncodedFrame => aFrame({ sequence });

it('a frame is prepared once, however many viewers ask, each way out has its own, and each counts once', () => {
	let calls = 0;
	const copied: [EncodedFrame, number][] = [];
	const track = { onCopied: (of: EncodedFrame, bytes: number) => copied.push([of, bytes]) };
	const prepare = preparedOnce(({ sequence }) => Buffer.allocUnsafeSlow(100 * sequence).fill(++calls));
	const other = preparedOnce(() => Buffer.allocUnsafeSlow(7).fill(++calls));
	const [first, second] = [frame(1), frame(2)];
	expect(prepare(first, track)).toBe(prepare(first, track));
	expect(prepare(second, track)).not.toBe(prepare(first, track));
	expect(other(first, track)).not.toBe(prepare(first, track));
	expect(calls).toBe(3);
	expect(copied).toEqual([
		[first, 100],
		[second, 200],
		[first, 7],
	]);
});
