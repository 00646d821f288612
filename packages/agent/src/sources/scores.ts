/**
 * The order in which candidates are tried. A camera on a ribbon connector before one on USB, for it was put there on
 * purpose; what a camera makes itself before what has to be made on this machine's processor.
 */
export const SCORES = {
	csiH264: 110,
	raspividH264: 106,
	legacyH264: 104,
	csiJpeg: 100,
	raspividJpeg: 98,
	legacyJpeg: 96,
	nativeJpeg: 90,
	/** Not before JPEG: many of these cameras send a key frame every several seconds, some never a second one. */
	nativeH264: 80,
	/** The same through ffmpeg: one more program that holds frames back. */
	throughFfmpeg: -2,
	rawToH264Hardware: 42,
	rawToH264: 40,
	rawToJpeg: 38,
} as const;
