import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkedList } from './linked-list.ts';
import { Ranking } from './ranking.ts';

describe('a ranking', () => {
	it('knows a key that was counted most often, whatever is counted and taken back', () => {
		void fc.assert(
			fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 5 }))), (steps) => {
				const ranking = new Ranking<number>();
				const counts = new Map<number, number>();
				for (const [adds, key] of steps) {
					if (adds) ranking.add(key);
					else ranking.remove(key);
					counts.set(key, Math.max(0, (counts.get(key) ?? 0) + (adds ? 1 : -1)));
					const most = Math.max(...counts.values());
					if (most === 0) expect(ranking.top).toBeUndefined();
					else expect(counts.get(ranking.top ?? -1)).toBe(most);
				}
			}),
		);
	});
});

describe('a linked list', () => {
	it('knows the oldest of its values, whichever are taken out', () => {
		void fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (steps) => {
				const list = new LinkedList<number>();
				const model: { readonly value: number; readonly remove: () => void }[] = [];
				for (const [index, step] of steps.entries()) {
					if (step > model.length / 2) model.push({ value: index, remove: list.add(index) });
					else for (const { remove } of model.splice(step, 1)) remove();
					expect(list.oldest).toBe(model[0]?.value);
				}
			}),
		);
	});
});
