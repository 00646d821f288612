import { describe, expect, it } from 'vitest';
import { UnsentBudget } from './unsent.ts';

const packet = (bytes: number) => Buffer.allocUnsafeSlow(bytes);

describe('what has not been taken', () => {
	it('counts a packet once, as long as one connection waits for it', () => {
		const budget = new UnsentBudget(1000);
		const [one, other] = [budget.open(() => {}), budget.open(() => {})];
		const [shared, more] = [packet(300), packet(50)];
		one.share([shared, more]);
		other.share([shared]);
		expect([budget.used, one.shared, other.shared]).toEqual([350, 350, 300]);
		one.free();
		expect(budget.used).toBe(300);
		other.close();
		expect(budget.used).toBe(0);
	});

	it('ends those that have waited longest, until it is little enough', () => {
		const ended: string[] = [];
		const budget = new UnsentBudget(1000, () => ended.push('passed'));
		const open = (name: string) => budget.open(() => ended.push(name));
		const [first, second, third, fourth] = ['first', 'second', 'third', 'fourth'].map(open);
		const shared = packet(400);
		first?.share([shared]);
		second?.own(300);
		third?.share([shared]);
		// It has taken something meanwhile, and waits again.
		first?.free();
		first?.share([packet(250)]);
		expect([budget.used, ended]).toEqual([950, []]);
		fourth?.own(400);
		expect(ended, 'the packet of the third was shared no more').toEqual([
			...['passed', 'second'],
			...['passed', 'third'],
		]);
		expect(budget.used).toBe(650);
	});

	it('takes nothing of a connection that has been ended', () => {
		const budget = new UnsentBudget(100);
		const one = budget.open(() => {});
		one.share([packet(60), packet(60), packet(60)]);
		one.own(10);
		expect([budget.used, one.shared]).toEqual([0, 0]);
	});
});
