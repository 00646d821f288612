import type { MediaUnit, Poster, Sink, Source } from '../../../../packages/agent/src/capture/source.ts';
import { SourceError } from '../../../../packages/agent/src/errors/source-error.ts';

/** A source that runs, and what came of it. */
export class Watching {
	readonly frames: MediaUnit[] = [];
	readonly posters: Poster[] = [];
	readonly advice: string[] = [];
	/** `stopped` after an abort; the error if the source ended by itself. */
	outcome: 'running' | 'stopped' | SourceError = 'running';
	readonly #abort = new AbortController();

	constructor(source: Source) {
		const sink: Sink = {
			frame: (frame) => this.frames.push(frame),
			poster: (poster) => this.posters.push(poster),
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
