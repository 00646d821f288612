import type { Transport } from './viewer.ts';

/** What left the relay for one camera by one transport. */
export interface Egress {
	frames: number;
	bytes: number;
	/** Pictures passed over because the viewer was behind. */
	droppedBehind: number;
}

/** Totals of one camera since the relay started. */
export interface Counters {
	frames: number;
	bytes: number;
	/** Streams after the first. */
	reconnects: number;
	/** Bytes between pictures and pictures that were none. */
	skippedBytes: number;
	/** Pictures that the camera counted and that never arrived. */
	droppedUplink: number;
	/** Pictures that were cut off or no pictures at all. */
	droppedBroken: number;
	/** Pictures that nobody could decode, because the key frame before them never came. */
	droppedKeyless: number;
	readonly egress: Readonly<Record<Transport, Egress>>;
}

export function newCounters(): Counters {
	const egress = (): Egress => ({ frames: 0, bytes: 0, droppedBehind: 0 });
	return {
		frames: 0,
		bytes: 0,
		reconnects: 0,
		skippedBytes: 0,
		droppedUplink: 0,
		droppedBroken: 0,
		droppedKeyless: 0,
		egress: { mjpeg: egress(), live: egress(), mp4: egress(), snapshot: egress() },
	};
}
