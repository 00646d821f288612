import type { Format } from '@oriel/media';
import type { EncodedFrame, TrackId } from '@oriel/stream';

export const JPEG: Format = { codec: 'jpeg', codecString: undefined, width: 0, height: 0 };
export const H264: Format = { codec: 'h264', codecString: undefined, width: 0, height: 0 };

const TRACK: TrackId = { number: 1, camera: 'door', name: 'video' };

/** A frame of which only some things matter. It was captured when it arrived. */
export function aFrame(difference: Partial<EncodedFrame> = {}): EncodedFrame {
	return {
		track: TRACK,
		sequence: 0,
		key: true,
		discontinuity: false,
		capturedAt: difference.receivedAt ?? 0,
		receivedAt: difference.capturedAt ?? 0,
		format: JPEG,
		data: Uint8Array.of(1),
		...difference,
	};
}
