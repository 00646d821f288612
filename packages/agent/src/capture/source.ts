import type { Micros } from '@oriel/base';
import type { MediaUnit } from '@oriel/media';
import type { ControlRequest, Controls } from '@oriel/protocol';

export type { Format, MediaUnit } from '@oriel/media';

/** A JPEG that stands for the camera where its frames are none. */
export interface Poster {
	/** On the agent's clock. */
	readonly capturedAt: Micros;
	/** One JPEG. */
	readonly data: Uint8Array;
}

/** Where a source puts what it makes. Each call returns at once and never throws: a source is never held up by what follows. */
export interface Sink {
	/** The next picture. None may be left out on the way to here: a delta frame needs all since its key frame. */
	frame(unit: MediaUnit): void;
	/** Beside the frames, now and then, from a source whose frames are H.264 and which has JPEGs too. Never the first. */
	poster(poster: Poster): void;
	/**
	 * The next frame of its preview, beside the frames, from a source with `preview`; all of a run, as `frame` gets them.
	 * Undefined: there is none any more, until the next comes.
	 */
	preview(unit: MediaUnit | undefined): void;
	/** Something about the pictures that the camera's owner should change, in words. May be said again and again. */
	advise(words: string): void;
}

/** What people may change about a camera while it runs. */
export interface SourceControls {
	/** Tells of the controls at once, and whenever something in them changes. One listener is enough. */
	watch(told: (controls: Controls) => void): void;
	/** Changes values, as far as the camera has such controls. What came of it is told; nothing is thrown. */
	request(changes: ControlRequest): void;
}

/** What a source does with its preview, a small rendition for grids, on request. */
export interface PreviewControls {
	/** As `capabilities` of the source. */
	readonly capabilities: readonly string[];
	/** As of the source. */
	requestKey?(): void;
	/** It has no viewers: make none; or, with `false`, it has some again. Absent: it goes on, and is not sent. */
	pause?(isPaused: boolean): void;
}

/** Something that makes pictures: a camera, a file, a pattern. */
export interface Source {
	/** What it is, for people and logs. Holds no password. */
	readonly description: string;
	/** What it can do on request, as in `announce`: `key-frame`, `bitrate`. */
	readonly capabilities: readonly string[];
	/**
	 * Opens the source and hands every picture to `sink` until it ends. Resolves when `signal` was aborted and all is
	 * closed, soon after the abort; rejects with SourceError when it ends on its own. Not to be called while it runs;
	 * may be called again afterwards, unless `again` of the error was `never`.
	 */
	run(sink: Sink, signal: AbortSignal): Promise<void>;
	/** With the capability `key-frame`: makes the next picture a key frame. Nothing happens while it does not run. */
	requestKey?(): void;
	/** There are no viewers: stop making frames, but for a poster or a frame every few seconds. `false`: go on. */
	pause?(isPaused: boolean): void;
	/**
	 * With the capability `bitrate`: stays under this many bits a second from now on, as far as it can; undefined: as the
	 * owner has set it. Some need a second or two without pictures for that, and then do it at most every 20 s.
	 */
	limit?(bitsPerSecond: number | undefined): void;
	/** Present: it makes a preview of its own, if its camera turns out to allow that. */
	readonly preview?: PreviewControls | undefined;
	/** Absent: nothing can be changed while it runs, or the owner does not allow it. */
	readonly controls?: SourceControls | undefined;
}
