import type { Micros } from '@oriel/base';
import { encodeJpeg, type Format } from '@oriel/media';
import { IDLE_POSTER_INTERVAL } from '../../capture/idle-posters.ts';
import type { Source } from '../../capture/source.ts';
import { Pacer } from '../../timing/pacer.ts';
import { type PatternOptions, patternPainter } from './pattern-painter.ts';

/** Flat areas cost next to nothing at any quality, and the lettering stays clean. */
export const PATTERN_QUALITY = 80;

/** A moving picture for trying and measuring, in JPEGs. It counts on across restarts of the source. */
export function testPatternSource(options: PatternOptions): Source {
	const { width, height, fps, clock } = options;
	const paint = patternPainter(options);
	let isPaused = false;
	let shownAt: Micros | undefined;
	const format: Format = { codec: 'jpeg', codecString: undefined, width, height };
	return {
		description: `test pattern, ${width}x${height} at ${fps} fps`,
		capabilities: [],
		async run(sink, signal) {
			const pacer = new Pacer({ fps, clock, signal });
			while (await pacer.due()) {
				if (isPaused && shownAt !== undefined && clock.now() - shownAt < IDLE_POSTER_INTERVAL) continue;
				const { picture, capturedAt } = paint();
				shownAt = capturedAt;
				sink.frame({ key: true, capturedAt, data: encodeJpeg(picture, { quality: PATTERN_QUALITY }), format });
			}
		},
		pause: (value) => {
			isPaused = value;
		},
	};
}
