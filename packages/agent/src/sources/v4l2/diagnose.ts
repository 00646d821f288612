import type { Diagnosis, Evidence } from '../../capture/command/command.ts';
import { type DiagnosisRule, diagnose } from '../../capture/command/diagnose.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';

function rules(path: string, isLegacyCsi: boolean): DiagnosisRule[] {
	return [
		{
			sign: /No space left on device/,
			fault: 'usb-bandwidth',
			say: () => MESSAGES.usbBandwidth(),
			again: 'later',
		},
		{ sign: /Permission denied/, fault: 'permission', say: () => MESSAGES.noPermission([path]), again: 'later' },
		{ sign: /Device or resource busy/, fault: 'busy', say: () => MESSAGES.busy([]) },
		{
			sign: /Cannot open device|No such file or directory/,
			fault: 'no-camera',
			say: () => `There is no camera at ${path}. Plug it in.`,
		},
		{
			sign: /VIDIOC_DQBUF.*No such device|No such device/,
			fault: 'unplugged',
			say: () => `The camera at ${path} was unplugged. Plug it in again.`,
		},
		{
			sign: /select timeout|VIDIOC_DQBUF.*Input\/output error/,
			fault: 'sensor-timeout',
			say: () =>
				isLegacyCsi ? MESSAGES.sensorTimeout() : `The camera at ${path} stopped sending pictures. Plug it in again.`,
		},
		{
			sign: /VIDIOC_STREAMON.*(Invalid|failed)|The pixelformat .* is invalid|VIDIOC_S_FMT: failed/,
			fault: 'bad-format',
			say: () => `The camera at ${path} does not take this size or form. Choose another.`,
		},
	];
}

/** What the end of `v4l2-ctl` means. Its exit code tells little: 0 after an unplugged camera, 255 in silence after a busy one. */
export function diagnoseV4l2Ctl(evidence: Evidence, path: string, isLegacyCsi: boolean): Diagnosis {
	const table = rules(path, isLegacyCsi);
	const { exit, words, pictures } = evidence;
	if (exit.how === 'missing') return diagnose(table, 'stdbuf', evidence);
	if (words.some((line) => /failed to run command|v4l2-ctl.*No such file|v4l2-ctl: not found/.test(line))) {
		return diagnose(table, 'v4l2-ctl', { ...evidence, exit: { how: 'missing' } });
	}
	const inSilence = words.every((line) => line.trim() === '');
	if (exit.how === 'exited' && exit.code === 255 && inSilence && pictures === 0) {
		const busy = { ...evidence, words: ['Device or resource busy'] };
		return diagnose(table, 'v4l2-ctl', busy);
	}
	// After two seconds without a picture it ends, without a word and without an error.
	if (exit.how === 'exited' && exit.code === 0 && inSilence) {
		return diagnose(table, 'v4l2-ctl', { ...evidence, words: ['select timeout'] });
	}
	return diagnose(table, 'v4l2-ctl', evidence);
}
