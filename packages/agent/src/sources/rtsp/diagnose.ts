import type { Diagnosis, Evidence } from '../../capture/command/command.ts';
import type { DiagnosisRule } from '../../capture/command/diagnose.ts';
import { diagnoseFfmpeg } from '../ffmpeg/diagnose.ts';

const RULES = (what: string): DiagnosisRule[] => [
	{
		sign: /401 Unauthorized|403 Forbidden/,
		fault: 'wrong-password',
		say: () =>
			`${what} refuses the user name or password. Put the right ones into its address: rtsp://USER:PASSWORD@HOST/…`,
		// Cameras lock out those who keep trying.
		again: 'later',
	},
	{
		sign: /404 (Not Found|Stream Not Found)|454 Session/,
		fault: 'not-found',
		say: () => `${what} has no stream under this path. Its manual tells the right one.`,
		again: 'later',
	},
	{
		sign: /Video codec \w+ not compatible with flv|codec not currently supported in container|Video: hevc/,
		fault: 'not-h264',
		say: () => `${what} does not send H.264 there. Set it to H.264, or take the address of its second stream.`,
		again: 'later',
	},
	{
		sign: /matches no streams/,
		fault: 'no-video',
		say: () => `${what} sends no video there. Its manual tells the right path.`,
		again: 'later',
	},
	{
		sign: /Connection refused/,
		fault: 'refused',
		say: () => `Nothing listens where ${what} should be. Is it switched on, and are address and port right?`,
	},
	{
		sign: /Name or service not known|Failed to resolve hostname|nodename nor servname|No such host/,
		fault: 'unknown-name',
		say: () => `The name of ${what} is not known here. Is it spelled right, and is there a network?`,
	},
	{
		sign: /No route to host|Network is unreachable|Host is down/,
		fault: 'unreachable',
		say: () => `There is no way from here to ${what}. Is there a network?`,
	},
	{
		sign: /timed out|Operation timed out|ETIMEDOUT/i,
		fault: 'timed-out',
		say: () => `${what} does not answer. Is it switched on?`,
	},
	{
		sign: /Protocol not found|Invalid data found when processing input/,
		fault: 'not-rtsp',
		say: () => `What answers at ${what} does not speak RTSP. Is the port right? Most cameras use 554.`,
		again: 'later',
	},
];

/** What the end of an `ffmpeg` that reads a camera over RTSP means. */
export function diagnoseRtsp(evidence: Evidence, what: string): Diagnosis {
	return diagnoseFfmpeg(evidence, what, RULES(what));
}
