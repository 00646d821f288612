import type { Choices } from '../../capture/command/choices.ts';
import type { CaptureSettings, Diagnosis, Evidence } from '../../capture/command/command.ts';
import type { Camera } from '../../capture/method.ts';
import { turning } from './encoding.ts';
import type { FfmpegTool } from './look.ts';

/** What encodes previews, the best first. */
const ENCODERS = ['libx264', 'h264_videotoolbox', 'mjpeg'] as const;
export type PreviewEncoder = (typeof ENCODERS)[number];

/** Its longer side, in pixels: the tile of a grid shows no more. */
const SIDE = 320;
/** A video whose longer side has no more than this is small enough for a tile. */
const MAX_SIDE_WITHOUT = 480;
/** It has at least this many frames a second, if the video has: every Nth of them, so that their distance stays even. */
const MIN_FPS = 10;
/** Bits a second. Enough for 320 pixels, and a tenth of the video's. */
const BITRATE = 200_000;
const JPEG_SCALE = '8';
/** To descriptor 3. */
const OUTPUT = 'pipe:3';

/** What of this ffmpeg encodes previews; undefined: nothing. */
export function previewEncoderOf({ encoders }: FfmpegTool): PreviewEncoder | undefined {
	return ENCODERS.find((name) => encoders.has(name));
}

/**
 * The arguments of a second output, behind those of the video, that writes a preview; undefined: it makes none. The same
 * process decodes once for both.
 */
export function previewOutput(
	{ input, board }: Camera<{ readonly previewEncoder: PreviewEncoder | undefined }>,
	{ width, height, fps }: Choices,
	settings: CaptureSettings,
): readonly string[] | undefined {
	const { previewEncoder: encoder } = input;
	// A small board has nothing to spare.
	if (!settings.preview || !encoder || board.strength === 'small') return undefined;
	if (Math.max(width, height) <= MAX_SIDE_WITHOUT) return undefined;
	const every = Math.max(1, Math.floor(fps / MIN_FPS));
	const filters = [
		...turning(settings),
		...(every > 1 ? [`framestep=${every}`] : []),
		`scale=${SIDE}:${SIDE}:force_original_aspect_ratio=decrease:force_divisible_by=2`,
	];
	const keyEvery = Math.max(1, Math.round(fps / every));
	return ['-vf', filters.join(','), ...codecArguments(encoder, keyEvery), OUTPUT];
}

/** A key frame each second: a grid that is opened waits for one. */
function codecArguments(encoder: PreviewEncoder, keyEvery: number): readonly string[] {
	const rate = ['-b:v', `${BITRATE}`, '-maxrate', `${BITRATE}`, '-bufsize', `${BITRATE}`];
	const asFlv = ['-f', 'flv', '-flvflags', 'no_duration_filesize'];
	switch (encoder) {
		case 'libx264':
			return [
				...['-c:v', encoder, '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
				...['-pix_fmt', 'yuv420p', '-g', `${keyEvery}`, ...rate, ...asFlv],
			];
		case 'h264_videotoolbox':
			return [
				...['-c:v', encoder, '-realtime', '1', '-bf', '0', '-profile:v', 'baseline'],
				...['-g', `${keyEvery}`, '-b:v', `${BITRATE}`, ...asFlv],
			];
		case 'mjpeg':
			return [
				...['-c:v', encoder, '-q:v', JPEG_SCALE, '-huffman', 'default', '-pix_fmt', 'yuvj420p'],
				...['-f', 'mjpeg'],
			];
	}
}

/** What ffmpeg says of its second output, in the words of versions 4 to 7. */
const OF_PREVIEW = /(stream |#)1:0\b/;

/**
 * The diagnosis of an ffmpeg that made a preview: where that is what failed, it is started again without.
 */
export function sparingPreview(diagnosis: Diagnosis, { words }: Evidence, args: readonly string[]): Diagnosis {
	const begin = args.lastIndexOf('-vf');
	// The video may have begun by then.
	const isOfPreview = args.at(-1) === OUTPUT && words.some((line) => OF_PREVIEW.test(line));
	return isOfPreview ? { ...diagnosis, without: args.slice(begin) } : diagnosis;
}
