import { deferred } from '@oriel/base';
import type {
	MediaUnit,
	Poster,
	PreviewControls,
	Sink,
	Source,
} from '../../../../packages/agent/src/capture/source.ts';
import type { SourceError } from '../../../../packages/agent/src/errors/source-error.ts';

/** A source that does what the test says. */
export class ScriptedSource implements Source {
	readonly description = 'scripted source';
	readonly capabilities: readonly string[];
	/** How often it has been opened. */
	runs = 0;
	/** How often it was asked for a key frame. */
	keyRequests = 0;
	/** The pauses that it was asked for. */
	readonly pauses: boolean[] = [];
	/** Only of a source that makes its preview itself. */
	preview?: PreviewControls;
	/** Only of a source that can pause. */
	pause?: (isPaused: boolean) => void;
	#sink: Sink | undefined;
	#end = deferred<void>();

	constructor(capabilities: readonly string[] = [], { canPause = false } = {}) {
		this.capabilities = capabilities;
		if (canPause) this.pause = (isPaused) => this.pauses.push(isPaused);
	}

	get isOpen(): boolean {
		return this.#sink !== undefined;
	}

	async run(sink: Sink, signal: AbortSignal): Promise<void> {
		if (signal.aborted) return;
		this.runs++;
		this.#sink = sink;
		this.#end = deferred();
		const stop = () => this.#end.resolve();
		signal.addEventListener('abort', stop, { once: true });
		try {
			await this.#end.promise;
		} finally {
			this.#sink = undefined;
			signal.removeEventListener('abort', stop);
		}
	}

	/** Makes a picture. Lost while the source is not open. */
	give(frame: MediaUnit): void {
		this.#sink?.frame(frame);
	}

	/** Makes a picture of its preview; undefined: there is none any more. */
	givePreview(unit: MediaUnit | undefined): void {
		this.#sink?.preview(unit);
	}

	givePoster(poster: Poster): void {
		this.#sink?.poster(poster);
	}

	/** Finds fault with its camera. */
	advise(words: string): void {
		this.#sink?.advise(words);
	}

	requestKey(): void {
		this.keyRequests++;
	}

	fail(error: SourceError): void {
		this.#end.reject(error);
	}
}
