import type { OfferedFormat } from '../../detect/outputs/picture-format.ts';
import { encodersOf } from '../ffmpeg/encoders.ts';
import type { FfmpegTool } from '../ffmpeg/look.ts';
import type { VideoNode } from './look.ts';

/** What each format is called by Video4Linux and by ffmpeg. */
const NAMES: readonly (readonly [v4l2: string, ffmpeg: string])[] = [
	['MJPG', 'mjpeg'],
	['JPEG', 'mjpeg'],
	['H264', 'h264'],
	['YUYV', 'yuyv422'],
	['UYVY', 'uyvy422'],
	['NV12', 'nv12'],
	['YU12', 'yuv420p'],
	['RGB3', 'rgb24'],
	['BGR3', 'bgr24'],
	['GREY', 'gray'],
];

/** A format that a camera offers, under both names. */
export interface KnownFormat {
	readonly v4l2: string;
	readonly ffmpeg: string;
	readonly kind: 'jpeg' | 'h264' | 'raw';
}

/** Those of a camera's formats that something can be done with. */
export function knownFormats(formats: readonly OfferedFormat[]): KnownFormat[] {
	return formats.flatMap(({ name }) => {
		const [v4l2, ffmpeg] = NAMES.find((names) => names.includes(name)) ?? [];
		if (v4l2 === undefined || ffmpeg === undefined) return [];
		const kind = ffmpeg === 'mjpeg' ? 'jpeg' : ffmpeg === 'h264' ? 'h264' : 'raw';
		return [{ v4l2, ffmpeg, kind }];
	});
}

/** Whether any program that is here can make pictures for viewers out of this camera's. */
export function isUsable({ formats }: VideoNode, ffmpeg: FfmpegTool | undefined): boolean {
	const known = knownFormats(formats);
	if (known.some(({ kind }) => kind !== 'raw')) return true;
	return known.length > 0 && ffmpeg !== undefined && encodersOf(ffmpeg, true).length > 0;
}
