import type { Clock, Micros } from '@oriel/base';
import type { CaptureSettings } from './command/command.ts';
import type { MediaUnit, Source } from './source.ts';

/** How much earlier than its beat a picture may come, as a part of the interval: cameras jitter. */
const TOLERANCE = 0.25;

/**
 * `source` with pictures left out, so that at most `fps` a second come through on average. H.264 comes through whole:
 * its pictures need one another.
 */
export function atMost(fps: number, source: Source, clock: Clock): Source {
	const interval: Micros = 1_000_000 / fps;
	const early = interval * TOLERANCE;
	return {
		description: source.description,
		capabilities: source.capabilities,
		...(source.requestKey && { requestKey: () => source.requestKey?.() }),
		...(source.limit && { limit: (bitsPerSecond: number | undefined) => source.limit?.(bitsPerSecond) }),
		...(source.preview && { preview: source.preview }),
		...(source.controls && { controls: source.controls }),
		run(sink, signal) {
			let due = clock.now();
			const frame = (picture: MediaUnit) => {
				const now = clock.now();
				if (picture.format.codec === 'jpeg' && now < due - early) return;
				due = Math.max(due, now - early) + interval;
				sink.frame(picture);
			};
			const rest = { poster: sink.poster.bind(sink), preview: sink.preview.bind(sink), advise: sink.advise.bind(sink) };
			return source.run({ frame, ...rest }, signal);
		},
	};
}

/** `source` with as many frames a second as the owner has asked for at most. */
export function thinned(
	source: Source,
	{ settings: { fps }, clock }: { readonly settings: CaptureSettings; readonly clock: Clock },
): Source {
	return fps === undefined ? source : atMost(fps, source, clock);
}
