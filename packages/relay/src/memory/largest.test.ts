import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Largest } from './largest.ts';

it('gives the largest of things whose sizes change, and none when all are gone', () => {
	const changes = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.oneof(fc.constant(0), fc.nat({ max: 2 ** 31 }))));
	fc.assert(
		fc.property(changes, (all) => {
			const largest = new Largest<number>();
			const sizes = new Map<number, number>();
			for (const [thing, size] of all) {
				largest.set(thing, size);
				sizes.set(thing, size);
				const most = Math.max(...sizes.values());
				expect(largest.top === undefined ? 0 : sizes.get(largest.top)).toBe(most);
			}
		}),
	);
});
