import type { Readable } from 'node:stream';
import { type Clock, type Millis, reasonOf } from '@oriel/base';
import { Watchdog } from '../../timing/watchdog.ts';
import { LiveReader } from '../live-reader.ts';
import type { MediaUnit, Sink } from '../source.ts';

/** A preview without a frame for this long is withdrawn: the grid shows the video instead. */
export const PREVIEW_SILENCE_MS: Millis = 10_000;

export interface PreviewOutputOptions {
	/** Where the program writes it. */
	readonly pipe: Readable;
	/** What the program is, for messages. */
	readonly from: string;
	readonly maxPictureBytes: number;
	readonly clock: Clock;
	readonly sink: Pick<Sink, 'preview' | 'advise'>;
}

/**
 * The preview that a program writes beside its video. Whatever goes wrong with it ends the preview and not the program:
 * the pipe is read to its end, for a full pipe would stop the video too.
 */
export class PreviewOutput {
	readonly #options: PreviewOutputOptions;
	readonly #reader: LiveReader;
	readonly #dog: Watchdog;
	#isOver = false;
	/** Whether it has been withdrawn, and nothing has come since. */
	#isLost = false;

	constructor(options: PreviewOutputOptions) {
		this.#options = options;
		const { pipe, from, maxPictureBytes, clock, sink } = options;
		const advise = (words: string) => sink.advise(words);
		this.#reader = new LiveReader({
			from: `the preview of ${from}`,
			maxPictureBytes,
			clock,
			sink: { frame: (unit) => this.#take(unit), advise },
		});
		const bark = () => this.#lose(`no frame has come for ${PREVIEW_SILENCE_MS / 1000} s`);
		this.#dog = new Watchdog({ clock, limitMs: PREVIEW_SILENCE_MS, bark });
		pipe.on('data', (chunk: Uint8Array) => this.#read(() => this.#reader.push(chunk)));
	}

	/** The run is over: nothing is said of what ends with it. */
	stop(): void {
		this.#isOver = true;
		this.#dog.stop();
		this.#reader.stop();
	}

	#take(unit: MediaUnit): void {
		if (this.#isOver) return;
		this.#isLost = false;
		this.#dog.feed();
		this.#options.sink.preview(unit);
	}

	#read(step: () => void): void {
		if (this.#isOver) return;
		try {
			step();
		} catch (failure) {
			this.#lose(reasonOf(failure));
			this.stop();
		}
	}

	#lose(reason: string): void {
		if (this.#isLost) return;
		this.#isLost = true;
		const { from, sink } = this.#options;
		sink.preview(undefined);
		sink.advise(`${from} has no preview any more, its video goes on: ${reason}`);
	}
}
