import type { Diagnosis, Evidence } from '../../capture/command/command.ts';
import type { DiagnosisRule } from '../../capture/command/diagnose.ts';
import { diagnoseFfmpeg } from '../ffmpeg/diagnose.ts';
import { AVFOUNDATION_MESSAGES } from './messages.ts';

const RULES = (what: string): DiagnosisRule[] => [
	{
		sign: /Failed to create AV capture input device|not authorized/i,
		fault: 'permission',
		say: () => AVFOUNDATION_MESSAGES.macPermission(),
		again: 'later',
	},
	{
		sign: /Selected framerate .* is not supported|Selected video size .* is not supported/,
		fault: 'bad-format',
		say: () => `${what} does not have this size and rate. oriel doctor shows those that it has.`,
		again: 'later',
	},
	{
		sign: /Video device not found|Invalid device index/,
		fault: 'no-camera',
		say: () => `${what} is not there. Plug it in.`,
	},
];

/** What the end of an `ffmpeg` that reads a camera of a Mac means. */
export function diagnoseAvFoundation(evidence: Evidence, what: string): Diagnosis {
	const found = diagnoseFfmpeg(evidence, what, RULES(what));
	// A Mac that has not allowed the camera lets ffmpeg wait indefinitely.
	if (found.fault !== 'no-picture') return found;
	const { words, fix } = AVFOUNDATION_MESSAGES.macPermission();
	return { fault: 'permission', message: `${words} ${fix}`, again: 'soon' };
}
