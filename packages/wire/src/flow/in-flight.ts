import { type Micros, micros } from '@oriel/base';
import { PathEstimate } from './path-estimate.ts';

/** So often something may be sent while nothing is known: one on the path and one being shown keeps the path busy. */
const FIRST_GOES = 2;
/** So much may be under way at first, and in one go: what a newcomer lacks of a group should not take a round trip a frame. */
export const FIRST_BYTES: number = 64 * 1024;
/** No more than this many, whatever the path: bounds the bookkeeping. It carries 60 frames a second over four seconds of path. */
const MAX_IN_FLIGHT = 256;
/** A frame may leave so long before the path is expected to be free for it: what is not tried is not found out. */
const MIN_LEAD: Micros = micros(20);
const MAX_LEAD: Micros = micros(60);
/** An acknowledgement that is late by more may never come at this rate: whatever the path carried, nothing follows. */
const OVERDUE: Micros = micros(100);
/** A receiver that says it held a frame for longer is believed this much: beyond, what is sent only waits at it. */
const MAX_HELD: Micros = micros(150);
/** How much of the time that frames were held is still reckoned with at the next acknowledgement. */
const HELD_DECAY = 0.95;
/** The lead as a part of the time that a frame takes. */
const LEAD = 0.35;
/** The lead swings by half of itself from frame to frame: two senders in step would share a link unfairly for ever. */
const SWING = 0.5;
/** The golden section: its multiples come near every part of the swing, in no order that another sender could fall into. */
const STRIDE = 0.618_034;

interface Sent {
	readonly sequence: number;
	readonly bytes: number;
	readonly at: Micros;
	readonly isAlone: boolean;
	/** Bytes that had been acknowledged when it was sent, and when the last of them were sent and acknowledged. */
	readonly deliveredBefore: number;
	readonly beforeSentAt: Micros;
	readonly beforeAckedAt: Micros;
	readonly lead: Micros;
	/** When it should be acknowledged. */
	due: Micros;
}

/**
 * What may be on its way to a receiver that acknowledges frames. The kernel would gladly queue seconds of pictures; so a
 * frame leaves only just before the path is expected to be free for it, and no more are under way than the path carries in
 * its round trip, and one. When that is, the estimate of the path says, which each acknowledgement betters.
 */
export class InFlight {
	readonly #path = new PathEstimate();
	#sent: Sent[] = [];
	#bytes = 0;
	#delivered = 0;
	/** Sends so far; they count until the first acknowledgement. */
	#goes = 0;
	#lastSentAt: Micros = 0;
	#lastAckedAt: Micros = 0;
	/** Where the swing of the lead is, 0 to 1. */
	#swing = 0;
	/** When all that is under way should have been acknowledged. */
	#freeAt: Micros = 0;
	/** How long the receiver's device has lately held frames before it acknowledged them. */
	#held: Micros = 0;
	/** So much may be under way before the path has shown a queue: it doubles in each round trip. */
	#opening: number | undefined = FIRST_BYTES;

	/** Frames sent and not yet acknowledged. */
	get count(): number {
		return this.#sent.length;
	}

	/** Bytes sent and not yet acknowledged. */
	get bytes(): number {
		return this.#bytes;
	}

	/** What the path carries, in bits a second; undefined before the first acknowledgement. A lower bound while it carries all. */
	get deliveryRate(): number | undefined {
		const { rate } = this.#path;
		return rate === undefined ? undefined : rate * 8e6;
	}

	/** Whether a frame may be sent now. */
	maySend(now: Micros): boolean {
		const at = this.readyAt(now);
		return at !== undefined && at <= now;
	}

