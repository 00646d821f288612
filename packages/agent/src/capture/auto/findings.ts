import type { Finding } from '../../detect/findings/finding.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import type { Health } from '../../detect/health/health.ts';
import type { DetectedCameras } from './detect-cameras.ts';

/** What explains the others comes first; codes that are not here come last. */
const GRAVEST_FIRST = ['container', 'permission', 'unsupported-platform', 'program-missing'];

/**
 * What is worth saying about a machine, the gravest first: the first one that is fatal is why there is no frame.
 * `canCapture`: some camera can be tried, so nothing that hinders others is fatal.
 */
export function findingsOf(
	detected: DetectedCameras,
	canCapture: boolean,
	{ health, ofSource = [] }: { readonly health?: Health; readonly ofSource?: readonly Finding[] } = {},
): Finding[] {
	const ofMethods = detected.detections.flatMap((detection) => detection.findings?.(canCapture) ?? []);
	const found = [...(canCapture ? [] : hindrances(detected)), ...ofMethods, ...ofSource];
	const sorted = [...found].sort(
		(one, other) => Number(other.isFatal) - Number(one.isFatal) || rank(one) - rank(other),
	);
	const hasCamera = detected.detections.some(({ cameras = [] }) => cameras.length > 0);
	const isUnexplained = !canCapture && !hasCamera && !found.some(({ isFatal }) => isFatal);
	return [...(isUnexplained ? [MESSAGES.noSource()] : []), ...sorted, ...unwell(health)];
}

/** What keeps every method from its cameras. */
function hindrances({ place, rights }: DetectedCameras): Finding[] {
	return [
		...(place.isContainer ? [MESSAGES.container()] : []),
		...(rights.closed.length > 0 ? [MESSAGES.noPermission(rights.closed)] : []),
	];
}

function rank({ code }: Finding): number {
	const place = GRAVEST_FIRST.indexOf(code);
	return place < 0 ? GRAVEST_FIRST.length : place;
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
