import { NAL } from '../h264/nal.ts';
import type { Foreign } from './foreign.ts';
import { isTextByte } from './text.ts';

/** A stream of NAL units, or of what was there before those, and where the start code stands that makes sure of it. */
export interface Elementary {
	readonly name: 'h264' | Foreign;
	readonly at: number;
}

/** How sure one start code makes: `sure` is enough anywhere, `likely` at the beginning, `faint` only beside others. */
interface Sign {
	readonly name: Elementary['name'];
	readonly weight: 'sure' | 'likely' | 'faint';
}

/** profile_idc of all profiles (ISO/IEC 14496-10 annexes A, F, G and H). */
const PROFILES = new Set([44, 66, 77, 83, 86, 88, 100, 110, 118, 122, 128, 134, 135, 138, 139, 144, 244]);
/** Start codes above those of NAL units (ISO/IEC 13818-1, 13818-2 and 14496-2). */
const OLDER: Readonly<Record<number, Foreign>> = {
	176: 'an MPEG-4 part 2 video stream',
	179: 'an MPEG-1 or MPEG-2 video stream',
	182: 'an MPEG-4 part 2 video stream',
	184: 'an MPEG-1 or MPEG-2 video stream',
	186: 'an MPEG program stream',
};

/** In less than this behind other bytes it cannot be told whether those are the packets of a container. */
const ENOUGH_BEHIND_OTHERS = 640;

/**
 * What a stream with start codes is. What stands before the first of them (zeros, text, the rest of a NAL unit) does no
 * harm, but then one that is only likely is not enough.
 */
export function sniffStartCodes(head: Uint8Array): Elementary | undefined {
	const seen = new Map<Elementary['name'], number>();
	let isAlone: boolean | undefined;
	for (let one = head.indexOf(1, 2); one >= 0 && one + 2 < head.length; one = head.indexOf(1, one + 1)) {
		if (head[one - 1] !== 0 || head[one - 2] !== 0) continue;
		isAlone ??= isTextUpTo(head, one - 2);
		if (!isAlone && head.length < ENOUGH_BEHIND_OTHERS) return undefined;
		const sign = signOf(head, one + 1);
		if (!sign) continue;
		const { name, weight } = sign;
		const count = (seen.get(name) ?? 0) + (weight === 'faint' ? 1 : 2);
		seen.set(name, count);
		if (weight === 'sure' || count > 3 || (weight === 'likely' && isZeroUpTo(head, one))) return { name, at: one - 2 };
	}
	return undefined;
}

function signOf(head: Uint8Array, at: number): Sign | undefined {
	const [first = 0, second = 0] = head.subarray(at, at + 2);
	const older = OLDER[first];
	if (older) return { name: older, weight: 'likely' };
	if (first >= 0x80) return undefined;
	return signOfNewer(first, second) ?? signOfH264(first & 0x1f, (first >> 5) & 3, second) ?? signOfVolume(head, at);
}

/** ITU-T H.265 7.3.1.2 and H.266 7.3.1.2, units of the base layer. In H.264 none of these makes sense. */
function signOfNewer(first: number, second: number): Sign | undefined {
	const h265 = 'an H.265 (HEVC) stream';
	if (second === 1 && (first === 0x40 || first === 0x42)) return { name: h265, weight: 'sure' };
	if (second === 1 && (first === 0x44 || first === 0x46 || first === 0x4e || first === 0x26)) {
		return { name: h265, weight: 'likely' };
	}
	if (first === 0 && (second === 0x71 || second === 0x79)) return { name: 'an H.266 (VVC) stream', weight: 'likely' };
	const isPicture = first % 2 === 0 && (first <= 0x12 || (first >= 0x20 && first <= 0x2a));
	return isPicture && second === 1 ? { name: h265, weight: 'faint' } : undefined;
}

/** `importance` is nal_ref_idc: what it must be for each type tells units from noise (ISO/IEC 14496-10 7.4.1). */
function signOfH264(type: number, importance: number, second: number): Sign | undefined {
	if (type === NAL.sps && importance > 0 && PROFILES.has(second)) return { name: 'h264', weight: 'sure' };
	const isLikely =
		(type === NAL.pps && importance > 0 && second >= 0x20) ||
		(type === NAL.delimiter && importance === 0 && (second & 0x1f) === 0x10) ||
		(type === NAL.sei && importance === 0) ||
		(type === NAL.idr && importance > 0) ||
		type === NAL.slice;
	return isLikely ? { name: 'h264', weight: 'likely' } : undefined;
}

/** ISO/IEC 14496-2 6.2.2: a video object, then at once its layer. */
function signOfVolume(head: Uint8Array, at: number): Sign | undefined {
	const isVolume = head[at] === 0x20 && (head[at - 4] ?? 0xff) < 0x20 && head[at - 5] === 1 && head[at - 6] === 0;
	return isVolume ? { name: 'an MPEG-4 part 2 video stream', weight: 'sure' } : undefined;
}

function isZeroUpTo(head: Uint8Array, end: number): boolean {
	for (let at = 0; at < end; at++) if (head[at] !== 0) return false;
	return true;
}

/** Text or zeros: then nothing is cut off. */
function isTextUpTo(head: Uint8Array, end: number): boolean {
	return head
		.subarray(0, Math.min(end, ENOUGH_BEHIND_OTHERS))
		.every((byte) => byte < 0x80 && (isTextByte(byte) || byte === 0));
}
