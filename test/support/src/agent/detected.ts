import { type DetectedCameras, detectCameras } from '../../../../packages/agent/src/capture/auto/detect-cameras.ts';
import type { Candidate } from '../../../../packages/agent/src/capture/method.ts';
import type { Computer } from '../../../../packages/agent/src/detect/computer/computer.ts';
import { CAPTURE_METHODS } from '../../../../packages/agent/src/sources/list.ts';
import { targetOf } from '../../../../packages/agent/src/sources/open.ts';

/** Everything that is found at a computer, with the candidates for a SPEC of `--source`. */
export function detected(computer: Computer, spec: string = 'auto'): Promise<DetectedCameras> {
	return detectCameras(computer, CAPTURE_METHODS, { target: targetOf(spec), isThorough: true });
}

/** The candidates for a SPEC of `--source`, the best first. */
export async function candidatesFor(computer: Computer, spec: string = 'auto'): Promise<readonly Candidate[]> {
	return (await detected(computer, spec)).candidates;
}
