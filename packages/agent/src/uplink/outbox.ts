import type { Cancel, Clock, Millis } from '@oriel/base';
import { type FrameMessage, InFlight } from '@oriel/wire';

/** What the outbox needs of a connection. */
export interface Line {
	/** Sends one picture; `written` is called when the kernel has taken its last byte. */
	send(frame: FrameMessage, written: () => void): void;
	/** Bytes handed over that the kernel has not taken. */
	readonly bufferedBytes: number;
}

/** With no more than this waiting before the kernel, the picture before is as good as gone. */
export const MAX_BUFFERED_BYTES = 4096;
/** How soon a waiting picture is looked at again if nothing else wakes us. */
const LOOK_AGAIN_MS: Millis = 50;

/**
 * Lets pictures out onto one connection as fast as the far end takes them, and no faster. At most one picture waits, the
 * newest; those that it replaced are counted, not sent.
 */
export class Outbox {
	readonly #line: Line;
	readonly #clock: Clock;
	readonly #inFlight = new InFlight();
	#waiting: FrameMessage | undefined;
	#cancelLook: Cancel | undefined;
	#closed = false;
	#sent = 0;
	#replaced = 0;

	constructor({ line, clock }: { readonly line: Line; readonly clock: Clock }) {
		this.#line = line;
		this.#clock = clock;
	}

	/** Pictures handed to the connection. */
	get sent(): number {
		return this.#sent;
	}

	/** Pictures that made way for a newer one. */
	get replaced(): number {
		return this.#replaced;
	}

	/** Takes a picture; never blocks, never throws. */
	offer(frame: FrameMessage): void {
		if (this.#closed) return;
		if (this.#waiting) this.#replaced++;
		this.#waiting = frame;
		this.#pump();
	}

	/** The far end has taken everything up to this picture. */
	acknowledged(sequence: number): void {
		this.#inFlight.acknowledged(sequence, this.#clock.now());
		this.#pump();
	}

	/** Nothing is sent any more. */
	close(): void {
		this.#closed = true;
		this.#waiting = undefined;
		this.#cancelLook?.();
	}

	#pump(): void {
		this.#cancelLook?.();
		this.#cancelLook = undefined;
		const frame = this.#waiting;
		if (!frame) return;
		const now = this.#clock.now();
		if (this.#line.bufferedBytes > MAX_BUFFERED_BYTES || !this.#inFlight.maySend(now)) {
			this.#cancelLook = this.#clock.after(LOOK_AGAIN_MS, () => this.#pump());
			return;
		}
		this.#waiting = undefined;
		this.#sent++;
		this.#inFlight.sent(frame.sequence, now);
		this.#line.send(frame, () => this.#pump());
	}
}
