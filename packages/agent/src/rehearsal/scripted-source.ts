import { deferred } from '@oriel/base';
import type { Frame, Sink, Source } from '../capture/source.ts';
import type { SourceError } from '../errors/source-error.ts';

/** A source that does what the test says. */
export class ScriptedSource implements Source {
	readonly description = 'scripted source';
	readonly codec = 'jpeg';
	readonly capabilities: readonly string[] = [];
	/** How often it has been opened. */
	runs = 0;
	#sink: Sink | undefined;
	#end = deferred<void>();

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
	give(frame: Frame): void {
		this.#sink?.(frame);
	}

	fail(error: SourceError): void {
		this.#end.reject(error);
	}
}
