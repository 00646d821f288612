import type { FfmpegEncoder } from './encoding.ts';
import type { FfmpegTool } from './look.ts';

/** What ffmpeg can make of raw pictures, the best first. */
export function encodersOf(ffmpeg: FfmpegTool, hasPiEncoder: boolean): Exclude<FfmpegEncoder, 'copy'>[] {
	const wanted = ['h264_v4l2m2m', 'h264_videotoolbox', 'libx264', 'mjpeg'] as const;
	return wanted.filter((name) => ffmpeg.encoders.has(name) && (name !== 'h264_v4l2m2m' || hasPiEncoder));
}
