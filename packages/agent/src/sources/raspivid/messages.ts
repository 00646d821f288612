import { fatal, minor } from '../../detect/findings/finding.ts';

/** What is said about this type of camera, beside what any may say. */
export const RASPIVID_MESSAGES = {
	legacyStack: (hasRaspivid: boolean) =>
		(hasRaspivid ? minor : fatal)(
			'legacy-stack',
			`The old ("legacy") camera system is on.${hasRaspivid ? ' Oriel uses it, through raspivid.' : ''}`,
			`To change to the new one, run: sudo raspi-config nonint do_legacy 1, and reboot.`,
		),
	legacyOff: () =>
		fatal(
			'detection-off',
			'The camera is switched off in the settings of this Pi.',
			'Run: sudo raspi-config nonint do_camera 0, and reboot.',
		),
} as const;
