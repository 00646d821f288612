import { thinned } from '../../capture/at-most.ts';
import type { StreamMethod } from '../../capture/method.ts';
import { programSource } from '../../capture/program/program.ts';
import { execCommand } from './exec.ts';

const PREFIX = 'exec:';

/** A command that the owner has typed. */
export const exec: StreamMethod = {
	name: 'exec',
	specs: ['exec:COMMAND'],
	open(spec, options) {
		if (!spec.startsWith(PREFIX)) return undefined;
		const { maxPictureBytes, clock } = options;
		const command = execCommand(spec.slice(PREFIX.length));
		return thinned(programSource({ command, maxPictureBytes, clock }), options);
	},
	abilities: () => ({ does: ['fps'], codec: undefined }),
};
