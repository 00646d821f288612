import {
	Backoff,
	type Clock,
	type Fields,
	type Log,
	type Micros,
	type Millis,
	micros,
	reasonOf,
	StallLimit,
	sleep,
} from '@oriel/base';
import { LogThrottle } from '../errors/log-throttle.ts';
import { SourceError } from '../errors/source-error.ts';
import { Watchdog } from '../timing/watchdog.ts';
import type { MediaUnit, Poster, Source } from './source.ts';

/** Wait before a source is opened again that asked for `later`. */
const LATER_MS: Millis = 60_000;
/** A source that has run this long was well: its next failure is a new one. */
const WELL = micros(10_000);
/**
 * An open source without a picture for this long is reported, but not closed: only it knows whether that is odd. One that
 * has brought some is given as long as its pace asks for.
 */
export const QUIET_MS: Millis = 10_000;

export interface Capture {
	onFrame(frame: MediaUnit): void;
	onPoster(poster: Poster): void;
	/** A frame of its preview; undefined: there is none any more. */
	onPreview(unit: MediaUnit | undefined): void;
	/** Pictures do not come, and why, for people. Called again when the reason changes; the next picture ends it. */
	onStall(reason: string): void;
}

export interface Platform {
	readonly clock: Clock;
	readonly log: Log;
	readonly signal: AbortSignal;
	/** Uniform in [0, 1). */
	readonly random: () => number;
}

/**
 * Keeps a source running: opens it again whenever it ends, sooner or later as its error asks. Resolves when `signal`
 * is aborted and the source is closed. Rejects with the SourceError of a source that cannot be opened again.
 */
export async function supervise(source: Source, capture: Capture, platform: Platform): Promise<void> {
	const log = platform.log.with({ source: source.description });
	await new Supervisor(source, capture, { ...platform, log }).run();
}

class Supervisor {
	readonly #source: Source;
	readonly #capture: Capture;
	readonly #platform: Platform;
	readonly #backoff: Backoff;
	readonly #throttle: LogThrottle;
	readonly #pace = new StallLimit();
	/** When the present run brought its first picture. */
	#goodSince: Micros | undefined;
	/** Whether the newest line of the log says that all is well. */
	#saidGood = false;
	#advice: string | undefined;

	constructor(source: Source, capture: Capture, platform: Platform) {
		this.#source = source;
		this.#capture = capture;
		this.#platform = platform;
		this.#backoff = new Backoff({ minMs: 250, maxMs: 15_000, share: 0.05, ...platform });
		this.#throttle = new LogThrottle(platform);
	}

	async run(): Promise<void> {
		const { clock, signal } = this.#platform;
		while (!signal.aborted) {
			const failure = await this.#runOnce();
			if (signal.aborted) return;
			this.#failed(failure);
			await sleep(clock, this.#waitAfter(failure), signal);
		}
	}

	#waitAfter({ again, waitMs }: SourceError): Millis {
		const wait = this.#backoff.next();
		if (!waitMs) return again === 'later' ? LATER_MS : wait;
		const [least, most] = waitMs;
		return Math.max(wait, least + (most - least) * this.#platform.random());
	}

	#failed(failure: SourceError): void {
		if (this.#goodSince !== undefined && this.#platform.clock.now() - this.#goodSince >= WELL) {
			this.#backoff.reset();
			this.#throttle.reset();
		}
		if (this.#throttle.log(failure.message)) this.#saidGood = false;
		this.#capture.onStall(failure.message);
		if (failure.again === 'never') throw failure;
	}

	async #runOnce(): Promise<SourceError> {
		this.#goodSince = undefined;
		const { clock, signal } = this.#platform;
		const limitMs = () => (this.#goodSince === undefined ? QUIET_MS : Math.max(QUIET_MS, this.#pace.limitMs));
		const bark = () => this.#capture.onStall(`no picture for ${Math.round(limitMs() / 1000)} s`);
		const dog = new Watchdog({ clock, limitMs, bark });
		try {
			const sink = {
				frame: (frame: MediaUnit) => {
					this.#pace.picture(clock.now());
					this.#picture(frame);
					dog.feed();
				},
				poster: (poster: Poster) => {
					dog.feed();
					this.#capture.onPoster(poster);
				},
				preview: (unit: MediaUnit | undefined) => this.#capture.onPreview(unit),
				advise: (words: string) => this.#advise(words),
			};
			await this.#source.run(sink, signal);
			return new SourceError('ended', 'the source ended', { again: 'soon' });
		} catch (cause) {
			return cause instanceof SourceError
				? cause
				: new SourceError('broken', reasonOf(cause), { again: 'soon', cause });
		} finally {
			dog.stop();
		}
	}

	#picture(frame: MediaUnit): void {
		this.#goodSince ??= this.#platform.clock.now();
		if (!this.#saidGood) this.#platform.log.info('pictures come in', factsOf(frame));
		this.#saidGood = true;
		this.#capture.onFrame(frame);
	}

	/** Once: a file says the same in every round. */
	#advise(words: string): void {
		if (words === this.#advice) return;
		this.#advice = words;
		this.#platform.log.warn(words);
	}
}

function factsOf({ format: { codec, codecString, width, height } }: MediaUnit): Fields {
	return { codec: codecString ?? codec, width, height };
}
