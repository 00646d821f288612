import type { Detection, Found, ReportRow } from '../../capture/method.ts';
import type { DetectContext } from '../../detect/context.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import { SCORES } from '../scores.ts';
import { NODE } from '../targets.ts';
import { labelOf, named, openNodes } from '../v4l2/cameras.ts';
import { type KnownFormat, knownFormats } from '../v4l2/formats.ts';
import { lookAtVideoNodes, type VideoNode } from '../v4l2/look.ts';
import { encodersOf } from './encoders.ts';
import type { FfmpegEncoder } from './encoding.ts';
import { type FfmpegTool, findFfmpeg } from './look.ts';
import { type PreviewEncoder, previewEncoderOf } from './preview.ts';

/** What the command line of ffmpeg needs to know of a camera on Video4Linux. */
export interface FfmpegV4l2Input {
	readonly node: VideoNode;
	/** Name of the format in Video4Linux, e.g. `YUYV`. */
	readonly pixelFormat: string;
	/** Name of the format in ffmpeg, e.g. `yuyv422`. */
	readonly inputFormat: string;
	readonly encoder: FfmpegEncoder;
	/** What can encode a preview beside it. */
	readonly previewEncoder: PreviewEncoder | undefined;
}

const RAW_SCORES = {
	h264_v4l2m2m: SCORES.rawToH264Hardware,
	h264_videotoolbox: SCORES.rawToH264Hardware,
	libx264: SCORES.rawToH264,
	mjpeg: SCORES.rawToJpeg,
} as const;

const USEFUL_ENCODERS = ['h264_v4l2m2m', 'h264_videotoolbox', 'libx264', 'mjpeg'];

/** Finds the cameras on Video4Linux that ffmpeg can read: all of them, and those that give raw frames only here. */
export async function detectFfmpegV4l2(context: DetectContext): Promise<Detection<FfmpegV4l2Input>> {
	if (!context.looksFor(NODE)) return { candidates: [] };
	const { platform } = context.place;
	const ffmpeg = await context.once(findFfmpeg);
	const encoders = ffmpeg ? encodersOf(ffmpeg, await hasPiEncoder(context)) : [];
	const previewEncoder = ffmpeg && previewEncoderOf(ffmpeg);
	const nodes = ffmpeg ? await openNodes(context) : [];
	return {
		candidates: nodes.flatMap((node, place) => candidatesOf(node, place, encoders, previewEncoder)),
		findings: (canCapture) => (canCapture || ffmpeg || platform === 'linux' ? [] : [MESSAGES.noFfmpeg(platform)]),
		programs: [programRow(ffmpeg)],
		facts: { ffmpeg: ffmpeg && { ...ffmpeg, encoders: ffmpeg.encoders.size } },
	};
}

/** `place`: the camera's place among the cameras; the second one comes after the first. */
function candidatesOf(
	node: VideoNode,
	place: number,
	encoders: readonly Exclude<FfmpegEncoder, 'copy'>[],
	previewEncoder: PreviewEncoder | undefined,
): Found<FfmpegV4l2Input>[] {
	return knownFormats(node.formats).flatMap((format) => {
		const found =
			format.kind === 'raw' ? encoded(node, format, encoders, previewEncoder) : [copied(node, format, format.kind)];
		return found.map((one) => ({ ...one, score: one.score - place * 0.1 }));
	});
}

/** The camera makes JPEG or H.264 itself. */
function copied(node: VideoNode, { v4l2, ffmpeg }: KnownFormat, codec: 'jpeg' | 'h264'): Found<FfmpegV4l2Input> {
	const score = codec === 'jpeg' ? SCORES.nativeJpeg : SCORES.nativeH264;
	const words = `${labelOf(node)} at ${node.path} makes ${codec === 'jpeg' ? 'JPEG' : 'H.264'} itself`;
	return {
		...named(node),
		codec,
		score: score + SCORES.throughFfmpeg,
		reason: `${words}; read with ffmpeg`,
		input: { node, pixelFormat: v4l2, inputFormat: ffmpeg, encoder: 'copy', previewEncoder: undefined },
	};
}

/** The camera gives raw pictures; ffmpeg makes something of them. */
function encoded(
	node: VideoNode,
	format: KnownFormat,
	encoders: readonly Exclude<FfmpegEncoder, 'copy'>[],
	previewEncoder: PreviewEncoder | undefined,
): Found<FfmpegV4l2Input>[] {
	const words = `${labelOf(node)} at ${node.path} gives raw pictures`;
	return encoders.map((encoder) => ({
		...named(node),
		score: RAW_SCORES[encoder],
		reason: `${words}; ${encoder === 'h264_v4l2m2m' ? 'the Pi’s hardware' : 'this machine’s processor'} encodes them`,
		codec: encoder === 'mjpeg' ? 'jpeg' : 'h264',
		input: { node, pixelFormat: format.v4l2, inputFormat: format.ffmpeg, encoder, previewEncoder },
	}));
}

async function hasPiEncoder({ once, place: { board } }: DetectContext): Promise<boolean> {
	return (await once(lookAtVideoNodes)).hasPiEncoder || (board.chip !== undefined && board.chip !== 'bcm2712');
}

function programRow(ffmpeg: FfmpegTool | undefined): ReportRow {
	if (!ffmpeg) return ['ffmpeg', 'missing'];
	const encoders = USEFUL_ENCODERS.filter((name) => ffmpeg.encoders.has(name)).join(', ');
	return ['ffmpeg', `${ffmpeg.versionText}, with ${encoders || 'no encoder of use'}`];
}
