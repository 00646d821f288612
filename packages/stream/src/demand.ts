import { type Micros, micros } from '@oriel/base';

/** Without viewers for this long a track is paused. A person who changes pages finds the camera awake. */
export const IDLE_BEFORE_PAUSE: Micros = micros(10_000);

/** Whether there is demand for the frames of a track: the camera is paused and resumed by it. */
export class Demand {
	#wantedAt: Micros;
	#isPaused = false;

	constructor(now: Micros) {
		this.#wantedAt = now;
	}

	/** Whether the camera has been asked for no more frames. */
	get isPaused(): boolean {
		return this.#isPaused;
	}

	/** A viewer wants frames; true if the camera has to be woken for it. */
	wanted(now: Micros): boolean {
		const wasPaused = this.#isPaused;
		this.#wantedAt = now;
		this.#isPaused = false;
		return wasPaused;
	}

	/** Whether it is time to pause the camera. */
	isOver(now: Micros): boolean {
		return !this.#isPaused && now - this.#wantedAt >= IDLE_BEFORE_PAUSE;
	}

	/** The camera has been paused. */
	paused(): void {
		this.#isPaused = true;
	}
}
