import type { Micros } from '@oriel/base';
import type { Frame } from './frame.ts';

/** The ways out of the relay, as metrics name them. */
export type Transport = 'mjpeg' | 'live' | 'mp4' | 'snapshot';

/** Anyone attached to a camera. The hub never waits for a viewer: how it copes with being behind is its own affair. */
export interface Viewer {
	readonly transport: Transport;
	/** There is a newer picture: take what `Camera.after` gives, now or later. Never blocks, never throws. */
	offer(frame: Frame): void;
	/** The camera is no more. */
	cameraRemoved(): void;
	/** Called about once a second, for viewers that watch their own time limits. */
	tick?(now: Micros): void;
}
