import type { Millis } from '@oriel/base';
import { type CameraControl, MAX_CHOICES, MAX_LABEL_LENGTH } from '@oriel/protocol';
import type { CaptureSettings } from '../../capture/command/command.ts';
import type { DriverSettings } from '../../capture/method.ts';
import type { Answer, Computer } from '../../detect/computer/computer.ts';
import type { VideoNode } from './look.ts';
import { type DriverControl, parseControlList } from './parse-controls.ts';

/** A driver that does not answer by then is stuck. */
const TIMEOUT_MS: Millis = 2000;
/** Names in Video4Linux have 32 letters at most. */
const NAME = /^[a-z0-9_]{1,40}$/;
/** What cannot be changed, or not now. */
const UNUSABLE = ['inactive', 'read-only', 'disabled', 'grabbed', 'write-only'];
/** What would break the stream, or its size. */
const NOT_OURS =
	/^(h264_|repeat_sequence_header|video_bitrate_mode|video_b_frames|video_gop|sequence_header|rotate$|force_key|min_number|max_number)/;

/** The settings of a camera at its driver; undefined: it has none, or there is no `v4l2-ctl` to ask it with. */
export function v4l2Settings(node: VideoNode, own: CaptureSettings, computer: Computer): DriverSettings | undefined {
	if (node.controls.length === 0) return undefined;
	let listed = node.controls;
	return {
		get controls() {
			return offeredControls(listed, own);
		},
		async read() {
			const read = await readDevice(computer, node.path);
			if (read) listed = read;
			return read !== undefined;
		},
		set: (name, value) => setDevice(computer, node.path, name, value),
	};
}

/** What of a driver's controls people may change on the page. All of them take effect at once. */
function offeredControls(listed: readonly DriverControl[], own: CaptureSettings): CameraControl[] {
	return listed.flatMap((control) => {
		const { name, kind, flags, min = 0, max = kind === 'bool' ? 1 : undefined, step, value } = control;
		const isOffered = NAME.test(name) && !NOT_OURS.test(name) && !flags.some((flag) => UNUSABLE.includes(flag));
		if (!isOffered || kind === 'other' || value === undefined || max === undefined || max <= min) return [];
		const choices = control.choices.slice(0, MAX_CHOICES).map((choice) => ({ ...choice, label: tidy(choice.label) }));
		if (kind === 'menu' && choices.length < 2) return [];
		return {
			name,
			label: labelOf(name),
			kind: ({ int: 'range', bool: 'switch', menu: 'menu' } as const)[kind],
			min,
			// The owner's bitrate is the most: there may be a bill behind it.
			max: name === 'video_bitrate' ? Math.max(min, Math.min(max, own.bitrate ?? max)) : max,
			step: Math.max(1, step ?? 1),
			usual: control.fallback ?? value,
			value,
			choices: kind === 'menu' ? choices : [],
			restarts: false,
		};
	});
}

/** All controls of a node as they are now; undefined if it does not answer. */
async function readDevice(computer: Computer, node: string): Promise<DriverControl[] | undefined> {
	const answer = await computer.ask('v4l2-ctl', ['-d', node, '--list-ctrls-menus'], { timeoutMs: TIMEOUT_MS });
	return answer.how === 'ended' && answer.code === 0 ? parseControlList(answer.stdout) : undefined;
}

/** Sets one control. Gives why it could not be, in words. */
async function setDevice(computer: Computer, node: string, name: string, value: number): Promise<string | undefined> {
	const args = ['-d', node, `--set-ctrl=${name}=${value}`];
	const answer = await computer.ask('v4l2-ctl', args, { timeoutMs: TIMEOUT_MS });
	const why = whyNot(answer);
	return why === undefined ? undefined : `${labelOf(name)} could not be set: ${why}`;
}

function whyNot({ how, code, stdout, stderr }: Answer): string | undefined {
	if (how === 'missing') return 'v4l2-ctl is not installed';
	if (how === 'timed-out') return 'the camera did not answer in time';
	const words = `${stderr}\n${stdout}`;
	// v4l2-ctl ends with 0 where some drivers refuse.
	if (code === 0 && !/failed|error setting|unknown control/i.test(words)) return undefined;
	if (/No such device|Cannot open device/i.test(words)) return 'the camera is gone';
	if (/Permission denied|not permitted/i.test(words)) return 'this user may not open the camera';
	if (/busy/i.test(words)) return 'the camera does not take it while it sends pictures';
	if (/out of range|Invalid argument/i.test(words)) return 'the camera does not take this value';
	if (/unknown control/i.test(words)) return 'the camera does not have it any more';
	return 'the camera refused it';
}

/** `white_balance_automatic` as `White balance automatic`. */
function labelOf(name: string): string {
	const words = name.replaceAll('_', ' ').trim();
	return tidy(words.charAt(0).toUpperCase() + words.slice(1));
}

function tidy(text: string): string {
	return text.replace(/\p{C}+/gu, ' ').slice(0, MAX_LABEL_LENGTH);
}
