import type { DetectContext } from '../../detect/context.ts';
import { lookAtRights } from '../../detect/facts/rights.ts';
import type { Finding } from '../../detect/findings/finding.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import type { KernelLog } from '../../detect/outputs/kernel-log.ts';
import { lookForLegacy } from '../raspivid/look.ts';
import { RASPIVID_MESSAGES } from '../raspivid/messages.ts';
import { lookAtVideoNodes } from '../v4l2/look.ts';
import type { Libcamera } from './look.ts';
import { RPICAM_MESSAGES } from './messages.ts';

const UNSUPPORTED = /currently only supports the Raspberry Pi platforms/;
const NO_HEAP = /Could not open any (dmaHeap device|dma-buf provider)/;

/** What is worth saying about libcamera, its program and its cameras. */
export async function libcameraFindings(
	context: DetectContext,
	{ cameraTool, csi }: Libcamera,
	kernel: KernelLog | undefined,
): Promise<(canCapture: boolean) => Finding[]> {
	const { board, os } = context.place;
	const isPi = board.chip !== undefined;
	const hasCamera = csi !== undefined && csi.cameras.length > 0;
	const isNoneListed = csi !== undefined && !hasCamera;
	const isUnsupported = csi?.words.some((line) => UNSUPPORTED.test(line)) === true;
	const hasRaspivid = (await context.once(lookForLegacy))?.hasRaspivid === true;
	const nodes = await context.once(lookAtVideoNodes);
	const hindrances: Finding[] = [];
	if (isPi && isNoneListed && (await isHeapClosed(context, csi.words))) {
		hindrances.push(MESSAGES.noPermission(['/dev/dma_heap']));
	}
	if (isUnsupported) hindrances.push(RPICAM_MESSAGES.unsupportedPlatform(isPi));
	if (isPi && !cameraTool && !hasRaspivid && nodes.cameras.length === 0) {
		hindrances.push(RPICAM_MESSAGES.noCameraTool(os.codename === 'bullseye'));
	}
	if (isPi && isNoneListed && !isUnsupported) {
		hindrances.push(whyNoneListed(context, hasRaspivid, kernel, nodes.sensors));
	}
	const isLite = board.chip === 'bcm2712' && cameraTool?.libav === false && hasCamera;
	return (canCapture) => [...(canCapture ? [] : hindrances), ...(isLite ? [RPICAM_MESSAGES.noLibav()] : [])];
}

/** Devices that are closed are said of the machine as a whole, and explain this as well. */
async function isHeapClosed({ once }: DetectContext, words: readonly string[]): Promise<boolean> {
	const { closed, heap } = await once(lookAtRights);
	return closed.length === 0 && (heap === 'no' || words.some((line) => NO_HEAP.test(line)));
}

/** The camera program is there, and shows no camera. */
function whyNoneListed(
	{ place: { config, os } }: DetectContext,
	hasRaspivid: boolean,
	kernel: KernelLog | undefined,
	sensors: readonly string[],
): Finding {
	if (config?.isLegacy && os.codename === 'bullseye') {
		return hasRaspivid ? MESSAGES.noCamera(config.path) : RASPIVID_MESSAGES.legacyStack(false);
	}
	if (config?.autoDetect !== true && config?.cameraOverlays.length === 0)
		return RPICAM_MESSAGES.detectionOff(config.path);
	if (kernel && kernel.silentSensors.length > 0) return RPICAM_MESSAGES.sensorSilent(kernel.silentSensors);
	const seen = [...new Set([...sensors, ...(kernel?.usedSensors ?? [])])];
	if (seen.length > 0) return RPICAM_MESSAGES.kernelOnly(seen);
	return MESSAGES.noCamera(config?.path ?? 'config.txt');
}
