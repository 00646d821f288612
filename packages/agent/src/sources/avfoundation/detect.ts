import type { Detection, Found, ReportRow } from '../../capture/method.ts';
import type { DetectContext } from '../../detect/context.ts';
import { encodersOf } from '../ffmpeg/encoders.ts';
import type { FfmpegEncoder } from '../ffmpeg/encoding.ts';
import { type FfmpegTool, findFfmpeg } from '../ffmpeg/look.ts';
import { type PreviewEncoder, previewEncoderOf } from '../ffmpeg/preview.ts';
import { SCORES } from '../scores.ts';
import { DESKTOP } from '../targets.ts';
import { listMacCameras, type MacCamera } from './look.ts';

/** What the command line of ffmpeg needs to know of a camera of a Mac. */
export interface AvFoundationInput {
	readonly camera: MacCamera;
	readonly encoder: Exclude<FfmpegEncoder, 'copy' | 'h264_v4l2m2m'>;
	/** What can encode a preview beside it. */
	readonly previewEncoder: PreviewEncoder | undefined;
}

const RAW_SCORES = {
	h264_videotoolbox: SCORES.rawToH264Hardware,
	libx264: SCORES.rawToH264,
	mjpeg: SCORES.rawToJpeg,
} as const;

/** Finds the cameras of a Mac. */
export async function detectAvFoundation(context: DetectContext): Promise<Detection<AvFoundationInput>> {
	if (!context.looksFor(DESKTOP)) return { candidates: [] };
	const ffmpeg = await context.once(findFfmpeg);
	const mac = ffmpeg && context.place.platform === 'darwin' ? await context.once(listMacCameras) : [];
	return {
		candidates: ffmpeg ? mac.flatMap((camera, place) => candidatesOf(camera, place, ffmpeg)) : [],
		cameras: mac.map(cameraRow),
		facts: { mac },
	};
}

/** `place`: the camera's place among the cameras; the second one comes after the first. */
function candidatesOf(camera: MacCamera, place: number, ffmpeg: FfmpegTool): Found<AvFoundationInput>[] {
	return encodersOf(ffmpeg, false).flatMap((encoder) => {
		if (encoder === 'h264_v4l2m2m') return [];
		const helper = encoder === 'h264_videotoolbox' ? 'the Mac’s hardware' : 'this machine’s processor';
		return {
			label: camera.name,
			camera: camera.name,
			names: [],
			codec: encoder === 'mjpeg' ? 'jpeg' : 'h264',
			score: RAW_SCORES[encoder] - place * 0.1,
			reason: `${camera.name} gives raw pictures; ${helper} encodes them`,
			input: { camera, encoder, previewEncoder: previewEncoderOf(ffmpeg) },
		};
	});
}

function cameraRow({ index, name, modes }: MacCamera): ReportRow {
	return [`${index}`, `${name}, ${modes.map(({ width, height }) => `${width}x${height}`).join(' ')}`];
}
