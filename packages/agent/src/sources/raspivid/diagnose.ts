import type { Diagnosis, Evidence } from '../../capture/command/command.ts';
import { type DiagnosisRule, diagnose } from '../../capture/command/diagnose.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import { RASPIVID_MESSAGES } from './messages.ts';

/** What the words of `raspivid` mean. */
const RULES: readonly DiagnosisRule[] = [
	{
		sign: /the system should be configured for the legacy camera stack/,
		fault: 'wrong-stack',
		say: () =>
			'raspivid does not work with the new camera system, which this machine has. Run: sudo apt install rpicam-apps',
		again: 'later',
	},
	{ sign: /Camera is not enabled/, fault: 'not-enabled', say: () => RASPIVID_MESSAGES.legacyOff(), again: 'later' },
	{
		sign: /Camera is not detected/,
		fault: 'no-camera',
		say: () => MESSAGES.noCamera('config.txt'),
	},
	{ sign: /No data received from sensor/, fault: 'sensor-timeout', say: () => MESSAGES.sensorTimeout() },
	{
		sign: /failed to enable component: ENOSPC|camera component couldn't be enabled/,
		fault: 'busy',
		say: () => MESSAGES.busy([]),
	},
	{
		sign: /Permission denied|failed to open vchiq/i,
		fault: 'permission',
		say: () => MESSAGES.noPermission(['/dev/vchiq']),
		again: 'later',
	},
	{
		sign: /failed to create component 'vc\.ril\.camera'/,
		fault: 'no-camera',
		say: () => MESSAGES.noCamera('config.txt'),
	},
];

/** What the end of `raspivid` means. */
export function diagnoseRaspivid(evidence: Evidence): Diagnosis {
	return diagnose(RULES, 'raspivid', evidence);
}
