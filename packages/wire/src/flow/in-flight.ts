import { type Micros, micros } from '@oriel/base';

/** This many may always be under way: one on the path and one being shown keeps the path busy. */
const MIN_IN_FLIGHT = 2;
/** No more than this many, whatever the path: bounds the bookkeeping. It carries 24 frames a second over 2.5 s of path. */
const MAX_IN_FLIGHT = 64;
/** Frames that may wait on the path: one keeps a slow link busy, and each more is a picture's worth of age. */
const QUEUED = 1;
/** Lateness that is jitter, not a queue. It is less than one picture's time on the links where age hurts. */
const JITTER = micros(50);
/** The best time is confirmed by every frame that is late by no more than this part of it (or of the jitter). */
const NEAR = 0.1;
/** A best time that no frame came near for this long may be that of another path: it is measured anew. */
const BEST_LIFETIME = micros(10_000);

interface Sent {
	readonly sequence: number;
	readonly at: Micros;
	/** Frames under way when this one was sent, itself included. */
	readonly outstanding: number;
}

/**
 * How many frames may be on their way to a receiver that acknowledges them. The kernel would gladly queue seconds of
 * pictures; so no more are sent than the path carries in its lowest round trip, plus one. Frames under way over the
 * time that they take is the path's rate (Little's law), so each acknowledgement says by itself how many that is; the
 * rule is that of FAST TCP, counted in frames.
 */
export class InFlight {
	#sent: Sent[] = [];
	#window = MIN_IN_FLIGHT;
	#best: Micros | undefined;
	/** When the best time was last confirmed. */
	#bestAt: Micros = 0;

	/** Frames sent and not yet acknowledged. */
	get count(): number {
		return this.#sent.length;
	}

	/** Whether a frame may be sent now. Ask again after each acknowledgement. */
	maySend(now: Micros): boolean {
		// Only a frame that finds the path empty measures it, so a stale best time waits for that.
		return this.#stale(now) ? this.#sent.length === 0 : this.#sent.length + 1 <= this.#window;
	}

	/** Notes that a frame leaves; it does not ask whether it may. */
	sent(sequence: number, now: Micros): void {
		this.#sent.push({ sequence, at: now, outstanding: this.#sent.length + 1 });
	}

	/** Settles `sequence` and all that were sent before it. A sequence that is not under way changes nothing. */
	acknowledged(sequence: number, now: Micros): void {
		const index = this.#sent.findIndex((frame) => frame.sequence === sequence);
		const frame = this.#sent[index];
		if (!frame) return;
		this.#sent.splice(0, index + 1);
		this.#resize(frame.outstanding, this.#measure(frame, now), now - frame.at);
	}

	/** The best time, after `frame` has been acknowledged. */
	#measure(frame: Sent, now: Micros): Micros {
		const took = now - frame.at;
		const remeasured = frame.outstanding === 1 && this.#stale(now);
		const best = remeasured ? took : Math.min(took, this.#best ?? took);
		if (took <= best + NEAR * Math.max(best, JITTER)) this.#bestAt = now;
		this.#best = best;
		return best;
	}

	/** Sets the window to what the path showed that it needs. It grows only where it was the limit, one at a time. */
	#resize(outstanding: number, best: Micros, took: Micros): void {
		const wasLimit = outstanding + 1 > this.#window;
		const inTime = Math.min(1, (best + JITTER) / took);
		const needed = (wasLimit ? outstanding : this.#window) * inTime + QUEUED;
		const most = Math.min(wasLimit ? this.#window + 1 : this.#window, MAX_IN_FLIGHT);
		this.#window = Math.max(MIN_IN_FLIGHT, Math.min(needed, most));
	}

	#stale(now: Micros): boolean {
		return this.#best !== undefined && now - this.#bestAt > BEST_LIFETIME;
	}
}
