import { accessUnitOf, H264Stream, isAnnexB, MediaError, nalUnitsOf } from '@oriel/media';
import type { Format } from '../../core/frame.ts';

/**
 * What an access unit in Annex B says of itself if decoding can begin with it: an IDR picture with parameter sets before
 * it that it refers to and that make sense. Undefined if it is anything else.
 */
export function formatOfKey(data: Uint8Array): Format | undefined {
	try {
		const unit = isAnnexB(data) ? accessUnitOf(nalUnitsOf(data), true) : undefined;
		if (!unit?.key) return undefined;
		const format = new H264Stream().push(unit)?.format;
		return format && { codec: 'h264', codecString: format.codec, width: format.width, height: format.height };
	} catch (thrown) {
		if (thrown instanceof MediaError) return undefined;
		throw thrown;
	}
}
