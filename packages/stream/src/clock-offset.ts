import { type Micros, micros } from '@oriel/base';

/** The four times of one ping exchange: ours, theirs, theirs, ours. */
export interface PingExchange {
	readonly pingSentAt: Micros;
	readonly receivedAt: Micros;
	readonly sentAt: Micros;
	readonly pongArrivedAt: Micros;
}

interface Sample {
	/** When it was completed, in our clock. */
	readonly at: Micros;
	readonly offset: Micros;
	readonly roundTrip: Micros;
}

/** Exchanges remembered. At one every two seconds this is half a minute: one lucky ping does not rule indefinitely. */
const MAX_SAMPLES = 16;

/** How fast two clocks may drift apart: crystals are within 100 ppm each, and a clock that is being corrected has up to 500 for a while. */
const DRIFT = 300e-6;

/** So many exchanges in a row that speak of the same step are believed. At one every two seconds that is within five. */
const STEP_WITNESSES = 2;

/** What an exchange may differ from the believed one for no other reason than jitter, besides a part of the round trip. */
const JITTER: Micros = micros(10);
const JITTER_PART = 1 / 4;

/**
 * How far the peer's clock is ahead of ours. Of the recent ping exchanges the one with the lowest round trip is
 * believed: it waited the least, so its error, at most half its round trip, is the smallest. Older ones count as if their
 * round trip were longer, by as much as the clocks may have drifted since: so drift is followed.
 *
 * An exchange that cannot be true together with the believed one shows that a clock has stepped, or stood still while its
 * machine slept: then only the new one is believed. A step that is smaller than the round trips is believed when two exchanges in a row
 * differ by more than their longer waiting explains.
 */
export class ClockOffset {
	#samples: Sample[] = [];
	/** The newest ones, if they speak of a step: all in the same direction. */
	#witnesses: Sample[] = [];

	/** Takes one exchange. Impossible ones (a negative round trip) are ignored: a clock stepped or stood still meanwhile. */
	add({ pingSentAt, receivedAt, sentAt, pongArrivedAt }: PingExchange): void {
		const roundTrip = pongArrivedAt - pingSentAt - (sentAt - receivedAt);
		if (!(roundTrip >= 0)) return;
		const offset = (receivedAt - pingSentAt + (sentAt - pongArrivedAt)) / 2;
		const sample = { at: pongArrivedAt, offset, roundTrip };
		const best = this.#best(sample.at);
		this.#samples.push(sample);
		if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
		if (best) this.#compare(sample, best);
	}

	/** Peer's clock minus ours; undefined until an exchange has been completed. */
	get offset(): Micros | undefined {
		return this.#best()?.offset;
	}

	/** Round trip of the exchange that is believed: the offset is wrong by no more than half of it. */
	get roundTrip(): Micros | undefined {
		return this.#best()?.roundTrip;
	}

	/** One of the peer's times in our clock; undefined while the offset is not known. */
	toOurs(theirs: Micros): Micros | undefined {
		const offset = this.offset;
		return offset === undefined ? undefined : Math.round(theirs - offset);
	}

	#best(now: Micros = this.#samples.at(-1)?.at ?? 0): Sample | undefined {
		let best: Sample | undefined;
		let least = Number.POSITIVE_INFINITY;
		for (const sample of this.#samples) {
			const bound = sample.roundTrip / 2 + DRIFT * (now - sample.at);
			if (bound > least) continue;
			least = bound;
			best = sample;
		}
		return best;
	}

	#compare(sample: Sample, best: Sample): void {
		const difference = sample.offset - best.offset;
		const drift = DRIFT * (sample.at - best.at);
		if (Math.abs(difference) > (sample.roundTrip + best.roundTrip) / 2 + drift) this.#believe([sample]);
		else if (Math.abs(difference) > explained(sample, best) + drift) this.#hear(sample, best, difference);
		else this.#witnesses = [];
	}

	#hear(sample: Sample, best: Sample, difference: Micros): void {
		const agrees = this.#witnesses.every(({ offset }) => offset > best.offset === difference > 0);
		this.#witnesses = agrees ? [...this.#witnesses, sample] : [sample];
		if (this.#witnesses.length >= STEP_WITNESSES) this.#believe(this.#witnesses);
	}

	#believe(samples: Sample[]): void {
		this.#samples = samples;
		this.#witnesses = [];
	}
}

/** By how much two exchanges differ if the one waited longer than the other on one way only, the worst case, and jittered. */
function explained(sample: Sample, best: Sample): Micros {
	const waited = Math.abs(sample.roundTrip - best.roundTrip);
	return waited / 2 + Math.max(JITTER, best.roundTrip * JITTER_PART);
}
