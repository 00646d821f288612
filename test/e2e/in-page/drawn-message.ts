/** What the worker tells the page of each picture that it has drawn. */
export interface DrawnMessage {
	/** As in the time code. */
	readonly camera: number;
	readonly sequence: number;
	readonly size: readonly [width: number, height: number];
}

/** The channel between the two scripts of a test. */
export const DRAWN_CHANNEL = 'drawn in the worker';
