import { type Micros, type Millis, micros } from '@oriel/base';

const WINDOW = micros(1_000);
/** More than a camera sends in a second. */
const MAX_KEPT = 240;

interface Sample {
	readonly at: Micros;
	readonly ageMs: Millis;
}

/** How old the pictures were when they were drawn: the median of the last second, so that it can be read. */
export class Age {
	#samples: Sample[] = [];

	/** A picture of that age was drawn. An unknown age says nothing. */
	note(ageMs: Millis | undefined, now: Micros): void {
		if (ageMs === undefined) return;
		this.#samples.push({ at: now, ageMs });
		this.#samples = this.#samples.filter((sample) => now - sample.at <= WINDOW).slice(-MAX_KEPT);
	}

	/** Undefined until a picture of known age was drawn. */
	get ms(): Millis | undefined {
		const ages = this.#samples.map((sample) => sample.ageMs).sort((a, b) => a - b);
		return ages[Math.floor(ages.length / 2)];
	}

	reset(): void {
		this.#samples = [];
	}
}
