import type { StreamMethod } from '../../capture/method.ts';
import { AgentError } from '../../errors/agent-error.ts';
import { fileSource } from './file.ts';

const PREFIX = 'file:';
const DEFAULT_FPS = 10;

/** A file of frames, again and again. */
export const file: StreamMethod = {
	name: 'file',
	specs: ['file:PATH'],
	open(spec, { settings, maxPictureBytes, clock }) {
		if (!spec.startsWith(PREFIX)) return undefined;
		const path = spec.slice(PREFIX.length);
		if (path === '') throw new AgentError('bad-source', 'the source file: names no file; expected file:PATH');
		return fileSource({ path, fps: settings.fps ?? DEFAULT_FPS, maxPictureBytes, clock });
	},
	abilities: () => ({ does: ['fps'], codec: undefined }),
};
