import { isUsable } from '../candidates/usable.ts';
import type { Facts } from '../facts/facts.ts';
import type { Health } from '../health/health.ts';
import type { Finding } from './finding.ts';
import { MESSAGES } from './messages.ts';

/**
 * What is worth saying about a machine, the gravest first: the first one that is fatal is why there is no picture.
 * `canCapture`: some camera can be tried, so nothing that hinders others is fatal.
 */
export function findingsOf(facts: Facts, canCapture: boolean, health?: Health): Finding[] {
	const hindrances = canCapture ? [] : whyNone(facts);
	return [...hindrances, ...worthKnowing(facts, canCapture), ...unwell(health)];
}

function whyNone(facts: Facts): Finding[] {
	const { place, rights, cameraTool, csi, nodes } = facts;
	const found: Finding[] = [];
	const isPi = place.board.chip !== undefined;
	const nothingListed = csi !== undefined && csi.cameras.length === 0;
	const isUnsupported = csi?.words.some((line) => /currently only supports the Raspberry Pi platforms/.test(line));
	const noHeap = /Could not open any (dmaHeap device|dma-buf provider)/;
	const heapClosed = rights.heap === 'no' || csi?.words.some((line) => noHeap.test(line)) === true;
	if (place.isContainer) found.push(MESSAGES.container());
	if (rights.closed.length > 0) found.push(MESSAGES.noPermission(rights.closed));
	else if (isPi && nothingListed && heapClosed) found.push(MESSAGES.noPermission(['/dev/dma_heap']));
	if (isUnsupported) found.push(MESSAGES.unsupportedPlatform(isPi));
	found.push(...programsMissing(facts));
	if (isPi && cameraTool && nothingListed && !isUnsupported) found.push(whyNoneListed(facts));
	if (!cameraTool && facts.legacy?.hasRaspivid) found.push(whyNotDetected(facts));
	if (found.length === 0 && nodes.cameras.length === 0) found.push(MESSAGES.noSource());
	return found;
}

/** The camera program is there, and shows no camera. */
function whyNoneListed({ place: { config, os }, kernel, nodes, legacy }: Facts): Finding {
	if (config?.isLegacy && os.codename === 'bullseye') {
		return legacy?.hasRaspivid ? MESSAGES.noCamera(config.path) : MESSAGES.legacyStack(false);
	}
	if (config?.autoDetect !== true && config?.cameraOverlays.length === 0) return MESSAGES.detectionOff(config.path);
	if (kernel && kernel.silentSensors.length > 0) return MESSAGES.sensorSilent(kernel.silentSensors);
	const seen = [...new Set([...nodes.sensors, ...(kernel?.usedSensors ?? [])])];
	if (seen.length > 0) return MESSAGES.kernelOnly(seen);
	return MESSAGES.noCamera(config?.path ?? 'config.txt');
}

/** `raspivid` is there, and the firmware has no camera for it. */
function whyNotDetected({ place: { config }, legacy }: Facts): Finding {
	if (legacy?.firmware?.isSupported === false) return MESSAGES.legacyOff();
	return MESSAGES.noCamera(config?.path ?? 'config.txt');
}

function programsMissing({ place, cameraTool, legacy, nodes, ffmpeg }: Facts): Finding[] {
	const { platform, board, os } = place;
	if (platform !== 'linux') return ffmpeg ? [] : [MESSAGES.noFfmpeg(platform)];
	const found: Finding[] = [];
	const [node] = nodes.cameras;
	if (node && !nodes.hasV4l2Ctl && !ffmpeg) found.push(MESSAGES.noUsbTool(node.path));
	else if (node && node.formats.length > 0 && !nodes.cameras.some((camera) => isUsable(camera, ffmpeg))) {
		found.push(MESSAGES.noEncoder(node.name));
	}
	const hasTool = cameraTool !== undefined || legacy?.hasRaspivid === true;
	if (board.chip !== undefined && !hasTool && !node) found.push(MESSAGES.noCameraTool(os.codename === 'bullseye'));
	return found;
}

function worthKnowing({ place, cameraTool, csi, legacy }: Facts, canCapture: boolean): Finding[] {
	const found: Finding[] = [];
	const hasCamera = csi !== undefined && csi.cameras.length > 0;
	if (place.board.chip === 'bcm2712' && cameraTool?.libav === false && hasCamera) found.push(MESSAGES.noLibav());
	const isBullseye = place.os.codename === 'bullseye';
	if (canCapture && place.config?.isLegacy && isBullseye)
		found.push(MESSAGES.legacyStack(legacy?.hasRaspivid === true));
	return found;
}

function unwell(health: Health | undefined): Finding[] {
	const throttling = health?.throttling;
	if (!throttling) return [];
	const { now, ever } = throttling;
	const found: Finding[] = [];
	if (now.underVoltage || ever.underVoltage) found.push(MESSAGES.underVoltage(now.underVoltage));
	const [hotNow, hotEver] = [now, ever].map(({ throttled, hot, capped }) => throttled || hot || capped);
	// Too little power slows it down as well, and comes first.
	if ((hotNow && !now.underVoltage) || (hotEver && !ever.underVoltage)) found.push(MESSAGES.hot(hotNow === true));
	return found;
}
