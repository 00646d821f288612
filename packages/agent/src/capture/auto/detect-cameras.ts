import type { Computer } from '../../detect/computer/computer.ts';
import { type DetectContext, type DetectOptions, detectContext } from '../../detect/context.ts';
import type { Place } from '../../detect/facts/place.ts';
import { lookAtRights, type Rights } from '../../detect/facts/rights.ts';
import { type CameraMethod, type Candidate, type CaptureMethod, type Detection, isCameraMethod } from '../method.ts';

/** What a look round a machine has found. */
export interface DetectedCameras {
	readonly place: Place;
	readonly rights: Rights;
	/** What each method has found, in the order of the methods. */
	readonly detections: readonly Detection[];
	/** Every candidate that may be meant, the best first. */
	readonly candidates: readonly Candidate[];
}

/** Below this, a machine takes its time until the first frame. */
const LITTLE_MEMORY_BYTES = 600 * 1024 * 1024;

/** Asks every method for its cameras. Never rejects; takes a second or two on a Pi, half a minute at the very worst. */
export async function detectCameras(
	computer: Computer,
	methods: readonly CaptureMethod[],
	options: DetectOptions = {},
): Promise<DetectedCameras> {
	const context = await detectContext(computer, options);
	const detections: Detection[] = [];
	const candidates: Candidate[] = [];
	// One after the other: a Pi Zero starts half a dozen programs slowly enough as it is.
	for (const method of methods.filter(isCameraMethod)) {
		const detection = await method.detect(context);
		detections.push(detection);
		candidates.push(...candidatesOf(method, detection, context));
	}
	candidates.sort((one, other) => other.score - one.score);
	return { place: context.place, rights: await context.once(lookAtRights), detections, candidates };
}

function candidatesOf(method: CameraMethod, detection: Detection, { place, target }: DetectContext): Candidate[] {
	const meant = detection.candidates.filter(({ names }) => target === undefined || names.includes(target.name));
	return meant.map((found) => ({ ...found, method, board: place.board, slow: isSlow(place) }));
}

function isSlow({ board: { chip }, arch, memoryBytes }: Place): boolean {
	const isOld = chip === 'bcm2835' || (chip === 'bcm2836' && arch === 'arm');
	return isOld || (memoryBytes ?? Number.POSITIVE_INFINITY) < LITTLE_MEMORY_BYTES;
}
