import type { CaptureSettings } from '../command/command.ts';

/** What the source brings with its present settings. */
export interface Seen {
	readonly codec: 'jpeg' | 'h264';
	readonly bitsPerSecond: number;
	/** Pictures a second. */
	readonly fps: number;
}

/** H.264 encoders make nothing worth looking at below this. */
const MIN_BITRATE = 150_000;
/** Limits are rounded down to this, so that a small change does not restart the camera. */
const BITRATE_STEP = 50_000;
const MIN_FPS = 5;
const MIN_QUALITY = 20;
/** What capture programs take for JPEGs unless they are told otherwise. */
const USUAL_QUALITY = 50;

/**
 * The owner's settings, lowered so that the stream stays under `bitsPerSecond`. H.264: the encoder is told. JPEG has no
 * rate control: first fewer pictures, then coarser ones, judged by what `present` settings bring.
 */
export function settingsWithin(
	bitsPerSecond: number | undefined,
	own: CaptureSettings,
	present: CaptureSettings,
	seen: Seen | undefined,
): CaptureSettings {
	if (bitsPerSecond === undefined) return own;
	if ((seen?.codec ?? own.codec) === 'h264') {
		const limit = Math.max(MIN_BITRATE, Math.floor(bitsPerSecond / BITRATE_STEP) * BITRATE_STEP);
		return { ...own, bitrate: Math.min(limit, own.bitrate ?? limit) };
	}
	return seen ? jpegWithin(bitsPerSecond, own, present, seen) : present;
}

/** The size of a JPEG is taken to grow with its quality in proportion, which is near enough between 20 and 80. */
function jpegWithin(limit: number, own: CaptureSettings, present: CaptureSettings, seen: Seen): CaptureSettings {
	const fps = own.fps ?? Math.max(seen.fps, present.fps ?? 0);
	const quality = own.quality ?? USUAL_QUALITY;
	const presentShare = ((present.fps ?? fps) / fps) * ((present.quality ?? quality) / quality);
	const share = limit / (seen.bitsPerSecond / presentShare);
	if (!(share < 1)) return own;
	const lessFps = Math.min(fps, Math.max(MIN_FPS, Math.floor(fps * share)));
	const rest = Math.min(1, share / (lessFps / fps));
	if (rest === 1) return { ...own, fps: lessFps };
	return { ...own, fps: lessFps, quality: Math.min(quality, Math.max(MIN_QUALITY, Math.floor(quality * rest))) };
}
