import type { Millis } from '@oriel/base';
import { onOneLine } from '../../detect/findings/finding.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import { type Again, SourceError } from '../../errors/source-error.ts';
import type { Candidate } from '../method.ts';
import type { DetectedCameras } from './detect-cameras.ts';
import { findingsOf } from './findings.ts';

/** These may come at any moment: a camera is plugged in, a name is given. The others need the owner to do something. */
const SOON = new Set(['no-source', 'no-camera', 'busy']);

/** A look round asks half a dozen programs. */
const LOOK_AGAIN_MS: readonly [least: Millis, most: Millis] = [10_000, 30_000];

/** Why there is nothing to open, for people: none was found, or none that gives what was asked for. */
export function nothingToOpen(detected: DetectedCameras): SourceError {
	const [other] = detected.candidates;
	if (other) {
		const words = `${other.label} gives ${nameOf(other.codec)} only`;
		const advice = 'Leave the codec to Oriel, or use another camera.';
		return error(other.onlyCodec === undefined ? `${words}. ${advice}` : `${words}: ${other.onlyCodec}`, 'later');
	}
	const absence = detected.detections.find(({ absence }) => absence !== undefined)?.absence;
	if (absence !== undefined) return error(absence, 'soon');
	const finding = findingsOf(detected, false).find(({ isFatal }) => isFatal) ?? MESSAGES.noSource();
	return error(onOneLine(finding), SOON.has(finding.code) ? 'soon' : 'later');
}

function nameOf(codec: Candidate['codec']): string {
	return codec === 'jpeg' ? 'JPEG' : 'H.264';
}

function error(words: string, again: Again): SourceError {
	return new SourceError('not-found', words, { again, waitMs: again === 'soon' ? LOOK_AGAIN_MS : undefined });
}
