import { type Micros, micros } from '@oriel/base';

/** Key frames are large: one viewer's bad link must not make them frequent for all, nor a narrow path for itself. */
export const KEY_REQUEST_INTERVAL: Micros = micros(1000);

/** Lets one key request through each KEY_REQUEST_INTERVAL. */
export class KeyRequestThrottle {
	#lastAt: Micros | undefined;

	/** Whether the source may be asked now. If so, it counts as asked. */
	admit(now: Micros): boolean {
		if (this.#lastAt !== undefined && now - this.#lastAt < KEY_REQUEST_INTERVAL) return false;
		this.#lastAt = now;
		return true;
	}
}
