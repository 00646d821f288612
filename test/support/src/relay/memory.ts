import { Budget } from '../../../../packages/relay/src/memory/budget.ts';
import { UnsentBudget } from '../../../../packages/relay/src/memory/unsent.ts';

/** Pools of memory that are never full. */
export function plentyOfMemory() {
	const most = Number.POSITIVE_INFINITY;
	return { incoming: new Budget(most), unsent: new UnsentBudget(most), feeds: new Budget(most) };
}
