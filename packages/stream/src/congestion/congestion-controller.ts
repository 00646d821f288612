import { type Micros, micros } from '@oriel/base';
import { PathEstimate } from './path-estimate.ts';

/** Sends allowed before the first acknowledgement: one on the path and one being displayed keep the path busy. */
const INITIAL_SENDS = 2;
/** Initial window: bytes in flight before anything is known. A viewer that joins mid-GOP must not need a round trip per frame. */
export const INITIAL_WINDOW_BYTES: number = 64 * 1024;
/** Bounds the bookkeeping. It is enough for 60 frames a second on a path of four seconds. */
const MAX_IN_FLIGHT = 256;
/** Pacing offset: how long before the path is expected to be idle a frame may leave. Without it a faster path is never discovered. */
const MIN_PACING_OFFSET: Micros = micros(20);
const MAX_PACING_OFFSET: Micros = micros(60);
/** The pacing offset as a part of the frame's transmission time. */
const PACING_OFFSET = 0.35;
/** The offset varies by this part of itself from frame to frame: two senders in step would share a link unfairly for good. */
const PACING_JITTER = 0.5;
/** The golden ratio: its multiples cover the jitter evenly and in an order that no other sender falls into. */
const STRIDE = 0.618_034;
/** An acknowledgement later than this may not come at the current rate: no frame is sent until it does. */
const OVERDUE: Micros = micros(100);
/** Most that a receiver's own delay is believed. Beyond that, further frames would only wait at the receiver. */
const MAX_HELD: Micros = micros(150);
/** Decay of the receiver's delay per acknowledgement. */
const HELD_DECAY = 0.95;

interface Sent {
	readonly sequence: number;
	readonly bytes: number;
	readonly at: Micros;
	readonly isAlone: boolean;
	/** Bytes acknowledged before it was sent, and when the last of them were sent and acknowledged. */
	readonly deliveredBefore: number;
	readonly beforeSentAt: Micros;
	readonly beforeAckedAt: Micros;
	readonly pacingOffset: Micros;
	/** When it should be acknowledged. */
	due: Micros;
}

/**
 * Congestion control by delay for a receiver that acknowledges frames. The kernel would buffer seconds of video; so a frame
 * leaves just before the path is expected to be idle, and in flight is no more than the bandwidth-delay product and one
 * frame. `PathEstimate` supplies bandwidth and round trip. No timer and no I/O: the caller asks, sends and reports.
 */
export class CongestionController {
	readonly #path = new PathEstimate();
	#sent: Sent[] = [];
	#bytes = 0;
	#delivered = 0;
	/** Sends so far; counted until the first acknowledgement. */
	#sends = 0;
	#lastSentAt: Micros = 0;
	#lastAckedAt: Micros = 0;
	/** Phase of the pacing jitter, 0 to 1. */
	#jitter = 0;
	/** When everything in flight should have been acknowledged. */
	#freeAt: Micros = 0;
	/** How long the receiver has recently held frames before it acknowledged them. */
	#held: Micros = 0;
	/** Slow start: bytes allowed in flight until the first sign of a queue. It doubles every round trip. */
	#initialWindow: number | undefined = INITIAL_WINDOW_BYTES;

	/** Frames sent and not yet acknowledged. */
	get count(): number {
		return this.#sent.length;
	}

	/** Bytes sent and not yet acknowledged. */
	get bytes(): number {
		return this.#bytes;
	}

	/** Delivery rate in bits a second; undefined before the first acknowledgement. A lower bound while the sender is the limit. */
	get deliveryRate(): number | undefined {
		const { rate } = this.#path;
		return rate === undefined ? undefined : rate * 8e6;
	}

	/** Whether a frame may be sent now. */
	maySend(now: Micros): boolean {
		const at = this.readyAt(now);
		return at !== undefined && at <= now;
	}

