import { Budget } from './budget.ts';
import { FrameBudget } from './frame-budget.ts';
import type { MemoryLimits } from './limits.ts';
import { UnsentBudget } from './unsent.ts';

/** The pools of a relay’s memory, as metrics name them. */
export const POOLS = ['frames', 'incoming', 'unsent', 'feeds'] as const;
export type Pool = (typeof POOLS)[number];

/**
 * What a relay may hold because of what others send, ask for or do not read, all of them together. docs/limits.md has the
 * sum. Each pool ends or shortens what takes the most of it; the rest goes on.
 */
export class Memory {
	readonly frames: FrameBudget;
	readonly incoming: Budget;
	readonly unsent: UnsentBudget;
	readonly feeds: Budget;

	/** `passed`: a pool was full, and something in it was ended or let go for that. */
	constructor(limits: MemoryLimits, passed: (pool: Pool) => void) {
		this.frames = new FrameBudget(limits.frames, () => passed('frames'));
		this.incoming = new Budget(limits.incoming, () => passed('incoming'));
		this.unsent = new UnsentBudget(limits.unsent, () => passed('unsent'));
		this.feeds = new Budget(limits.feeds, () => passed('feeds'));
	}
}
