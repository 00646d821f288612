import type { Facts } from '../facts/facts.ts';
import type { FfmpegTool } from '../facts/ffmpeg-tool.ts';
import type { VideoNode } from '../facts/video-nodes.ts';
import { type Candidate, SCORES } from './candidate.ts';
import { circumstances } from './circumstances.ts';
import { isLegacyCsi } from './legacy.ts';
import { encodersOf, type KnownFormat, knownFormats } from './usable.ts';

/** Ways to USB cameras and all others on Video4Linux. */
export function usbCandidates(facts: Facts): Candidate[] {
	const nodes = facts.nodes.cameras.filter((node) => !isLegacyCsi(node) && node.access !== 'no');
	return nodes.flatMap((node, place) => {
		return waysTo(node, facts).map((way) => ({ ...way, score: way.score - place * 0.1 }));
	});
}

function waysTo(node: VideoNode, facts: Facts): Candidate[] {
	return knownFormats(node.formats).flatMap((format) => {
		return format.kind === 'raw' ? encoding(node, format, facts) : asItIs(node, format, format.kind, facts);
	});
}

function named(node: VideoNode) {
	return { label: labelOf(node), camera: node.stablePath ?? node.path };
}

/** `HD Webcam: HD Webcam` says the same twice, as the kernel cuts it. */
function labelOf({ name, path }: VideoNode): string {
	const [first = '', second] = name.split(': ');
	const short = second !== undefined && first.startsWith(second.slice(0, first.length)) ? first : name;
	return short === '' ? path : short;
}

/** The camera makes JPEG or H.264 itself. */
function asItIs(
	node: VideoNode,
	format: KnownFormat,
	codec: 'jpeg' | 'h264',
	{ nodes, ffmpeg, place }: Facts,
): Candidate[] {
	const score = codec === 'jpeg' ? SCORES.nativeJpeg : SCORES.nativeH264;
	const words = `${labelOf(node)} at ${node.path} makes ${codec === 'jpeg' ? 'JPEG' : 'H.264'} itself`;
	const found: Candidate[] = [];
	const common = { ...named(node), codec };
	if (nodes.hasV4l2Ctl) {
		const pixelFormat = format.v4l2 as 'MJPG' | 'JPEG' | 'H264';
		const way = { by: 'v4l2-ctl', node, pixelFormat, isLegacyCsi: false, ...circumstances(place) } as const;
		found.push({ ...common, score, reason: words, way });
	}
	if (ffmpeg) {
		const [pixelFormat, inputFormat] = [format.v4l2, format.ffmpeg];
		const way = { by: 'ffmpeg-v4l2', ffmpeg, node, pixelFormat, inputFormat, encoder: 'copy' } as const;
		const reason = `${words}; read with ffmpeg`;
		found.push({ ...common, score: score + SCORES.throughFfmpeg, reason, way: { ...way, ...circumstances(place) } });
	}
	return found;
}

const RAW_SCORES = {
	h264_v4l2m2m: SCORES.rawToH264Hardware,
	h264_videotoolbox: SCORES.rawToH264Hardware,
	libx264: SCORES.rawToH264,
	mjpeg: SCORES.rawToJpeg,
} as const;

/** The camera gives raw pictures; ffmpeg makes something of them. */
function encoding(node: VideoNode, format: KnownFormat, facts: Facts): Candidate[] {
	const { ffmpeg } = facts;
	if (!ffmpeg) return [];
	const words = `${labelOf(node)} at ${node.path} gives raw pictures`;
	return encodersHere(ffmpeg, facts).map((encoder) => ({
		...named(node),
		score: RAW_SCORES[encoder],
		reason: `${words}; ${encoder === 'h264_v4l2m2m' ? 'the Pi’s hardware' : 'this machine’s processor'} encodes them`,
		codec: encoder === 'mjpeg' ? 'jpeg' : 'h264',
		way: {
			by: 'ffmpeg-v4l2',
			ffmpeg,
			node,
			pixelFormat: format.v4l2,
			inputFormat: format.ffmpeg,
			encoder,
			...circumstances(facts.place),
		},
	}));
}

function encodersHere(ffmpeg: FfmpegTool, { place: { board }, nodes }: Facts) {
	return encodersOf(ffmpeg, nodes.hasPiEncoder || (board.chip !== undefined && board.chip !== 'bcm2712'));
}
