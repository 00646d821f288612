/** Acknowledgements of one camera that may be due at once: as many as frames may be under way. */
export const MAX_ACKS_DUE = 256;

/**
 * How many acknowledgements a viewer may send for what it was sent: one a frame and no more. Acknowledgements settle all
 * earlier frames too, so some viewers send fewer; those that were not sent are not accumulated.
 */
export class AcksDue {
	/** Acknowledgements taken of each camera whose frames are being sent, or are known never to come. */
	readonly #taken = new Map<number, number>();
	/** Those still due for cameras that are not sent any more. */
	#late = 0;

	/** An acknowledgement came of a camera of which so many frames were sent. False: none was due. */
	took(camera: number, framesSent: number): boolean {
		const taken = Math.max(this.#taken.get(camera) ?? 0, framesSent - MAX_ACKS_DUE);
		if (taken < framesSent) {
			this.#taken.set(camera, taken + 1);
			return true;
		}
		if (this.#late === 0) return false;
		this.#late--;
		return true;
	}

	/** No more frames of the camera are sent; so many were. What is under way will still be acknowledged. */
	stopped(camera: number, framesSent: number): void {
		const due = framesSent - (this.#taken.get(camera) ?? 0);
		this.#taken.delete(camera);
		this.#late = Math.min(MAX_ACKS_DUE, this.#late + due);
	}
}
