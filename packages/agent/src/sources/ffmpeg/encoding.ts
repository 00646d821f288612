import { type Choices, plain } from '../../capture/command/choices.ts';
import type { CaptureSettings } from '../../capture/command/command.ts';
import { refuseAll } from '../../capture/command/refuse.ts';

/** What ffmpeg does with the frames that it gets. */
export type FfmpegEncoder = 'copy' | 'h264_v4l2m2m' | 'libx264' | 'h264_videotoolbox' | 'mjpeg';

/** What every ffmpeg gets first: its log with levels, and no hands on the terminal. */
export const PREFIX = ['-hide_banner', '-nostdin', '-loglevel', 'level+warning'];

/** To standard output. FLV tells where a picture ends and when it was taken. */
export const AS_FLV = ['-f', 'flv', '-flvflags', 'no_duration_filesize', 'pipe:1'];
export const AS_JPEGS = ['-f', 'mjpeg', 'pipe:1'];
/** The Pi's encoder does not give its parameter sets beforehand, which FLV would need; nor do all cameras. */
export const AS_ANNEX_B = ['-f', 'h264', 'pipe:1'];

/** Arguments behind the input for an encoder, output and all. */
export function encoding(
	encoder: Exclude<FfmpegEncoder, 'copy'>,
	choices: Choices,
	settings: CaptureSettings,
): string[] {
	const filters = turning(settings);
	const { bitrate, quality, keyEvery } = choices;
	const rate = ['-b:v', `${bitrate}`];
	const filtered = (...more: string[]) => {
		const all = [...filters, ...more];
		return all.length > 0 ? ['-vf', all.join(',')] : [];
	};
	switch (encoder) {
		case 'h264_v4l2m2m':
			return [
				...filtered('format=yuv420p'),
				...['-c:v', encoder, ...rate, '-g', `${keyEvery}`, '-bf', '0', ...AS_ANNEX_B],
			];
		case 'h264_videotoolbox':
			return [
				...filtered(),
				...['-c:v', encoder, '-realtime', '1', '-bf', '0', '-profile:v', 'baseline'],
				...['-g', `${keyEvery}`, ...rate, ...AS_FLV],
			];
		case 'libx264':
			return [
				...filtered(),
				...['-c:v', encoder, '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
				...['-pix_fmt', 'yuv420p', '-g', `${keyEvery}`, ...rate],
				...['-maxrate', `${bitrate}`, '-bufsize', `${Math.round(bitrate / 2)}`, ...AS_FLV],
			];
		case 'mjpeg':
			return [
				...filtered(),
				...['-c:v', 'mjpeg', '-q:v', `${scaleOf(quality)}`, '-huffman', 'default'],
				...['-pix_fmt', 'yuvj420p', ...AS_JPEGS],
			];
	}
}

/** ffmpeg counts a JPEG's quality from 2, the best, to 31; 60 of 100 are its 6. */
function scaleOf(quality: number): number {
	return Math.min(31, Math.max(2, Math.round(16 - quality / 6)));
}

/** Filters that turn, flip and zoom. */
export function turning({ rotation, flip, zoom }: CaptureSettings): string[] {
	const turns = { 0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] };
	return [
		...(zoom ? [`crop=iw*${plain(zoom.width)}:ih*${plain(zoom.height)}:iw*${plain(zoom.x)}:ih*${plain(zoom.y)}`] : []),
		...turns[rotation ?? 0],
		...(flip === 'horizontal' || flip === 'both' ? ['hflip'] : []),
		...(flip === 'vertical' || flip === 'both' ? ['vflip'] : []),
	];
}

/** Refuses what cannot be done to pictures that are passed on as they are. */
export function refuseChanges({ rotation, flip, zoom, quality, bitrate }: CaptureSettings): void {
	const why = 'the pictures of this camera are passed on as they come; the page can turn and flip them';
	refuseAll({ 'a rotation': rotation || undefined, 'a flip': flip, 'a zoom': zoom }, why);
	refuseAll({ 'a quality': quality, 'a bitrate': bitrate }, 'this camera makes its pictures as it likes');
}

/** Refuses what ffmpeg has no way to tell a camera. */
export function refuseOptics({ autofocus, lensPosition, night, brightness }: CaptureSettings): void {
	const why = 'it cannot be told to this camera through ffmpeg';
	refuseAll(
		{ 'a focus': autofocus ?? lensPosition, 'a night mode': night, 'a brightness': brightness || undefined },
		why,
	);
}
