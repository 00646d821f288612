import { MediaError } from '@oriel/media';
import type { StreamMethod, StreamOptions } from '../../capture/method.ts';
import type { Source } from '../../capture/source.ts';
import { AgentError } from '../../errors/agent-error.ts';
import { testH264Source } from './h264-pattern.ts';
import { testPatternSource } from './jpeg-pattern.ts';
import type { PatternOptions } from './pattern-painter.ts';

const DEFAULT_SIZE = { width: 640, height: 480 };
const DEFAULT_FPS = 10;
/** E.g. `test`, `test:h264`, `test:h264:320x184`. */
const SPEC = /^test(?<h264>:h264)?(?::(?<width>\d{1,5})x(?<height>\d{1,5}))?$/;

/** The moving test pattern. */
export const pattern: StreamMethod = {
	name: 'pattern',
	specs: ['test', 'test:h264'],
	open(spec, options) {
		const wanted = SPEC.exec(spec)?.groups;
		if (!wanted) return undefined;
		const { width, height, h264 } = wanted;
		const size = width === undefined ? {} : { size: { width: Number(width), height: Number(height) } };
		const settings = { ...options.settings, ...size };
		return paint(h264 ? testH264Source : testPatternSource, { ...options, settings });
	},
	abilities: (spec) => ({ does: ['size', 'fps'], codec: SPEC.exec(spec)?.groups?.h264 ? 'h264' : 'jpeg' }),
};

function paint(open: (options: PatternOptions) => Source, { name, title, settings, clock }: StreamOptions): Source {
	const { size = DEFAULT_SIZE, fps = DEFAULT_FPS, preview } = settings;
	try {
		return open({ name, title, ...size, fps, preview, clock });
	} catch (cause) {
		if (!(cause instanceof MediaError)) throw cause;
		throw new AgentError('bad-option', `no test pattern can be made: ${cause.message}`, { cause });
	}
}
