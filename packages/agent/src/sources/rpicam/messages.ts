import { fatal, minor } from '../../detect/findings/finding.ts';

/** What is said about this type of camera, beside what any may say. */
export const RPICAM_MESSAGES = {
	detectionOff: (config: string) =>
		fatal(
			'detection-off',
			`Camera detection is switched off in ${config}.`,
			'Put camera_auto_detect=1 there (or run: sudo raspi-config nonint do_camera 0) and reboot.',
		),
	sensorSilent: (sensors: readonly string[]) =>
		fatal(
			'sensor-silent',
			`The Pi is set up for a camera (${sensors.join(', ')}) but cannot talk to it.`,
			"Reseat both ends of the ribbon cable (mind the contacts' side), or try another cable.",
		),
	kernelOnly: (sensors: readonly string[]) =>
		fatal(
			'kernel-only',
			`The kernel sees ${sensors.join(', ')}, but the camera software does not: it is too old, or mixed from several sources.`,
			'Run: sudo apt update && sudo apt full-upgrade, and remove self-built copies from /usr/local.',
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
} as const;
