import type { Detection, Found, ReportRow } from '../../capture/method.ts';
import type { DetectContext } from '../../detect/context.ts';
import { readKernelLog } from '../../detect/facts/kernel.ts';
import { onOneLine } from '../../detect/findings/finding.ts';
import { SCORES } from '../scores.ts';
import { CSI, csiName } from '../targets.ts';
import { lookAtVideoNodes } from '../v4l2/look.ts';
import { libcameraFindings } from './findings.ts';
import { type CameraTool, type CsiCameras, type Libcamera, lookForLibcamera } from './look.ts';
import { RPICAM_MESSAGES } from './messages.ts';
import type { ListedCamera } from './parse-list.ts';

/** What the command line of `rpicam-vid` or `libcamera-vid` needs to know. */
export interface RpicamInput {
	readonly tool: CameraTool;
	/** Undefined if the program is too old to list its cameras: the first one is meant. */
	readonly camera: ListedCamera | undefined;
	/** `hardware` and `libav` make H.264. */
	readonly encoder: 'hardware' | 'libav' | 'jpeg';
}

const LITE = 'this system has the "lite" camera tools. For H.264 run: sudo apt install rpicam-apps';

/** Finds the cameras on ribbon connectors that libcamera drives. */
export async function detectRpicam(context: DetectContext): Promise<Detection<RpicamInput>> {
	if (!context.looksFor(CSI)) return { candidates: [] };
	const { cameraTool, csi } = await context.once(lookForLibcamera);
	const isNoneListed = csi?.isListed === true && csi.cameras.length === 0;
	const kernel = isNoneListed ? await context.once(readKernelLog) : undefined;
	const encoder = cameraTool && (await h264Encoder(context, cameraTool));
	return {
		candidates: cameraTool && csi ? candidatesOf(context, cameraTool, csi, encoder) : [],
		findings: await libcameraFindings(context, { cameraTool, csi }, kernel),
		absence: absenceOf(context, csi),
		programs: programRows(cameraTool),
		cameras: cameraRows(csi),
		facts: factsOf({ cameraTool, csi }, kernel),
	};
}

function candidatesOf(
	context: DetectContext,
	tool: CameraTool,
	{ isListed, cameras }: CsiCameras,
	encoder: 'hardware' | 'libav' | undefined,
): Found<RpicamInput>[] {
	const listed = isListed ? cameras : [undefined];
	return listed.flatMap((camera) => candidatesFor(context, tool, camera, encoder));
}

function candidatesFor(
	{ place: { board } }: DetectContext,
	tool: CameraTool,
	camera: ListedCamera | undefined,
	encoder: 'hardware' | 'libav' | undefined,
): Found<RpicamInput>[] {
	const label = camera?.sensor ?? 'camera module';
	const index = camera?.index ?? 0;
	const common = { label, camera: camera?.id ?? 'csi:0', names: [csiName(index)] };
	const where = `${label} on the ribbon connector`;
	const isLite = board.chip === 'bcm2712' && !tool.libav;
	// The second camera after the first, in both forms.
	const later = index * 0.1;
	const jpeg: Found<RpicamInput> = {
		...common,
		score: SCORES.csiJpeg - later,
		reason: `${where}; JPEG works with every version`,
		codec: 'jpeg',
		input: { tool, camera, encoder: 'jpeg' },
		onlyCodec: isLite ? LITE : undefined,
		advice: isLite && camera ? onOneLine(RPICAM_MESSAGES.noLibav()) : undefined,
	};
	if (!encoder) return [{ ...jpeg, reason: `${where}; JPEG, for there is no way to make H.264 here` }];
	const how =
		encoder === 'hardware' ? 'in the Pi’s hardware' : 'on the processor, for this board has no hardware for it';
	const h264: Found<RpicamInput> = {
		...common,
		score: SCORES.csiH264 - later,
		reason: `${where}; H.264 ${how}`,
		codec: 'h264',
		input: { tool, camera, encoder },
	};
	return [h264, jpeg];
}

async function h264Encoder(context: DetectContext, tool: CameraTool): Promise<'hardware' | 'libav' | undefined> {
	const { chip } = context.place.board;
	const { hasPiEncoder } = await context.once(lookAtVideoNodes);
	if (hasPiEncoder || (chip !== undefined && chip !== 'bcm2712')) return 'hardware';
	return tool.libav ? 'libav' : undefined;
}

function absenceOf({ target }: DetectContext, csi: CsiCameras | undefined): string | undefined {
	if (target?.kind !== CSI || !csi || csi.cameras.length === 0) return undefined;
	const list = csi.cameras.map(({ index, sensor }) => `${csiName(index)} (${sensor})`).join(', ');
	return `There is no camera ${target.name} here. There is ${list}.`;
}

function programRows(tool: CameraTool | undefined): ReportRow[] {
	return tool ? [[tool.program, `${tool.versionText}, ${tool.libav ? 'with' : 'without'} libav`]] : [];
}

function cameraRows(csi: CsiCameras | undefined): ReportRow[] {
	return (csi?.cameras ?? []).map(({ index, sensor, width, height, id }) => {
		return [csiName(index), `${sensor}, ${width}x${height}, ${id}`];
	});
}

function factsOf({ cameraTool, csi }: Libcamera, kernel: unknown): Readonly<Record<string, unknown>> {
	return {
		cameraTool: cameraTool && { ...cameraTool, options: [...cameraTool.options] },
		csi: csi && { isListed: csi.isListed, cameras: csi.cameras },
		kernel,
	};
}
