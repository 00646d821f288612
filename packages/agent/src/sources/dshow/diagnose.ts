import type { Diagnosis, Evidence } from '../../capture/command/command.ts';
import type { Trouble } from '../../capture/command/diagnose.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import { diagnoseFfmpeg } from '../ffmpeg/diagnose.ts';

const SIGNS = (what: string): Trouble[] => [
	{ sign: /Could not run graph/, trouble: 'busy', say: () => MESSAGES.windowsBusy() },
	{
		sign: /Could not set video options/,
		trouble: 'bad-format',
		say: () => `${what} does not have this size, rate or form. Choose another.`,
		again: 'later',
	},
	{
		sign: /Could not find video device|Could not enumerate video devices/,
		trouble: 'no-camera',
		say: () => `${what} is not there. Plug it in.`,
	},
];

/** What the end of an `ffmpeg` that reads a camera of Windows means. */
export function diagnoseDshow(evidence: Evidence, what: string): Diagnosis {
	return diagnoseFfmpeg(evidence, what, SIGNS(what));
}
