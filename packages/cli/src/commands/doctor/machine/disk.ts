import { reasonOf, systemCode } from '@oriel/base';
import type { Check } from './check.ts';
import { closed } from './data-directory.ts';

const GIB = 2 ** 30;
const MIN_FREE = 0.05;

/** Space for what the relay keeps. */
export const disk: Check = (view) => {
	const what = 'disk';
	try {
		const { freeBytes, totalBytes } = view.space(view.data);
		const words = `${(freeBytes / GIB).toFixed(1)} GiB free`;
		if (freeBytes >= totalBytes * MIN_FREE && freeBytes >= GIB) return [{ what, verdict: 'good', words }];
		const cure = `Delete what is not needed: sudo du -xh / --max-depth=3 | sort -h | tail -20`;
		return [{ what, verdict: 'poor', words: `${words}: not much for the data directory`, cure }];
	} catch (failure) {
		// That the directory is missing is said by its own check.
		if (systemCode(failure) === 'ENOENT') return [];
		return [closed(what, reasonOf(failure), view)];
	}
};
