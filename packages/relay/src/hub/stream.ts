import type { Micros } from '@oriel/base';
import type { ControlReport, Wish } from './controls.ts';
import type { Format, Poster } from './frame.ts';

/** A picture on its way in. */
export interface Picture {
	readonly key: boolean;
	/** Relay's clock. */
	readonly capturedAt: Micros;
	/** How much later than `capturedAt` it is shown, where that is another order than that in which frames come. */
	readonly presentationOffset?: Micros | undefined;
	readonly payload: Uint8Array;
	/** The encoder renews pictures bit by bit from here on, in place of key frames. */
	readonly isRefresh?: boolean;
}

/** Why a stream ended without its publisher asking for it. */
export type EndReason = 'taken-over' | 'shutting-down' | 'revoked';

/** Whoever brings pictures. It is told when it may bring no more. */
export interface Publisher {
	/** The kind of ingest, for logs: `agent`, `upload`, `seed`. */
	readonly via: string;
	/** Called at most once, and never after `Stream.close()`. */
	ended(reason: EndReason): void;
	/** Asks the camera for a key frame, where it can make one. */
	requestKey?(): void;
	/** Asks for no more pictures, for nobody watches; posters may go on. False: this one cannot stop. */
	pause?(): boolean;
	/** Asks for pictures again. */
	resume?(): void;
	/** Asks for other values of what it has reported with `Stream.controls`. */
	control?(wish: Wish): void;
}

/** One unbroken run of pictures from a camera. After its end every call is ignored. */
export interface Stream {
	/** Counts the camera's streams on this relay. */
	readonly number: number;
	/** False once it has ended. */
	readonly isCurrent: boolean;
	/** Says what the next pictures look like. */
	describe(format: Format): void;
	push(picture: Picture): void;
	/** A picture is missing here: what follows cannot be decoded until the next key frame. */
	lost(): void;
	/** A JPEG for where the camera's own frames are of no use. */
	poster(poster: Poster): void;
	/** The camera is connected but has trouble making pictures: `reason` is for people. */
	trouble(reason: string): void;
	/** The camera sends less than it could: why, for people; undefined: it does not. */
	limited(words: string | undefined): void;
	/** What the owner, and nobody else, should know of the pictures; undefined: nothing. */
	problem(words: string | undefined): void;
	/** What may be changed at the camera, and how it is now. */
	controls(report: ControlReport): void;
	/** The publisher has gone; `reason` is for people. */
	close(reason: string): void;
	/**
	 * The publisher has gone as one that comes with each picture anew: the camera stays what it is until its next picture is
	 * overdue, and the next stream goes on with this one.
	 */
	closeUntilNext(reason: string): void;
}
