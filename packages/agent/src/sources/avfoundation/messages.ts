import { fatal } from '../../detect/findings/finding.ts';

/** What is said about this type of camera, beside what any may say. */
export const AVFOUNDATION_MESSAGES = {
	macPermission: () =>
		fatal(
			'mac-permission',
			'The camera gives no pictures: macOS has not allowed it.',
			'Allow the terminal (or what starts Oriel) in System Settings → Privacy & Security → Camera.',
		),
} as const;
