import { type Micros, micros } from '@oriel/base';

/** This many may always be under way: one on the path and one being shown keeps the path busy. */
const MIN_IN_FLIGHT = 2;
/** No more than this many, whatever the path: bounds the bookkeeping. */
const MAX_IN_FLIGHT = 64;
/** How much longer than the best acknowledgement a frame may stay out before newer ones are held back. */
const SLACK = micros(50);
const SLACK_FACTOR = 1.25;

interface Sent {
	readonly sequence: number;
	readonly at: Micros;
}

/**
 * How many frames may be on their way to a receiver that acknowledges them. The kernel would gladly queue seconds of
 * pictures; so a frame is only sent while the oldest unacknowledged one is not later than the path's best time.
 */
export class InFlight {
	#sent: Sent[] = [];
	#best: Micros | undefined;

	/** Frames sent and not yet acknowledged. */
	get count(): number {
		return this.#sent.length;
	}

	/** Whether a frame may be sent now. */
	maySend(now: Micros): boolean {
		const oldest = this.#sent[0];
		if (!oldest || this.#sent.length < MIN_IN_FLIGHT) return true;
		if (this.#best === undefined || this.#sent.length >= MAX_IN_FLIGHT) return false;
		return now - oldest.at <= this.#best * SLACK_FACTOR + SLACK;
	}

	sent(sequence: number, now: Micros): void {
		this.#sent.push({ sequence, at: now });
	}

	/** Settles `sequence` and all that were sent before it. A sequence that is not under way changes nothing. */
	acknowledged(sequence: number, now: Micros): void {
		const index = this.#sent.findIndex((frame) => frame.sequence === sequence);
		const frame = this.#sent[index];
		if (!frame) return;
		this.#sent.splice(0, index + 1);
		const took = now - frame.at;
		if (this.#best === undefined || took < this.#best) this.#best = took;
	}
}
