import { type Clock, type Millis, reasonOf } from '@oriel/base';
import type { MediaUnit, Source } from '../capture/source.ts';
import { type StreamFacts, StreamStatistics } from './statistics.ts';

/** How long a trial lasts, from its first picture on. */
export const TRIAL_MS: Millis = 3000;
/** The longest wait for a first picture: several ways may have to be tried, each with its own timeout. */
export const FIRST_PICTURE_MS: Millis = 90_000;

/** How trying a source came out. */
export interface Trial {
	/** Undefined: no picture came. */
	readonly stream: StreamFacts | undefined;
	/** Why it ended on its own; undefined: it was well until we stopped it. */
	readonly failure: string | undefined;
	/** What the source advised its owner, each once. */
	readonly advice: readonly string[];
	/** From the beginning to the first picture. */
	readonly firstPictureMs: Millis | undefined;
}

/** Runs a source for a while and measures what it brings. Never rejects. */
export async function trySource(source: Source, clock: Clock, signal: AbortSignal): Promise<Trial> {
	const statistics = new StreamStatistics();
	const advice = new Set<string>();
	const stop = new AbortController();
	const end = () => stop.abort();
	const begun = clock.now();
	let firstPictureMs: Millis | undefined;
	let cancel = clock.after(FIRST_PICTURE_MS, end);
	const frame = (picture: MediaUnit) => {
		const now = clock.now();
		statistics.add(picture, now);
		if (firstPictureMs !== undefined) return;
		firstPictureMs = Math.round((now - begun) / 1000);
		cancel();
		cancel = clock.after(TRIAL_MS, end);
	};
	signal.addEventListener('abort', end, { once: true });
	if (signal.aborted) end();
	let failure: string | undefined;
	try {
		const ignored = { poster: () => undefined, preview: () => undefined };
		await source.run({ frame, ...ignored, advise: (words) => void advice.add(words) }, stop.signal);
		if (firstPictureMs === undefined) failure = `No picture came within ${FIRST_PICTURE_MS / 1000} s.`;
	} catch (thrown) {
		failure = reasonOf(thrown);
	} finally {
		cancel();
		signal.removeEventListener('abort', end);
	}
	return { stream: statistics.facts, failure, advice: [...advice], firstPictureMs };
}
