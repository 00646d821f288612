import type { Detection, Found, ReportRow } from '../../capture/method.ts';
import type { DetectContext } from '../../detect/context.ts';
import { type Finding, onOneLine } from '../../detect/findings/finding.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import { type FfmpegTool, findFfmpeg } from '../ffmpeg/look.ts';
import { SCORES } from '../scores.ts';
import { CSI, csiName, NODE } from '../targets.ts';
import { isLegacyCsi, labelOf, named, openNodes } from './cameras.ts';
import { isUsable, knownFormats } from './formats.ts';
import { lookAtVideoNodes, type VideoNode, type VideoNodes } from './look.ts';
import { V4L2_MESSAGES } from './messages.ts';

/** What the command line of `v4l2-ctl` needs to know of a camera on Video4Linux that makes JPEG or H.264 itself. */
export interface V4l2CtlInput {
	readonly node: VideoNode;
	/** As `pixelformat=` takes it. */
	readonly pixelFormat: 'MJPG' | 'JPEG' | 'H264';
	/** The Pi's own camera as the old system shows it, with controls of its encoder. */
	readonly isLegacyCsi: boolean;
}

/** Finds the cameras on Video4Linux that `v4l2-ctl` can read: most of those on USB, and the Pi's own on an old system. */
export async function detectV4l2(context: DetectContext): Promise<Detection<V4l2CtlInput>> {
	const { once, place, looksFor } = context;
	if (!looksFor(NODE) && !looksFor(CSI)) return { candidates: [] };
	const nodes = await once(lookAtVideoNodes);
	const ffmpeg = looksFor(NODE) ? await once(findFfmpeg) : undefined;
	const usb = await openNodes(context);
	const isLinux = place.platform === 'linux';
	return {
		candidates: nodes.hasV4l2Ctl ? [...legacyCandidates(nodes), ...usb.flatMap(usbCandidates)] : [],
		findings: (canCapture) => (canCapture ? [] : findingsOf(nodes, ffmpeg)),
		absence: absenceOf(context, nodes, ffmpeg),
		programs: isLinux ? [['v4l2-ctl', nodes.hasV4l2Ctl ? 'there' : 'missing']] : [],
		cameras: nodes.cameras.map(cameraRow),
		facts: { nodes },
	};
}

/** The camera makes JPEG or H.264 itself. `place`: its place among the cameras; the second one comes after the first. */
function usbCandidates(node: VideoNode, place: number): Found<V4l2CtlInput>[] {
	return knownFormats(node.formats).flatMap(({ kind, v4l2 }) => {
		if (kind === 'raw') return [];
		const pixelFormat = v4l2 as V4l2CtlInput['pixelFormat'];
		return {
			...named(node),
			codec: kind,
			score: (kind === 'jpeg' ? SCORES.nativeJpeg : SCORES.nativeH264) - place * 0.1,
			reason: `${labelOf(node)} at ${node.path} makes ${kind === 'jpeg' ? 'JPEG' : 'H.264'} itself`,
			input: { node, pixelFormat, isLegacyCsi: false },
		};
	});
}

/** The camera on the ribbon connector where there is no raspivid, or besides it. */
function legacyCandidates({ cameras }: VideoNodes): Found<V4l2CtlInput>[] {
	return cameras
		.filter((node) => isLegacyCsi(node) && node.access !== 'no')
		.flatMap((node) => {
			const reason = `the camera on the ribbon connector as ${node.path}, with the old ("legacy") camera system`;
			const common = { label: 'camera module', camera: csiName(0), names: [csiName(0), ...named(node).names] };
			const input = (pixelFormat: 'H264' | 'MJPG') => ({ node, pixelFormat, isLegacyCsi: true });
			return [
				{ ...common, score: SCORES.legacyH264, reason: `${reason}; H.264`, codec: 'h264', input: input('H264') },
				{ ...common, score: SCORES.legacyJpeg, reason: `${reason}; JPEG`, codec: 'jpeg', input: input('MJPG') },
			] as const;
		});
}

function findingsOf({ cameras, hasV4l2Ctl }: VideoNodes, ffmpeg: FfmpegTool | undefined): Finding[] {
	const [node] = cameras;
	if (!node) return [];
	if (!hasV4l2Ctl && !ffmpeg) return [V4L2_MESSAGES.noUsbTool(node.path)];
	const isNoneUsable = node.formats.length > 0 && !cameras.some((camera) => isUsable(camera, ffmpeg));
	return isNoneUsable ? [V4L2_MESSAGES.noEncoder(node.name)] : [];
}

function absenceOf(
	{ target }: DetectContext,
	{ cameras, hasV4l2Ctl }: VideoNodes,
	ffmpeg: FfmpegTool | undefined,
): string | undefined {
	if (target?.kind !== NODE) return undefined;
	const { name } = target;
	const [node] = cameras;
	if (!node) return `There is no camera at ${name}. Plug it in, or see with oriel doctor what there is.`;
	if (node.access === 'no') return onOneLine(MESSAGES.noPermission([node.path]));
	if (node.formats.length > 0 || (!hasV4l2Ctl && !ffmpeg)) return undefined;
	return `The camera at ${name} does not tell what it can do. Another program may hold it; oriel doctor tells more.`;
}

function cameraRow({ path, name, formats, usb, access }: VideoNode): ReportRow {
	const offered = formats.map((format) => format.name).join(' ');
	const words = [name, usb ?? '', offered, access === 'no' ? 'closed to this user' : ''];
	return [path, words.filter(Boolean).join(', ')];
}
