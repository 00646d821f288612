import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf, systemCode } from '@oriel/base';
import { holderWords, judge, type ProcessTable, readHolder } from './holder.ts';

/** The relay that runs on a data directory, as another program sees it. */
export type RunningRelay =
	| { readonly state: 'here'; readonly pid: number }
	| { readonly state: 'none' }
	/** One may run, e.g. in a container or of another user; `words` says why that cannot be told. */
	| { readonly state: 'unknown'; readonly words: string };

/** Looks at the lock of a data directory, without changing anything. */
export function runningRelay(directory: string, processes?: ProcessTable): RunningRelay {
	let text: string;
	try {
		text = readFileSync(join(directory, 'relay.lock'), 'utf8');
	} catch (failure) {
		return systemCode(failure) === 'ENOENT' ? { state: 'none' } : { state: 'unknown', words: reasonOf(failure) };
	}
	const holder = readHolder(text);
	const verdict = judge(holder, processes);
	if (verdict === 'alive' && holder) return { state: 'here', pid: holder.pid };
	if (verdict === 'dead') return { state: 'none' };
	return {
		state: 'unknown',
		words: `${holderWords(holder)} may run the relay; its processes cannot be seen from here`,
	};
}
