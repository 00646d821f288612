import type { MediaUnit, Poster, Sink, Source } from '../../../../packages/agent/src/capture/source.ts';
import { SourceError } from '../../../../packages/agent/src/errors/source-error.ts';

/** A source that runs, and what came of it. */
export class Watching {
	readonly frames: MediaUnit[] = [];
	readonly posters: Poster[] = [];
	/** Frames of its preview; undefined where it was said that there is none. */
	readonly previews: (MediaUnit | undefined)[] = [];
	readonly advice: string[] = [];
	/** `stopped` after an abort; the error if the source ended on its own. */
	outcome: 'running' | 'stopped' | SourceError = 'running';
	readonly #abort = new AbortController();

	constructor(source: Source) {
		const sink: Sink = {
			frame: (frame) => this.frames.push(frame),
			poster: (poster) => this.posters.push(poster),
			preview: (unit) => this.previews.push(unit),
			advise: (words) => this.advice.push(words),
		};
		source.run(sink, this.#abort.signal).then(
			() => {
				this.outcome = 'stopped';
			},
			(failure) => {
				if (!(failure instanceof SourceError)) throw failure;
				this.outcome = failure;
			},
		);
	}

	get failure(): SourceError | undefined {
		return this.outcome instanceof SourceError ? this.outcome : undefined;
	}

	stop(): void {
		this.#abort.abort();
	}
}
