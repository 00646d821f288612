import type { Check } from './check.ts';
import { closed } from './data-directory.ts';
import { textAt } from './view.ts';

/** Files of the relay beside its connections: its data, page, log and library code. */
const OTHER_FILES = 100;

/** Each connection is an open file; beyond the limit of the process nothing can connect. */
export const openFiles: Check = (view, { pid, maxConnections }) => {
	const what = 'open files';
	if (pid === undefined)
		return [{ what, verdict: 'unknown', words: 'not looked at: the process of the relay was not found' }];
	const limits = textAt(view, `/proc/${pid}/limits`);
	const [, soft] = /^Max open files +(\d+|unlimited) /m.exec(limits ?? '') ?? [];
	if (soft === undefined) return [closed(what, `/proc/${pid}/limits cannot be read`, view)];
	const needed = maxConnections + OTHER_FILES;
	const words = `the relay may open ${soft}`;
	if (soft === 'unlimited' || Number(soft) >= needed) return [{ what, verdict: 'good', words }];
	const cure = `Set LimitNOFILE=${needed} in its unit (sudo systemctl edit oriel-relay), or start it with --max-connections ${Math.max(1, Number(soft) - OTHER_FILES)}.`;
	return [{ what, verdict: 'poor', words: `${words}, and ${maxConnections} connections need ${needed}`, cure }];
};
