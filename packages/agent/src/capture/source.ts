import type { Micros } from '@oriel/base';

/** One picture as a source makes it. */
export interface Frame {
	/** True if it can be decoded without an earlier one. Every JPEG is. */
	readonly key: boolean;
	/** When it was taken, or when its first byte came in, on the agent's clock. Never before that of the frame before. */
	readonly capturedAt: Micros;
	/** The whole picture. Nobody changes these bytes any more. */
	readonly bytes: Uint8Array;
	/** In pixels. */
	readonly width: number;
	readonly height: number;
}

/** Where a source puts its pictures. It returns at once and never throws: a source is never held up by what follows. */
export type Sink = (frame: Frame) => void;

/** Something that makes pictures: a camera, a file, a pattern. */
export interface Source {
	/** What it is, for people and logs. Holds no password. */
	readonly description: string;
	readonly codec: 'jpeg' | 'h264';
	/** What it can do on request, as in `announce`: `pause`, `key-frame`. */
	readonly capabilities: readonly string[];
	/**
	 * Opens the source and hands every picture to `sink` until it ends. Resolves when `signal` was aborted and all is
	 * closed, soon after the abort; rejects with SourceError when it ends by itself. Not to be called while it runs;
	 * may be called again afterwards, unless `again` of the error was `never`.
	 */
	run(sink: Sink, signal: AbortSignal): Promise<void>;
}
