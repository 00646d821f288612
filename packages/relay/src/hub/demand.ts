import { type Micros, micros } from '@oriel/base';

/** With nobody to see them for this long, pictures are not asked for any more. Whoever changes pages finds the camera awake. */
export const IDLE_BEFORE_PAUSE: Micros = micros(10_000);

/** Whether anybody wants a camera's pictures: what the camera is asked for follows from it. */
export class Demand {
	#wantedAt: Micros;
	#isPaused = false;

	constructor(now: Micros) {
		this.#wantedAt = now;
	}

	/** Whether the camera has been asked for no more pictures. */
	get isPaused(): boolean {
		return this.#isPaused;
	}

	/** Somebody wants pictures; true if the camera has to be woken for it. */
	wanted(now: Micros): boolean {
		const wasPaused = this.#isPaused;
		this.#wantedAt = now;
		this.#isPaused = false;
		return wasPaused;
	}

	/** Whether it is time to ask for no more pictures. */
	isOver(now: Micros): boolean {
		return !this.#isPaused && now - this.#wantedAt >= IDLE_BEFORE_PAUSE;
	}

	/** The camera has been asked for no more. */
	paused(): void {
		this.#isPaused = true;
	}
}
