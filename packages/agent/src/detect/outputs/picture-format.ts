/** A size of pictures that a camera offers. */
export interface OfferedSize {
	readonly width: number;
	readonly height: number;
	/** Rates that it offers for this size, in pictures a second; empty where it does not tell. */
	readonly rates: readonly number[];
}

/** A form in which a camera offers its pictures. */
export interface OfferedFormat {
	/** As Video4Linux calls it, e.g. `MJPG`, `H264`, `YUYV`; or as ffmpeg does, e.g. `mjpeg`. */
	readonly name: string;
	/** Empty where the camera takes any size, or does not tell. */
	readonly sizes: readonly OfferedSize[];
}

/** Sizes that are remembered of one format, and rates of one size. */
export const MAX_SIZES = 200;
export const MAX_RATES = 100;
/** Formats that are remembered of one camera. */
export const MAX_FORMATS = 50;
