import { MediaError } from '@oriel/media';
import type { StreamMethod, StreamOptions } from '../../capture/method.ts';
import type { Source } from '../../capture/source.ts';
import { AgentError } from '../../errors/agent-error.ts';
import { testH264Source } from './h264-pattern.ts';
import { testPatternSource } from './jpeg-pattern.ts';
import type { PatternOptions } from './pattern-painter.ts';

const DEFAULT_SIZE = { width: 640, height: 480 };
const DEFAULT_FPS = 10;

/** The moving test pattern. */
export const pattern: StreamMethod = {
	name: 'pattern',
	specs: ['test', 'test:h264'],
	open(spec, options) {
		if (spec === 'test') return paint(testPatternSource, options);
		return spec === 'test:h264' ? paint(testH264Source, options) : undefined;
	},
	abilities: (spec) => ({ does: ['size', 'fps'], codec: spec === 'test' ? 'jpeg' : 'h264' }),
};

function paint(open: (options: PatternOptions) => Source, { name, title, settings, clock }: StreamOptions): Source {
	const { size = DEFAULT_SIZE, fps = DEFAULT_FPS } = settings;
	try {
		return open({ name, title, ...size, fps, clock });
	} catch (cause) {
		if (!(cause instanceof MediaError)) throw cause;
		throw new AgentError('bad-option', `no test pattern can be made: ${cause.message}`, { cause });
	}
}
