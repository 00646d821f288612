import { fatal } from '../../detect/findings/finding.ts';

/** What is said about this type of camera, beside what any may say. */
export const V4L2_MESSAGES = {
	noUsbTool: (node: string) =>
		fatal(
			'program-missing',
			`There is a camera at ${node}, and no program that reads it.`,
			'Run: sudo apt install v4l-utils',
		),
	noEncoder: (camera: string) =>
		fatal(
			'program-missing',
			`${camera} gives raw pictures only, and no program that makes JPEG or H.264 of them was found.`,
			'Run: sudo apt install ffmpeg',
		),
} as const;
