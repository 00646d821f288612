import type { Diagnosis, Evidence } from '../../capture/command/command.ts';
import { diagnose, type Trouble } from '../../capture/command/diagnose.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';

function troubles(path: string, isLegacyCsi: boolean): Trouble[] {
	return [
		{
			sign: /No space left on device/,
			trouble: 'usb-bandwidth',
			say: () => MESSAGES.usbBandwidth(),
			again: 'later',
		},
		{ sign: /Permission denied/, trouble: 'permission', say: () => MESSAGES.noPermission([path]), again: 'later' },
		{ sign: /Device or resource busy/, trouble: 'busy', say: () => MESSAGES.busy([]) },
		{
			sign: /Cannot open device|No such file or directory/,
			trouble: 'no-camera',
			say: () => `There is no camera at ${path}. Plug it in.`,
		},
		{
			sign: /VIDIOC_DQBUF.*No such device|No such device/,
			trouble: 'unplugged',
			say: () => `The camera at ${path} was unplugged. Plug it in again.`,
		},
		{
			sign: /select timeout|VIDIOC_DQBUF.*Input\/output error/,
			trouble: 'sensor-timeout',
			say: () =>
				isLegacyCsi ? MESSAGES.sensorTimeout() : `The camera at ${path} stopped sending pictures. Plug it in anew.`,
		},
		{
			sign: /VIDIOC_STREAMON.*(Invalid|failed)|The pixelformat .* is invalid|VIDIOC_S_FMT: failed/,
			trouble: 'bad-format',
			say: () => `The camera at ${path} does not take this size or form. Choose another.`,
		},
	];
}

/** What the end of `v4l2-ctl` means. Its exit code tells little: 0 after an unplugged camera, 255 in silence after a busy one. */
export function diagnoseV4l2Ctl(evidence: Evidence, path: string, isLegacyCsi: boolean): Diagnosis {
	const table = troubles(path, isLegacyCsi);
	const { ending, words, pictures } = evidence;
	if (ending.how === 'missing') return diagnose(table, 'stdbuf', evidence);
	if (words.some((line) => /failed to run command|v4l2-ctl.*No such file|v4l2-ctl: not found/.test(line))) {
		return diagnose(table, 'v4l2-ctl', { ...evidence, ending: { how: 'missing' } });
	}
	const inSilence = words.every((line) => line.trim() === '');
	if (ending.how === 'exited' && ending.code === 255 && inSilence && pictures === 0) {
		const busy = { ...evidence, words: ['Device or resource busy'] };
		return diagnose(table, 'v4l2-ctl', busy);
	}
	// After two seconds without a picture it ends, without a word and without an error.
	if (ending.how === 'exited' && ending.code === 0 && inSilence) {
		return diagnose(table, 'v4l2-ctl', { ...evidence, words: ['select timeout'] });
	}
	return diagnose(table, 'v4l2-ctl', evidence);
}
