import { type Micros, micros } from '@oriel/base';

/** Key frames are large: one viewer's bad link must not make them frequent for all. */
const KEY_REQUEST_INTERVAL = micros(1000);

/** Lets one request for a key frame through each second. */
export class KeyRequests {
	#lastAt: Micros | undefined;

	/** Whether the camera may be asked now. If so, it counts as asked. */
	admits(now: Micros): boolean {
		if (this.#lastAt !== undefined && now - this.#lastAt < KEY_REQUEST_INTERVAL) return false;
		this.#lastAt = now;
		return true;
	}
}
