import type { Format } from '@oriel/media';
import type { MediaUnit } from '../../../../packages/agent/src/capture/source.ts';
import { jpeg } from '../jpegs.ts';

/** What the access units of `h264Units` have in common. */
export const H264_FORMAT: Format = { codec: 'h264', codecString: 'avc1.42C01E', width: 64, height: 64 };

/** A frame with a small JPEG of that shade. */
export function frame(shade: number, capturedAt: number, width: number = 16, height: number = 16): MediaUnit {
	const format = { codec: 'jpeg', codecString: undefined, width, height } as const;
	return { key: true, capturedAt, data: jpeg(shade, width, height), format };
}

/** A frame whose bytes are never read. */
export function h264Frame(key: boolean, capturedAt: number, format: Format = H264_FORMAT): MediaUnit {
	return { key, capturedAt, data: Uint8Array.of(0, 0, 0, 1, key ? 0x65 : 0x41), format };
}
