import type { Micros, Millis } from '@oriel/base';
import type { Announce } from '@oriel/wire';

/** How the pictures of one run are to be read. */
export type PictureFormat = Pick<Announce, 'codec' | 'codecString' | 'stream'>;

/** One picture as it came from the relay, with the way to say that it has been dealt with. */
export interface Picture {
	readonly camera: string;
	readonly sequence: number;
	/** Whether it can be decoded without any earlier one. */
	readonly key: boolean;
	readonly format: PictureFormat;
	/** When it was taken, in the relay's clock. */
	readonly capturedAt: Micros;
	/**
	 * How much later than `capturedAt` it is to be shown; it may be negative. Undefined where pictures are shown in the
	 * order in which they come.
	 */
	readonly presentationOffset: Micros | undefined;
	/** When it arrived, in our clock. */
	readonly arrivedAt: Micros;
	/** The JPEG or the access unit, a window on the message that brought it. */
	readonly payload: Uint8Array;
	/** How old it is at this moment; undefined while the clocks have not been compared. */
	ageMs(): Millis | undefined;
	/** The page is done with this picture: it was shown at that age, or, undefined, will not be. Only the first call counts. */
	settle(ageMs: Millis | undefined): void;
}

/** Where the pictures of one camera go. */
export type PictureSink = (picture: Picture) => void;