	/** Whether a frame may follow in the same go the one that has just been sent: those that a newcomer lacks do. */
	mayFollow(now: Micros): boolean {
		if (this.#path.rate !== undefined) return this.maySend(now);
		return this.#isOpening && this.#sent.length < MAX_IN_FLIGHT;
	}

	/** From when on a frame may be sent; undefined if not before an acknowledgement. Ask again after each. */
	readyAt(now: Micros): Micros | undefined {
		const [oldest] = this.#sent;
		if (!oldest) return now;
		if (this.#sent.length >= MAX_IN_FLIGHT) return undefined;
		const { rate } = this.#path;
		if (rate === undefined) return this.#goes < FIRST_GOES ? now : undefined;
		if (now > oldest.due + OVERDUE + this.#held) return undefined;
		// Only a frame that finds the path empty measures it.
		if (this.#path.isStale(now)) return undefined;
		if (this.#isOpening) return now;
		const lead = this.#lead(rate);
		const room = (this.#path.roundTrip + lead + this.#held) * rate + Math.max(...this.#sent.map(({ bytes }) => bytes));
		if (this.#bytes > room) return undefined;
		return this.#freeAt - this.#path.roundTrip - lead;
	}

	/** Notes that a frame leaves, alone or in one go with the one before; it does not ask whether it may. */
	sent(sequence: number, bytes: number, now: Micros, follows = false): void {
		if (!follows) this.#goes++;
		const isAlone = this.#sent.length === 0;
		const { rate, roundTrip } = this.#path;
		// A path that had nothing to do says nothing of the time before.
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
			lead: this.#lead(rate),
			due: this.#freeAt,
		});
		this.#bytes += bytes;
		this.#swing = (this.#swing + STRIDE) % 1;
	}

	/**
	 * Settles `sequence` and all that were sent before it. A sequence that is not under way changes nothing. `held`: how
	 * long it may have waited on the receiver's device, as that says: a busy device is not a queue on the path.
	 */
	acknowledged(sequence: number, now: Micros, held: Micros = 0): void {
		const index = this.#sent.findIndex((frame) => frame.sequence === sequence);
		const frame = this.#sent[index];
		if (!frame) return;
		const settled = this.#sent.splice(0, index + 1).reduce((sum, { bytes }) => sum + bytes, 0);
		this.#bytes -= settled;
		this.#delivered += settled;
		const { bytes, isAlone, lead } = frame;
		const took = Math.max(1, now - frame.at);
		const excused = Math.min(held, MAX_HELD);
		this.#held = Math.max(excused, HELD_DECAY * this.#held);
		this.#open(settled, this.#path.isLate({ bytes, took, lead, held: excused }));
		this.#path.add(
			{
				bytes,
				took,
				isAlone,
				lead,
				held: excused,
				delivered: this.#delivered - frame.deliveredBefore,
				within: Math.max(1, now - frame.beforeAckedAt, frame.at - frame.beforeSentAt),
			},
			now,
		);
		this.#lastSentAt = frame.at;
		this.#lastAckedAt = now;
		this.#foresee(now);
	}

	get #isOpening(): boolean {
		return this.#opening !== undefined && this.#bytes < this.#opening;
	}

	/** It is over with the first queue, and when more may be under way than there is to send. */
	#open(settled: number, isLate: boolean): void {
		if (this.#opening === undefined) return;
		const isLimit = this.#path.rate === undefined || this.#bytes + settled >= this.#opening / 2;
		this.#opening = isLimit && !isLate ? this.#opening + settled : undefined;
	}

	#lead(rate: number | undefined): Micros {
		if (rate === undefined) return 0;
		const bytes = this.#sent.at(-1)?.bytes ?? 0;
		const lead = Math.max(MIN_LEAD, Math.min(MAX_LEAD, (LEAD * bytes) / rate));
		return lead * (1 - SWING + 2 * SWING * this.#swing);
	}

	/** Reckons anew from what is still under way. */
	#foresee(now: Micros): void {
		const { rate, roundTrip } = this.#path;
		if (rate === undefined) return;
		this.#freeAt = now;
		for (const frame of this.#sent) {
			this.#freeAt = Math.max(this.#freeAt, frame.at + roundTrip) + frame.bytes / rate;
			frame.due = this.#freeAt;
		}
	}
}