	/** Whether a frame may leave in the same burst as the one just sent, as the frames of a joined GOP do. */
	mayFollow(now: Micros): boolean {
		if (this.#path.rate !== undefined) return this.maySend(now);
		return this.#isInInitialWindow && this.#sent.length < MAX_IN_FLIGHT;
	}

	/** When the next frame may be sent; undefined: not before an acknowledgement. Ask again after each. */
	readyAt(now: Micros): Micros | undefined {
		const [oldest] = this.#sent;
		if (!oldest) return now;
		if (this.#sent.length >= MAX_IN_FLIGHT) return undefined;
		const { rate } = this.#path;
		if (rate === undefined) return this.#sends < INITIAL_SENDS ? now : undefined;
		if (now > oldest.due + OVERDUE + this.#held) return undefined;
		// Only a frame on an idle path measures its round trip.
		if (this.#path.isStale(now)) return undefined;
		if (this.#isInInitialWindow) return now;
		const pacingOffset = this.#pacingOffset(rate);
		const room =
			(this.#path.roundTrip + pacingOffset + this.#held) * rate + Math.max(...this.#sent.map(({ bytes }) => bytes));
		if (this.#bytes > room) return undefined;
		return this.#freeAt - this.#path.roundTrip - pacingOffset;
	}

	/** A frame was sent, alone or in one burst with the one before. It is not checked whether it was allowed. */
	onSent(sequence: number, bytes: number, now: Micros, follows = false): void {
		if (!follows) this.#sends++;
		const isAlone = this.#sent.length === 0;
		const { rate, roundTrip } = this.#path;
		// The time in which the path was idle says nothing about its bandwidth.
		if (isAlone) this.#lastSentAt = this.#lastAckedAt = now;
		if (rate !== undefined) this.#freeAt = Math.max(this.#freeAt, now + roundTrip) + bytes / rate;
		this.#sent.push({
			sequence,
			bytes,
			at: now,
			isAlone,
			deliveredBefore: this.#delivered,
			beforeSentAt: this.#lastSentAt,
			beforeAckedAt: this.#lastAckedAt,
			pacingOffset: this.#pacingOffset(rate),
			due: this.#freeAt,
		});
		this.#bytes += bytes;
		this.#jitter = (this.#jitter + STRIDE) % 1;
	}

	/**
	 * Acknowledges `sequence` and all frames sent before it. A sequence that is not in flight changes nothing. `held`: upper
	 * bound of how long the receiver's device had it before the acknowledgement: a busy device is not a queue on the path.
	 */
	onAck(sequence: number, now: Micros, held: Micros = 0): void {
		const index = this.#sent.findIndex((frame) => frame.sequence === sequence);
		const frame = this.#sent[index];
		if (!frame) return;
		const settled = this.#sent.splice(0, index + 1).reduce((sum, { bytes }) => sum + bytes, 0);
		this.#bytes -= settled;
		this.#delivered += settled;
		const { bytes, isAlone, pacingOffset } = frame;
		const took = Math.max(1, now - frame.at);
		const excused = Math.min(held, MAX_HELD);
		this.#held = Math.max(excused, HELD_DECAY * this.#held);
		this.#grow(settled, this.#path.isLate({ bytes, took, pacingOffset, held: excused }));
		this.#path.add(
			{
				bytes,
				took,
				isAlone,
				pacingOffset,
				held: excused,
				delivered: this.#delivered - frame.deliveredBefore,
				within: Math.max(1, now - frame.beforeAckedAt, frame.at - frame.beforeSentAt),
			},
			now,
		);
		this.#lastSentAt = frame.at;
		this.#lastAckedAt = now;
		this.#schedule(now);
	}

	get #isInInitialWindow(): boolean {
		return this.#initialWindow !== undefined && this.#bytes < this.#initialWindow;
	}

	/** Slow start ends with the first sign of a queue, and when the window is larger than what there is to send. */
	#grow(settled: number, isLate: boolean): void {
		if (this.#initialWindow === undefined) return;
		const isLimit = this.#path.rate === undefined || this.#bytes + settled >= this.#initialWindow / 2;
		this.#initialWindow = isLimit && !isLate ? this.#initialWindow + settled : undefined;
	}

	#pacingOffset(rate: number | undefined): Micros {
		if (rate === undefined) return 0;
		const bytes = this.#sent.at(-1)?.bytes ?? 0;
		const pacingOffset = Math.max(MIN_PACING_OFFSET, Math.min(MAX_PACING_OFFSET, (PACING_OFFSET * bytes) / rate));
		return pacingOffset * (1 - PACING_JITTER + 2 * PACING_JITTER * this.#jitter);
	}

	/** Recomputes when each frame in flight is due. */
	#schedule(now: Micros): void {
		const { rate, roundTrip } = this.#path;
		if (rate === undefined) return;
		this.#freeAt = now;
		for (const frame of this.#sent) {
			this.#freeAt = Math.max(this.#freeAt, frame.at + roundTrip) + frame.bytes / rate;
			frame.due = this.#freeAt;
		}
	}
}
