import { viewOf } from '@oriel/base';
import { MediaError } from '../errors/media-error.ts';
import { type AccessUnit, accessUnitOf } from '../h264/access-unit.ts';
import { type Avcc, nalUnitsIn, parseAvcc } from '../h264/avcc.ts';
import { NAL, nalType } from '../h264/nal.ts';
import type { FlvVideo } from './video.ts';

const AVC = 7;
const CODECS: Readonly<Record<number, string>> = {
	2: 'Sorenson H.263',
	3: 'Screen video',
	4: 'VP6',
	5: 'VP6 with alpha',
	6: 'Screen video 2',
	12: 'HEVC',
};
const COMMAND_FRAME = 5;
/** IsExHeader of enhanced RTMP: a FourCC takes the place of the codec number. */
const IS_EXTENDED = 0x80;

/** Reads the bodies of video tags (Adobe FLV 10.1, E.4.3), one after the other. */
export class VideoTags {
	#avcc: Avcc | undefined;

	/**
	 * The picture in a tag; undefined for one that has none. Throws MediaError 'unsupported-codec', 'bad-flv' or
	 * 'bad-avcc'.
	 */
	read(body: Uint8Array, timestampMs: number): FlvVideo | undefined {
		const [first = 0, packetType = 0] = body;
		if (body.length === 0 || first >> 4 === COMMAND_FRAME) return undefined;
		if ((first & IS_EXTENDED) !== 0) throw unsupported(fourCc(body));
		if ((first & 0xf) !== AVC) throw unsupported(CODECS[first & 0xf] ?? `codec number ${first & 0xf}`);
		if (body.length < 5)
			throw new MediaError('bad-flv', `A video tag of the FLV stream ends after ${body.length} bytes.`);
		const rest = body.subarray(5);
		if (packetType === 0) this.#avcc = parseAvcc(rest);
		if (packetType !== 1) return undefined;
		// CompositionTime: 24 bits with a sign.
		const compositionMs = (viewOf(body).getInt32(1) << 8) >> 8;
		const unit = this.#unitOf(rest);
		return unit && { unit, timestampMs, compositionMs };
	}

	/** A sender that put the parameter sets into the avcC need not put them before its keys. */
	#unitOf(sample: Uint8Array): AccessUnit | undefined {
		if (!this.#avcc) throw new MediaError('bad-flv', 'The FLV stream has a picture before its avcC.');
		const { lengthBytes, sps, pps } = this.#avcc;
		const nals = nalUnitsIn(sample, lengthBytes);
		const isBareKey = nals.some((nal) => nalType(nal) === NAL.idr) && !nals.some((nal) => nalType(nal) === NAL.sps);
		return accessUnitOf(isBareKey ? [...sps, ...pps, ...nals] : nals, true);
	}
}

function fourCc(body: Uint8Array): string {
	return Array.from(body.subarray(1, 5), (byte) =>
		byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?',
	).join('');
}

function unsupported(codec: string): MediaError {
	return new MediaError('unsupported-codec', `The FLV stream carries ${codec}; only H.264 (codec number 7) is read.`);
}
