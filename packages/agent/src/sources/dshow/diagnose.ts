import type { Diagnosis, Evidence } from '../../capture/command/command.ts';
import type { DiagnosisRule } from '../../capture/command/diagnose.ts';
import { diagnoseFfmpeg } from '../ffmpeg/diagnose.ts';
import { DSHOW_MESSAGES } from './messages.ts';

const RULES = (what: string): DiagnosisRule[] => [
	{ sign: /Could not run graph/, fault: 'busy', say: () => DSHOW_MESSAGES.windowsBusy() },
	{
		sign: /Could not set video options/,
		fault: 'bad-format',
		say: () => `${what} does not have this size, rate or form. Choose another.`,
		again: 'later',
	},
	{
		sign: /Could not find video device|Could not enumerate video devices/,
		fault: 'no-camera',
		say: () => `${what} is not there. Plug it in.`,
	},
];

/** What the end of an `ffmpeg` that reads a camera of Windows means. */
export function diagnoseDshow(evidence: Evidence, what: string): Diagnosis {
	return diagnoseFfmpeg(evidence, what, RULES(what));
}
