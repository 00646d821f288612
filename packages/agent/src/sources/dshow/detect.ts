import type { Detection, Found, ReportRow } from '../../capture/method.ts';
import type { DetectContext } from '../../detect/context.ts';
import { encodersOf } from '../ffmpeg/encoders.ts';
import type { FfmpegEncoder } from '../ffmpeg/encoding.ts';
import { type FfmpegTool, findFfmpeg } from '../ffmpeg/look.ts';
import { type PreviewEncoder, previewEncoderOf } from '../ffmpeg/preview.ts';
import { SCORES } from '../scores.ts';
import { DESKTOP } from '../targets.ts';
import { listWindowsCameras, type WindowsCamera } from './look.ts';

/** What the command line of ffmpeg needs to know of a camera of Windows. */
export interface DshowInput {
	readonly camera: WindowsCamera;
	/** What the camera makes itself; undefined: raw pictures. */
	readonly native: 'mjpeg' | 'h264' | undefined;
	readonly encoder: Exclude<FfmpegEncoder, 'h264_v4l2m2m' | 'h264_videotoolbox'>;
	/** What can encode a preview beside it. */
	readonly previewEncoder: PreviewEncoder | undefined;
}

/** Finds the cameras of Windows. */
export async function detectDshow(context: DetectContext): Promise<Detection<DshowInput>> {
	if (!context.looksFor(DESKTOP)) return { candidates: [] };
	const ffmpeg = await context.once(findFfmpeg);
	const windows = ffmpeg && context.place.platform === 'win32' ? await context.once(listWindowsCameras) : [];
	return {
		candidates: ffmpeg ? windows.flatMap((camera, place) => candidatesOf(camera, place, ffmpeg)) : [],
		cameras: windows.map(({ name, formats }): ReportRow => [name, formats.map((format) => format.name).join(' ')]),
		facts: { windows },
	};
}

/** `place`: the camera's place among the cameras; the second one comes after the first. */
function candidatesOf(camera: WindowsCamera, place: number, ffmpeg: FfmpegTool): Found<DshowInput>[] {
	const { name: label, input, formats } = camera;
	const found = (
		score: number,
		words: string,
		native: DshowInput['native'],
		encoder: DshowInput['encoder'],
	): Found<DshowInput> => ({
		label,
		camera: input,
		names: [],
		codec: native === 'mjpeg' || encoder === 'mjpeg' ? 'jpeg' : 'h264',
		score: score - place * 0.1,
		reason: `${label} ${words}`,
		input: { camera, native, encoder, previewEncoder },
	});
	const previewEncoder = previewEncoderOf(ffmpeg);
	const offers = (format: string) => formats.some(({ name }) => name === format);
	const encoders = encodersOf(ffmpeg, false).filter((encoder) => encoder === 'libx264' || encoder === 'mjpeg');
	const raw = 'gives raw pictures; this machine’s processor encodes them';
	return [
		...(offers('mjpeg') ? [found(SCORES.nativeJpeg, 'makes JPEG itself', 'mjpeg', 'copy')] : []),
		...(offers('h264') ? [found(SCORES.nativeH264, 'makes H.264 itself', 'h264', 'copy')] : []),
		...encoders.map((encoder) => {
			return found(encoder === 'libx264' ? SCORES.rawToH264 : SCORES.rawToJpeg, raw, undefined, encoder);
		}),
	];
}
