import type { Diagnosis, Evidence } from '../../capture/command/command.ts';
import { type DiagnosisRule, diagnose } from '../../capture/command/diagnose.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import { RASPIVID_MESSAGES } from '../raspivid/messages.ts';
import { RPICAM_MESSAGES } from './messages.ts';

const NO_MEMORY = /Cannot allocate memory|failed to allocate capture buffers|cma_alloc/;
const NO_PERMISSION = /Could not open any (dmaHeap device|dma-buf provider)|Permission denied/;

/** What the words of `rpicam-vid` and `libcamera-vid` mean. The cause stands before its consequences. */
function rules(isPi: boolean): DiagnosisRule[] {
	return [
		{ sign: NO_PERMISSION, fault: 'permission', say: () => MESSAGES.noPermission([]), again: 'later' },
		{
			sign: /Pipeline handler in use by another process|failed to acquire camera/,
			fault: 'busy',
			say: () => MESSAGES.busy([]),
		},
		{ sign: NO_MEMORY, fault: 'no-memory', say: () => MESSAGES.noMemory(), again: 'later' },
		{
			sign: /currently only supports the Raspberry Pi platforms/,
			fault: 'unsupported-platform',
			say: () => RPICAM_MESSAGES.unsupportedPlatform(isPi),
			again: 'later',
		},
		{
			sign: /system appears to be configured for the legacy camera stack/,
			fault: 'legacy-stack',
			say: () => RASPIVID_MESSAGES.legacyStack(false),
			again: 'later',
		},
		{ sign: /no cameras available/, fault: 'no-camera', say: () => MESSAGES.noCamera('config.txt') },
		{
			sign: /selected camera is not available/,
			fault: 'bad-index',
			say: () => 'There is no camera with this number. rpicam-vid --list-cameras shows those that there are.',
		},
		{
			sign: /failed to open V4L2 H264 encoder/,
			fault: 'no-encoder',
			say: () =>
				'The hardware encoder for H.264 is missing, in use or closed to this user. Oriel takes JPEG if it can.',
		},
		{
			sign: /failed to start output streaming/,
			fault: 'encoder-limits',
			say: () => 'The hardware encoder refuses this size, rate or bitrate. Choose smaller ones.',
		},
		{
			sign: /cannot allocate output context, try setting with --libav-format/,
			fault: 'needs-libav-format',
			say: () => 'H.264 on a Pi 5 needs --libav-format, which was not given. Oriel takes JPEG if it can.',
		},
		{
			sign: /Unable to find an appropriate H\.264 codec|Unrecognised codec libav|libav: unable to open video codec/,
			fault: 'no-libav',
			say: () => RPICAM_MESSAGES.noLibav(),
			again: 'later',
		},
		{
			sign: /Camera frontend has timed out!|Device timeout detected|Dequeue timer of/,
			fault: 'sensor-timeout',
			say: () => MESSAGES.sensorTimeout(),
		},
		{
			sign: /terminate called after throwing/,
			fault: 'crashed',
			say: (line) => `The camera program crashed (${line.trim().slice(0, 100)}). Oriel starts it again.`,
		},
	];
}

/** Options of `rpicamCommand` that old versions may not know, each with what belongs to it. */
const UNKNOWN_OPTION = /unrecognised option '(--[a-z-]+)[^']*'/;
const WITHOUT_VALUE = new Set(['--flush', '--inline', '--hflip', '--vflip', '--low-latency', '--nopreview']);

/** What the end of `rpicam-vid` or `libcamera-vid` means. `args`: what it was given. */
export function diagnoseRpicam(evidence: Evidence, isPi: boolean, program: string, args: readonly string[]): Diagnosis {
	const [, option] = firstMatch(evidence.words, UNKNOWN_OPTION) ?? [];
	if (option === undefined || evidence.pictures > 0) return diagnose(rules(isPi), program, evidence);
	const message = `${program} is too old to know ${option}. sudo apt full-upgrade brings a newer one.`;
	const at = args.indexOf(option);
	if (at < 0) return { fault: 'old-version', message, again: 'later' };
	const without = args.slice(at, at + (WITHOUT_VALUE.has(option) ? 1 : 2));
	return { fault: 'old-version', message, again: 'soon', without };
}

function firstMatch(words: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
	for (const word of words) {
		const match = pattern.exec(word);
		if (match) return match;
	}
	return undefined;
}
