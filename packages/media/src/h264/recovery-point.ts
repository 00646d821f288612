import { NAL, nalType } from './nal.ts';

const RECOVERY_POINT = 6;

/**
 * Whether this is an SEI that begins with a recovery point (ISO/IEC 14496-10 D.1.8): decoding can begin here in a while.
 * Streams that refresh a part of each picture (intra refresh) and those of open groups have it in place of key frames.
 */
export function isRecoveryPoint(nal: Uint8Array): boolean {
	return nalType(nal) === NAL.sei && nal[1] === RECOVERY_POINT;
}
