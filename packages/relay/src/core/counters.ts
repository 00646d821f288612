/** What left the relay of one track by one output. */
export interface Egress {
	frames: number;
	bytes: number;
	/** Frames skipped because the viewer was behind. */
	droppedBehind: number;
}

/** Totals of one track since the relay started. */
export class TrackCounters {
	frames = 0;
	bytes = 0;
	/** Frames that the camera counted and that never arrived. */
	droppedUplink = 0;
	/** Frames that were cut off, or that were no pictures. */
	droppedBroken = 0;
	/** Frames that no viewer could decode, because their key frame never came. */
	droppedKeyless = 0;
	readonly #egress = new Map<string, Egress>();

	/** Of the output that metrics name so. Kept by outputs: a lookup for each frame would be most of what counting costs. */
	egress(output: string): Egress {
		let egress = this.#egress.get(output);
		if (!egress) {
			egress = { frames: 0, bytes: 0, droppedBehind: 0 };
			this.#egress.set(output, egress);
		}
		return egress;
	}
}

/** Totals of one camera since the relay started. */
export interface CameraCounters {
	/** Runs after the first. */
	reconnects: number;
	/** Bytes between frames. */
	skippedBytes: number;
}
