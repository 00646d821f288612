import type { Micros, Millis } from '@oriel/base';
import type { EncodedFrame } from '@oriel/stream';

/** How a viewer fares. All times are of the relay's clock. */
export interface ViewerFacts {
	/** When it was attached. */
	readonly since: Micros;
	/** Pictures sent to it, and pictures passed over because it was behind. */
	readonly frames: number;
	readonly dropped: number;
	/** The picture that it showed last: how old that was then, and when it told. Undefined where it cannot tell. */
	readonly shown?: { readonly ageMs: Millis; readonly at: Micros } | undefined;
}

/** Anyone attached to a track. The hub never waits for a viewer: how it copes with being behind is its own affair. */
export interface Viewer {
	/** The output that serves it, as metrics name it. */
	readonly transport: string;
	/** There is a newer picture: take what `Track.after` gives, now or later. Never blocks, never throws. */
	offer(frame: EncodedFrame): void;
	/** The camera is no more. */
	cameraRemoved(): void;
	/** Called about once a second, for viewers that watch their own time limits. */
	tick?(now: Micros): void;
	/** For the owner. Viewers that want one picture and go have none. */
	readonly facts?: ViewerFacts;
}
