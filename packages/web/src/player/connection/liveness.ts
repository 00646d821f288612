import { type Micros, micros } from '@oriel/base';

/** Silence that proves a quick connection dead. */
const MIN_SILENCE = micros(5_000);
/** Silence that proves any connection dead. */
const MAX_SILENCE = micros(30_000);
/** How many times the longest known gap must pass before silence means death. */
const GAP_FACTOR = 3;
/** Gaps are remembered this long. */
const MEMORY = micros(60_000);
/** Shorter gaps cannot raise the limit, so they are not kept. */
const NOTABLE_GAP = MIN_SILENCE / GAP_FACTOR;
/** A check that comes this late was held up by the browser or by sleep: the silence may be ours. */
const LATE = micros(2_000);
/** What a late check grants for messages that wait in the browser. */
const GRACE = micros(1_500);

interface Gap {
	readonly at: Micros;
	readonly span: Micros;
}

/**
 * Tells a dead connection from a slow one. A slow link may need long for one picture, so the silence that is allowed
 * grows with the gaps seen lately. It outlives single connections: what it learnt about the link stays true.
 */
export class Liveness {
	#gaps: Gap[] = [];
	#lastArrival: Micros = 0;
	#lastCheck: Micros = 0;
	#graceUntil: Micros = 0;

	/** A connection has opened. */
	begin(now: Micros): void {
		this.#lastArrival = now;
		this.#lastCheck = now;
	}

	/** Something arrived, whatever it was. */
	arrived(now: Micros): void {
		this.note(now - this.#lastArrival, now);
		this.#lastArrival = now;
	}

	/** Remembers that the link was silent for `span` and yet alive. */
	note(span: Micros, now: Micros): void {
		if (span > NOTABLE_GAP) this.#gaps.push({ at: now, span });
	}

	/** Forgets the gaps: they were made by something else than the link, such as a hidden tab. */
	forget(): void {
		this.#gaps = [];
	}

	/** How long nothing has come. */
	silence(now: Micros): Micros {
		return now - this.#lastArrival;
	}

	/** Whether the connection must be given up. To be asked regularly. */
	isDead(now: Micros, interval: Micros): boolean {
		if (now - this.#lastCheck > interval + LATE) this.#graceUntil = now + GRACE;
		this.#lastCheck = now;
		return now > this.#graceUntil && this.silence(now) > this.#limit(now);
	}

	#limit(now: Micros): Micros {
		this.#gaps = this.#gaps.filter((gap) => now - gap.at <= MEMORY);
		const longest = this.#gaps.reduce((most, gap) => Math.max(most, gap.span), 0);
		return Math.min(MAX_SILENCE, Math.max(MIN_SILENCE, longest * GAP_FACTOR));
	}
}
