import type { Clock, Micros } from '@oriel/base';
import type { Source } from './source.ts';

/** How much earlier than its beat a picture may come, as a part of the interval: cameras jitter. */
const TOLERANCE = 0.25;

/** `source` with pictures left out, so that at most `fps` a second come through on average. JPEG only: all are key frames. */
export function atMost(fps: number, source: Source, clock: Clock): Source {
	const interval: Micros = 1_000_000 / fps;
	const early = interval * TOLERANCE;
	return {
		description: source.description,
		codec: source.codec,
		capabilities: source.capabilities,
		run(sink, signal) {
			let due = clock.now();
			return source.run((frame) => {
				const now = clock.now();
				if (now < due - early) return;
				due = Math.max(due, now - early) + interval;
				sink(frame);
			}, signal);
		},
	};
}
