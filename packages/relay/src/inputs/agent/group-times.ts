import { type Micros, micros } from '@oriel/base';

/** A mapping that differs by more from what the clocks say belongs to the time before one of them stepped. */
const STEPPED: Micros = micros(1000);

interface CameraTimes {
	readonly key: boolean;
	/** In the camera's clock. */
	readonly capturedAt: Micros;
	readonly presentationOffset: Micros;
}

/**
 * Capture times of frames that are not shown in the order in which they come, in the relay's clock. What is known of the
 * camera's clock changes: at first not even a ping has been answered, and arrival counts as capture. If each frame were
 * mapped by what is known when it arrives, a later one could be shown before an earlier one. So one mapping holds from a
 * key frame to the next, and what a new one shows comes after all that was shown by the one before.
 */
export class GroupTimes {
	/** Relay's clock minus camera's. */
	#shift: Micros | undefined;
	/** Latest time at which any frame so far is shown, in the relay's clock. */
	#shownUntil: Micros = Number.NEGATIVE_INFINITY;

	/** When a frame was captured. `mapped`: what the clocks say of it now; `now`: when it arrived. */
	next({ key, capturedAt, presentationOffset }: CameraTimes, mapped: Micros, now: Micros): Micros {
		const isStepped = this.#shift !== undefined && Math.abs(capturedAt + this.#shift - mapped) > STEPPED;
		if (key || this.#shift === undefined || isStepped) {
			const inOrder = isStepped ? mapped : Math.max(mapped, this.#shownUntil + 1 - presentationOffset);
			this.#shift = Math.min(inOrder, Math.max(mapped, now)) - capturedAt;
		}
		const ours = capturedAt + this.#shift;
		this.#shownUntil = Math.max(isStepped ? ours : this.#shownUntil, ours + presentationOffset);
		return ours;
	}
}
