import type { Detection, Found } from '../../capture/method.ts';
import type { DetectContext } from '../../detect/context.ts';
import type { Finding } from '../../detect/findings/finding.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import { lookForLibcamera } from '../rpicam/look.ts';
import { SCORES } from '../scores.ts';
import { CSI, csiName } from '../targets.ts';
import { type LegacyStack, lookForLegacy } from './look.ts';
import { RASPIVID_MESSAGES } from './messages.ts';

/** What the command line of `raspivid` needs to know. */
export interface RaspividInput {
	readonly index: number;
	readonly codec: 'jpeg' | 'h264';
}

const NO_LEGACY: LegacyStack = { hasRaspivid: false, firmware: undefined };

/** Finds the camera on the ribbon connector that the camera system of before 2021 drives. */
export async function detectRaspivid(context: DetectContext): Promise<Detection<RaspividInput>> {
	if (!context.looksFor(CSI)) return { candidates: [] };
	const legacy = await context.once(lookForLegacy);
	const { cameraTool } = await context.once(lookForLibcamera);
	const { hasRaspivid, firmware } = legacy ?? NO_LEGACY;
	return {
		candidates: candidatesOf({ hasRaspivid, firmware }),
		findings: (canCapture) => findingsOf(context, { hasRaspivid, firmware }, canCapture, cameraTool !== undefined),
		programs: hasRaspivid ? [['raspivid', firmware?.isDetected ? 'with a camera' : 'without a camera']] : [],
		facts: { legacy },
	};
}

function candidatesOf({ hasRaspivid, firmware }: LegacyStack): Found<RaspividInput>[] {
	if (!hasRaspivid || firmware?.isDetected !== true) return [];
	const reason = 'the camera on the ribbon connector, with the old ("legacy") camera system';
	const common = { label: 'camera module', camera: 'csi:0', names: [csiName(0)] };
	const input = (codec: 'jpeg' | 'h264') => ({ codec, input: { index: 0, codec } });
	return [
		{ ...common, score: SCORES.raspividH264, reason: `${reason}; H.264`, ...input('h264') },
		{ ...common, score: SCORES.raspividJpeg, reason: `${reason}; JPEG`, ...input('jpeg') },
	];
}

function findingsOf(
	{ place: { config, os } }: DetectContext,
	{ hasRaspivid, firmware }: LegacyStack,
	canCapture: boolean,
	hasLibcamera: boolean,
): Finding[] {
	if (canCapture) {
		return config?.isLegacy && os.codename === 'bullseye' ? [RASPIVID_MESSAGES.legacyStack(hasRaspivid)] : [];
	}
	// Where libcamera's program is, that one tells why there is no camera.
	if (!hasRaspivid || hasLibcamera) return [];
	return [
		firmware?.isSupported === false ? RASPIVID_MESSAGES.legacyOff() : MESSAGES.noCamera(config?.path ?? 'config.txt'),
	];
}
