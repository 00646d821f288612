import type { Micros } from '@oriel/base';

/** The four times of one ping exchange: ours, theirs, theirs, ours. */
export interface PingExchange {
	readonly pingSentAt: Micros;
	readonly receivedAt: Micros;
	readonly sentAt: Micros;
	readonly pongArrivedAt: Micros;
}

interface Sample {
	readonly offset: Micros;
	readonly roundTrip: Micros;
}

/** Exchanges remembered. At one every two seconds this is half a minute: drift is followed, one lucky ping does not rule for ever. */
const MAX_SAMPLES = 16;

/**
 * How far the peer's clock is ahead of ours. Of the recent ping exchanges the one with the lowest round trip is
 * believed: it waited the least, so its error, at most half its round trip, is the smallest. An exchange that cannot be
 * true together with the believed one shows that a clock has stepped or drifted: then only it is believed.
 */
export class ClockOffset {
	#samples: Sample[] = [];

	/** Takes one exchange. Impossible ones (a negative round trip) are ignored. */
	add({ pingSentAt, receivedAt, sentAt, pongArrivedAt }: PingExchange): void {
		const roundTrip = pongArrivedAt - pingSentAt - (sentAt - receivedAt);
		if (roundTrip < 0) return;
		const offset = (receivedAt - pingSentAt + (sentAt - pongArrivedAt)) / 2;
		const best = this.#best();
		if (best && Math.abs(offset - best.offset) > (roundTrip + best.roundTrip) / 2) this.#samples = [];
		this.#samples.push({ offset, roundTrip });
		if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
	}

	/** Peer's clock minus ours; undefined until an exchange has been completed. */
	get offset(): Micros | undefined {
		return this.#best()?.offset;
	}

	/** Lowest recent round trip. */
	get roundTrip(): Micros | undefined {
		return this.#best()?.roundTrip;
	}

	/** One of the peer's times in our clock; undefined while the offset is not known. */
	toOurs(theirs: Micros): Micros | undefined {
		const offset = this.offset;
		return offset === undefined ? undefined : Math.round(theirs - offset);
	}

	#best(): Sample | undefined {
		let best: Sample | undefined;
		for (const sample of this.#samples) if (!best || sample.roundTrip <= best.roundTrip) best = sample;
		return best;
	}
}
