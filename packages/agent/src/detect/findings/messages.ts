import type { Holder } from '../facts/holders.ts';
import { fatal, minor } from './finding.ts';

/**
 * What is said about a machine, and about cameras of several types; what is said about one type stands in its folder. The
 * reader has a Pi and a camera, and no wish to learn about either.
 */
export const MESSAGES = {
	noCamera: (config: string) =>
		fatal(
			'no-camera',
			'No camera was found on the connector.',
			'Check: the ribbon is in CSI/CAM, not in DSI/DISP; a Pi 5 or Zero needs the narrow 22-pin cable; switch the power off ' +
				'before plugging; sensors of other makers (imx290, imx327, imx519, 64MP …) need camera_auto_detect=0 and ' +
				`dtoverlay=<sensor> in ${config}, with ,cam0 behind it for connector 0 of a Pi 5 or Compute Module.`,
		),
	noPermission: (closed: readonly string[]) =>
		fatal(
			'permission',
			`This user may not open the camera${closed.length > 0 ? ` (${some(closed)})` : ''}.`,
			'Run: sudo usermod -aG video,render $USER, and log in again (for a service: SupplementaryGroups=video render).',
		),
	busy: (holders: readonly Holder[]) =>
		fatal(
			'busy',
			holders.length === 0
				? 'Another program is using the camera.'
				: `The camera is in use by ${holders.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ')}.`,
			holders.length === 0
				? 'Find it with: sudo fuser -v /dev/media* /dev/video*, and end it.'
				: `End ${holders.length === 1 ? 'it' : 'them'} to let Oriel have the camera.`,
		),
	sensorTimeout: () =>
		fatal(
			'sensor-timeout',
			'The camera stopped sending pictures.',
			'The cause is a loose, long or noisy ribbon cable, a failing module, or weak power: reseat or shorten the cable first.',
		),
	noFfmpeg: (platform: string) =>
		fatal('program-missing', 'ffmpeg, which reads the camera, was not found.', ffmpegFix(platform)),
	programMissing: (program: string) =>
		fatal('program-missing', `The program ${program} is not installed.`, `Run: sudo apt install ${packageOf(program)}`),
	container: () =>
		fatal(
			'container',
			'Oriel runs in a container that does not see the camera.',
			'Run the container with: --privileged -v /run/udev:/run/udev:ro',
		),
	usbBandwidth: () =>
		fatal(
			'usb-bandwidth',
			'The USB connection has not enough bandwidth for this camera.',
			'Choose a smaller size or rate, or JPEG; or plug it into another port; for raw pictures: uvcvideo quirks=128.',
		),
	underVoltage: (isNow: boolean) =>
		minor(
			'under-voltage',
			isNow ? 'The Pi gets too little power.' : 'The Pi has had too little power since it started.',
			'Use the power supply made for it, with a short cable.',
		),
	hot: (isNow: boolean) =>
		minor(
			'hot',
			isNow ? 'The Pi is too hot and slows down.' : 'The Pi was too hot and slowed down.',
			'Give it air or a heat sink, or choose a smaller size or rate.',
		),
	noMemory: () =>
		fatal(
			'no-memory',
			'There is no memory left for pictures.',
			'Choose a smaller size, or set dtoverlay=vc4-kms-v3d,cma-256 in config.txt, take a large gpu_mem out of it, and reboot.',
		),
	noSource: () =>
		fatal(
			'no-source',
			'No camera was found on this machine.',
			"Plug one in, give a network camera's address (--source rtsp://… or http://…), or try the test pattern (--source test).",
		),
} as const;

function some(names: readonly string[]): string {
	return names.length > 3 ? `${names.slice(0, 3).join(', ')} …` : names.join(', ');
}

function ffmpegFix(platform: string): string {
	if (platform === 'darwin') return 'Run: brew install ffmpeg';
	return platform === 'win32' ? 'Run: winget install ffmpeg' : 'Run: sudo apt install ffmpeg';
}

const PACKAGES: Readonly<Record<string, string>> = {
	'v4l2-ctl': 'v4l-utils',
	stdbuf: 'coreutils',
	raspivid: 'libraspberrypi-bin',
	'libcamera-vid': 'libcamera-apps-lite',
	'rpicam-vid': 'rpicam-apps',
};

function packageOf(program: string): string {
	const name = program.split('/').at(-1) ?? program;
	return PACKAGES[name] ?? name;
}
