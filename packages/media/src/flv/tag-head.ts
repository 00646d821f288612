import { viewOf } from '@oriel/base';
import { MediaError } from '../errors/media-error.ts';

/** The beginning of a video tag: what is in it, and where that begins. */
export interface TagHead {
	/** An avcC, or a picture. */
	readonly kind: 'config' | 'picture';
	readonly compositionMs: number;
	readonly bytes: Uint8Array;
}

const AVC = 7;
const CODECS: Readonly<Record<number, string>> = {
	2: 'Sorenson H.263',
	3: 'Screen video',
	4: 'VP6',
	5: 'VP6 with alpha',
	6: 'Screen video 2',
	12: 'H.265 (HEVC)',
	13: 'AV1',
};
const NAMES: Readonly<Record<string, string>> = {
	hvc1: 'H.265 (hvc1)',
	hev1: 'H.265 (hev1)',
	av01: 'AV1 (av01)',
	vp08: 'VP8 (vp08)',
	vp09: 'VP9 (vp09)',
};
const COMMAND_FRAME = 5;
/** IsExHeader of enhanced RTMP: a FourCC takes the place of the codec number, and 4 bits tell what comes. */
const IS_EXTENDED = 0x80;
const FOUR_CC_END = 5;
const EXTENDED = { start: 0, frames: 1, framesAtOnce: 3, metadata: 4 } as const;

/**
 * Reads the beginning of a video tag (Adobe FLV 10.1, E.4.3; enhanced RTMP v1). Undefined for one that has no picture, or is
 * cut off. Throws MediaError 'unsupported-codec'.
 */
export function readTagHead(body: Uint8Array): TagHead | undefined {
	const [first = 0, packetType = 0] = body;
	if (body.length === 0 || ((first >> 4) & 7) === COMMAND_FRAME) return undefined;
	if ((first & IS_EXTENDED) !== 0) return readExtended(body, first & 0xf);
	if ((first & 0xf) !== AVC) throw unsupported(CODECS[first & 0xf] ?? `codec number ${first & 0xf}`);
	if (body.length < 5 || packetType > 1) return undefined;
	const kind = packetType === 0 ? 'config' : 'picture';
	return { kind, compositionMs: compositionAt(body, 1), bytes: body.subarray(5) };
}

function readExtended(body: Uint8Array, packetType: number): TagHead | undefined {
	if (packetType === EXTENDED.metadata) return undefined;
	const fourCc = fourCcOf(body);
	if (fourCc !== 'avc1') throw unsupported(NAMES[fourCc] ?? fourCc);
	const bytes = body.subarray(FOUR_CC_END);
	if (packetType === EXTENDED.start) return { kind: 'config', compositionMs: 0, bytes };
	if (packetType === EXTENDED.framesAtOnce) return { kind: 'picture', compositionMs: 0, bytes };
	if (packetType !== EXTENDED.frames || bytes.length < 3) return undefined;
	return { kind: 'picture', compositionMs: compositionAt(body, FOUR_CC_END - 1), bytes: bytes.subarray(3) };
}

/** CompositionTime: 24 bits with a sign, behind the byte at `at`. */
function compositionAt(body: Uint8Array, at: number): number {
	return (viewOf(body).getInt32(at) << 8) >> 8;
}

function fourCcOf(body: Uint8Array): string {
	return Array.from(body.subarray(1, FOUR_CC_END), (byte) =>
		byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?',
	).join('');
}

function unsupported(codec: string): MediaError {
	return new MediaError('unsupported-codec', `The FLV stream carries ${codec}; only H.264 (codec number 7) is read.`);
}
