import { fatal } from '../../detect/findings/finding.ts';

/** What is said about this type of camera, beside what any may say. */
export const DSHOW_MESSAGES = {
	windowsBusy: () =>
		fatal(
			'windows-busy',
			'Windows does not hand out the camera.',
			'Close Teams, Zoom, the Camera app and whatever else may use it, and allow it in Settings → Privacy → Camera.',
		),
} as const;
