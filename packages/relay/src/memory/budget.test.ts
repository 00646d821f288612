import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget } from './budget.ts';

describe('a budget', () => {
	it('ends the largest connection of the owner that holds the most, not the largest connection', () => {
		const ended: string[] = [];
		const budget = new Budget(100, () => ended.push('passed'));
		const camera = budget.open('camera', () => ended.push('camera'));
		camera.set(40);
		const crowd = [10, 20, 15].map((size, at) => {
			const share = budget.open('crowd', () => ended.push(`crowd ${at}`));
			share.set(size);
			return share;
		});
		expect([budget.used, ended]).toEqual([85, []]);
		crowd[0]?.set(26);
		expect([budget.used, ended]).toEqual([75, ['passed', 'crowd 0']]);
		crowd[0]?.set(1000);
		expect(budget.used, 'what has been ended counts no more').toBe(75);
	});

	it('is never passed, whatever happens, and knows what is held', () => {
		const steps = fc.array(fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 60 }), fc.boolean()));
		fc.assert(
			fc.property(steps, (all) => {
				const budget = new Budget(100);
				const shares = Array.from({ length: 8 }, (_, at) => budget.open(`owner ${at % 3}`, () => {}));
				for (const [at, amount, closes] of all) {
					if (closes) shares[at]?.close();
					else shares[at]?.set(amount);
					expect(budget.used).toBeLessThanOrEqual(100);
				}
				for (const share of shares) share.close();
				expect(budget.used).toBe(0);
			}),
		);
	});
});
