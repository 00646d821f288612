import { thinned } from '../../capture/at-most.ts';
import type { StreamMethod } from '../../capture/method.ts';
import { inputSource } from './stdin.ts';

/** Standard input. */
export const stdin: StreamMethod = {
	name: 'stdin',
	specs: ['-'],
	open: (spec, options) => (spec === '-' ? thinned(inputSource(options), options) : undefined),
	abilities: () => ({ does: ['fps'], codec: undefined }),
};
