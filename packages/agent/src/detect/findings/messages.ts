import type { Holder } from '../facts/holders.ts';
import type { Finding, FindingCode } from './finding.ts';

/**
 * What is said about each finding: the one place where these words stand. They are for somebody who has a Pi and a
 * camera, and no wish to learn about either.
 */
export const MESSAGES = {
	detectionOff: (config: string) =>
		fatal(
			'detection-off',
			`Camera detection is switched off in ${config}.`,
			'Put camera_auto_detect=1 there (or run: sudo raspi-config nonint do_camera 0) and reboot.',
		),
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
	sensorSilent: (sensors: readonly string[]) =>
		fatal(
			'sensor-silent',
			`The Pi is set up for a camera (${sensors.join(', ')}) but cannot talk to it.`,
			"Reseat both ends of the ribbon cable (mind the contacts' side), or try another cable.",
		),
	noCamera: (config: string) =>
		fatal(
			'no-camera',
			'No camera was found on the connector.',
			'Check: the ribbon is in CSI/CAM, not in DSI/DISP; a Pi 5 or Zero needs the narrow 22-pin cable; switch the power off ' +
				'before plugging; sensors of other makers (imx290, imx327, imx519, 64MP …) need camera_auto_detect=0 and ' +
				`dtoverlay=<sensor> in ${config}, with ,cam0 behind it for connector 0 of a Pi 5 or Compute Module.`,
		),
	kernelOnly: (sensors: readonly string[]) =>
		fatal(
			'kernel-only',
			`The kernel sees ${sensors.join(', ')}, but the camera software does not: it is too old, or mixed from several sources.`,
			'Run: sudo apt update && sudo apt full-upgrade, and remove self-built copies from /usr/local.',
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
	noLibav: () =>
		minor(
			'no-libav',
			'This system has the "lite" camera tools, without H.264. Oriel sends JPEGs.',
			'For less data run: sudo apt install rpicam-apps',
		),
	noCameraTool: (isBullseye: boolean) =>
		fatal(
			'program-missing',
			'The program that reads the camera is not installed.',
			`Run: sudo apt install ${isBullseye ? 'libcamera-apps-lite' : 'rpicam-apps'}`,
		),
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
	noFfmpeg: (platform: string) =>
		fatal('program-missing', 'ffmpeg, which reads the camera, was not found.', ffmpegFix(platform)),
	programMissing: (program: string) =>
		fatal('program-missing', `The program ${program} is not installed.`, `Run: sudo apt install ${packageOf(program)}`),
	unsupportedPlatform: (isPi: boolean) =>
		fatal(
			'unsupported-platform',
			isPi
				? 'The camera software does not recognise this Pi: a part of the kernel is not loaded.'
				: 'The camera software supports the Raspberry Pi only, with its own kernel.',
			isPi
				? 'Run: sudo modprobe bcm2835-isp; if that fails, the kernel is not the one of Raspberry Pi OS.'
				: 'Use a USB or network camera, or Raspberry Pi OS on a Pi.',
		),
	container: () =>
		fatal(
			'container',
			'Oriel runs in a container that does not see the camera.',
			'Run the container with: --privileged -v /run/udev:/run/udev:ro',
		),
	usbBandwidth: () =>
		fatal(
			'usb-bandwidth',
			'The USB connection has no room for the pictures of this camera.',
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
	macPermission: () =>
		fatal(
			'mac-permission',
			'The camera gives no pictures: macOS has not allowed it.',
			'Allow the terminal (or what starts Oriel) in System Settings → Privacy & Security → Camera.',
		),
	windowsBusy: () =>
		fatal(
			'windows-busy',
			'Windows does not hand out the camera.',
			'Close Teams, Zoom, the Camera app and whatever else may use it, and allow it in Settings → Privacy → Camera.',
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

function fatal(code: FindingCode, words: string, fix: string): Finding {
	return { code, words, fix, isFatal: true };
}

function minor(code: FindingCode, words: string, fix: string): Finding {
	return { code, words, fix, isFatal: false };
}

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
