import type { AccessUnit } from '../h264/access-unit.ts';

/** One picture of an FLV stream and the time that its sender gave it. */
export interface FlvVideo {
	readonly unit: AccessUnit;
	/** When it is to be decoded, in milliseconds since the stream began. It wraps after 49 days. */
	readonly timestampMs: number;
	/** How much later it is to be shown: not 0 only in streams with B-frames. */
	readonly compositionMs: number;
}
