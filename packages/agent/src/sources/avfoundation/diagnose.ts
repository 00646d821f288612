import type { Diagnosis, Evidence } from '../../capture/command/command.ts';
import type { Trouble } from '../../capture/command/diagnose.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import { diagnoseFfmpeg } from '../ffmpeg/diagnose.ts';

const SIGNS = (what: string): Trouble[] => [
	{
		sign: /Failed to create AV capture input device|not authorized/i,
		trouble: 'permission',
		say: () => MESSAGES.macPermission(),
		again: 'later',
	},
	{
		sign: /Selected framerate .* is not supported|Selected video size .* is not supported/,
		trouble: 'bad-format',
		say: () => `${what} does not have this size and rate. oriel doctor shows those that it has.`,
		again: 'later',
	},
	{
		sign: /Video device not found|Invalid device index/,
		trouble: 'no-camera',
		say: () => `${what} is not there. Plug it in.`,
	},
];

/** What the end of an `ffmpeg` that reads a camera of a Mac means. */
export function diagnoseAvFoundation(evidence: Evidence, what: string): Diagnosis {
	const found = diagnoseFfmpeg(evidence, what, SIGNS(what));
	// A Mac that has not allowed the camera lets ffmpeg wait indefinitely.
	if (found.trouble !== 'no-picture') return found;
	const { words, fix } = MESSAGES.macPermission();
	return { trouble: 'permission', message: `${words} ${fix}`, again: 'soon' };
}
