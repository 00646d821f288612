import type { Micros } from '@oriel/base';
import { encodeJpeg, type Format, type MediaUnit } from '@oriel/media';
import { IDLE_POSTER_INTERVAL } from '../../capture/idle-posters.ts';
import type { Source } from '../../capture/source.ts';
import { Pacer } from '../../timing/pacer.ts';
import { type PatternOptions, patternPainter } from './pattern-painter.ts';
import { previewSize } from './preview-size.ts';

/** Flat areas cost next to nothing at any quality, and the lettering stays clean. */
export const PATTERN_QUALITY = 80;

/** A moving picture for trying and measuring, in JPEGs. It counts on across restarts of the source. */
export function testPatternSource(options: PatternOptions): Source {
	const { width, height, fps, clock } = options;
	const next = jpegs(options);
	const size = options.preview ? previewSize(options) : undefined;
	const nextSmall = size && jpegs({ ...options, ...size });
	let isPaused = false;
	let isPreviewPaused = false;
	let shownAt: Micros | undefined;
	return {
		description: `test pattern, ${width}x${height} at ${fps} fps`,
		capabilities: [],
		preview: nextSmall && {
			capabilities: [],
			pause: (value) => {
				isPreviewPaused = value;
			},
		},
		async run(sink, signal) {
			const pacer = new Pacer({ fps, clock, signal });
			while (await pacer.due()) {
				if (nextSmall && !isPreviewPaused) sink.preview(nextSmall());
				if (isPaused && shownAt !== undefined && clock.now() - shownAt < IDLE_POSTER_INTERVAL) continue;
				const unit = next();
				shownAt = unit.capturedAt;
				sink.frame(unit);
			}
		},
		pause: (value) => {
			isPaused = value;
		},
	};
}

/** The pattern of now, as a JPEG. */
function jpegs(options: PatternOptions): () => MediaUnit {
	const { width, height } = options;
	const paint = patternPainter(options);
	const format: Format = { codec: 'jpeg', codecString: undefined, width, height };
	return () => {
		const { picture, capturedAt } = paint();
		return { key: true, capturedAt, data: encodeJpeg(picture, { quality: PATTERN_QUALITY }), format };
	};
}
