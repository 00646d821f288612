import { FakeClock } from '@oriel/testing/fake-clock';

/** A link as the kernel shows it: first in, first out, with an endless buffer before it. */
export interface LinkShape {
	/** Time for the first bit to arrive. */
	readonly outMs: number;
	/** Time for an acknowledgement to come back. */
	readonly backMs: number;
	readonly bitsPerSecond: number;
	/** What each acknowledgement may be late by on top: a screen's beat, Wi-Fi. Order is kept. */
	readonly jitterMs?: number;
	/** How often the link stands still (for repeats of what was lost), a second, and for how long. */
	readonly stalls?: { readonly aSecond: number; readonly ms: number };
}

/** Carries packets of any number of senders, one after the other. */
export class SimulatedLink {
	readonly clock: FakeClock;
	readonly #random: () => number;
	shape: LinkShape;
	/** Bytes that have arrived. */
	carried = 0;
	#queue: { readonly bytes: number; readonly arrived: (waited: number) => void; readonly at: number }[] = [];
	#isBusy = false;
	#blockedUntil = 0;
	#lastAck = 0;

	constructor(shape: LinkShape, clock: FakeClock = new FakeClock(), random: () => number = seeded(1)) {
		this.shape = shape;
		this.clock = clock;
		this.#random = random;
		clock.every(10, () => this.#mayStall());
	}

	get now(): number {
		return this.clock.now() / 1000;
	}

	/** The link carries nothing for so long. */
	stall(ms: number): void {
		this.#blockedUntil = Math.max(this.#blockedUntil, this.now + ms);
	}

	/**
	 * Sends bytes. `arrived` is called when the last has arrived, with the time (ms) that the first waited for others;
	 * `acknowledged` when the receiver's word of that is back.
	 */
	send(bytes: number, arrived: (waited: number) => void, acknowledged: () => void): void {
		const there = (waited: number): void => {
			const { outMs, backMs, jitterMs = 0 } = this.shape;
			this.clock.after(outMs, () => arrived(waited));
			const back = Math.max(this.#lastAck, this.now + outMs + backMs + jitterMs * this.#random());
			this.#lastAck = back;
			this.clock.after(back - this.now, acknowledged);
		};
		this.#queue.push({ bytes, arrived: there, at: this.now });
		if (!this.#isBusy) this.#serve();
	}

	/** In parts of a packet, so that a change of the rate takes effect at once. */
	#serve(): void {
		const next = this.#queue[0];
		this.#isBusy = next !== undefined;
		if (!next) return;
		const waited = this.now - next.at;
		this.#carry(next.bytes, () => {
			this.#queue.shift();
			this.carried += next.bytes;
			next.arrived(waited);
			this.#serve();
		});
	}

	#carry(rest: number, done: () => void): void {
		if (rest <= 0) {
			done();
			return;
		}
		const part = Math.min(rest, 4000);
		const blocked = Math.max(0, this.#blockedUntil - this.now);
		this.clock.after(blocked + (part * 8000) / this.shape.bitsPerSecond, () => this.#carry(rest - part, done));
	}

	#mayStall(): void {
		const { stalls } = this.shape;
		if (stalls && this.#random() < stalls.aSecond / 100) this.stall(stalls.ms);
	}
}

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
