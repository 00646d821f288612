import type { EncodedFrame, TrackName } from '@oriel/stream';
import type { ControlReport, ControlRequest } from './controls.ts';
import type { Format, Poster } from './frame.ts';

/** What an input knows of a frame; the track adds the rest. Times are of the relay's clock. */
export interface FrameInput
	extends Pick<EncodedFrame, 'key' | 'capturedAt' | 'presentationOffset' | 'origin' | 'data'> {
	/** The encoder renews pictures bit by bit from here on, in place of key frames (intra refresh). */
	readonly isRefresh?: boolean;
}

/** Why a publication ended without its publisher asking for it. */
export type EndReason = 'taken-over' | 'shutting-down' | 'revoked';

/** What publishes a camera. It is told when it may publish no more. */
export interface Publisher {
	/** The kind of input, for logs: `agent`, `upload`, `seed`. */
	readonly via: string;
	/** What the program calls itself, if it says so: hostile text. */
	readonly software?: string | undefined;
	/** Called at most once, and never after `Publication.close()`. */
	ended(reason: EndReason): void;
	/** Asks for a key frame of a track, where the camera can make one. */
	requestKey?(track: TrackName): void;
	/** Asks for no more frames of a track, because it has no viewers; posters may continue. False: this one cannot pause. */
	pause?(track: TrackName): boolean;
	/** Asks for frames of a track again. */
	resume?(track: TrackName): void;
	/** Asks for other values of what it has reported with `Publication.controls`. */
	control?(request: ControlRequest): void;
}

/** One unbroken run of a camera. After its end every call is ignored. */
export interface Publication {
	/** Counts the camera's runs on this relay. */
	readonly number: number;
	/** False once it has ended. */
	readonly isCurrent: boolean;
	/** What the camera makes. */
	readonly video: TrackPublication;
	/** Another track. It is opened with the first call; undefined: the relay has no room for it. */
	track(name: TrackName): TrackPublication | undefined;
	/** A JPEG for where the camera's own frames are of no use. */
	poster(poster: Poster): void;
	/** The camera is connected but has trouble making pictures: `reason` is for people. */
	trouble(reason: string): void;
	/** The camera sends less than it could: why, for people; undefined: it does not. */
	limited(words: string | undefined): void;
	/** What the owner, and no other person, should know of the frames; undefined: nothing. */
	problem(words: string | undefined): void;
	/** What may be changed at the camera, and how it is now. */
	controls(report: ControlReport): void;
	/** The publisher has gone; `reason` is for people. */
	close(reason: string): void;
	/**
	 * The publisher has gone, as one that connects again for each picture: the camera stays what it is until its next picture
	 * is overdue, and the next publication continues this one.
	 */
	closeUntilNext(reason: string): void;
}

/** One track of a publication. */
export interface TrackPublication {
	/** Says what the next frames look like. */
	describe(format: Format): void;
	push(frame: FrameInput): void;
	/** A frame is missing here: what follows cannot be decoded until the next key frame. */
	lost(): void;
	/** There are no more frames of this track. `video` stays. */
	close(): void;
}
