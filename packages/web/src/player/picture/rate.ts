import { type Micros, type Millis, micros, millis } from '@oriel/base';

const WINDOW = micros(2_000);
/** A shorter time says nothing: the first pictures may come in a bunch. */
const MIN_SPAN = micros(500);
/** Pictures kept at least, so that a camera with one picture in five seconds has a rate too. */
const MIN_KEPT = 2;
/** Pictures kept at most: 2 s at 120 pictures a second. */
const MAX_KEPT = 240;

/** Pictures per second, over the last 2 s or, for slow cameras, over the last gap. */
export class Rate {
	#times: Micros[] = [];

	/** A picture was drawn. */
	note(now: Micros): void {
		this.#times.push(now);
		this.#trim(now);
	}

	/** Pictures per second; falls while none comes. 0 until it can be told. */
	perSecond(now: Micros): number {
		this.#trim(now);
		const [first] = this.#times;
		if (first === undefined || this.#times.length < MIN_KEPT || now - first < MIN_SPAN) return 0;
		return ((this.#times.length - 1) * 1_000_000) / (now - first);
	}

	/** The usual gap between two pictures; undefined before the second one. */
	intervalMs(): Millis | undefined {
		const [first] = this.#times;
		const last = this.#times.at(-1);
		if (first === undefined || last === undefined || this.#times.length < MIN_KEPT) return undefined;
		return millis(last - first) / (this.#times.length - 1);
	}

	/** Begins again, after a pause that was not the camera's. */
	reset(): void {
		this.#times = [];
	}

	#trim(now: Micros): void {
		const fresh = this.#times.findIndex((time) => now - time <= WINDOW);
		const old = fresh === -1 ? this.#times.length : fresh;
		const surplus = Math.max(Math.min(old, this.#times.length - MIN_KEPT), this.#times.length - MAX_KEPT);
		if (surplus > 0) this.#times.splice(0, surplus);
	}
}
