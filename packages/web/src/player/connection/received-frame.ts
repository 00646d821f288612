import type { Millis } from '@oriel/base';
import type { EncodedFrame } from '@oriel/stream';

/** A frame as it came from the relay, with the way to say that it has been dealt with. `capturedAt` is in the relay's clock. */
export interface ReceivedFrame extends EncodedFrame {
	/** How old it is at this moment; undefined while the clocks have not been compared. */
	ageMs(): Millis | undefined;
	/** The page is done with this frame: it was displayed at that age, or, undefined, will not be. Only the first call counts. */
	settle(ageMs: Millis | undefined): void;
}

/** Where the frames of one track go. */
export type FrameSink = (frame: ReceivedFrame) => void;
