import { type Cancel, type Clock, type Micros, millis } from '@oriel/base';
import { FRAMES_PER_SECOND, MAX_FRAME_BURST } from '../socket/message-budget.ts';

const SECOND: Micros = 1_000_000;
const INTERVAL: Micros = SECOND / FRAMES_PER_SECOND;
/** As much as may come at once. */
const BURST_SPAN: Micros = MAX_FRAME_BURST * INTERVAL;

/** What bytes come from. */
interface Source {
	pause(): unknown;
	resume(): unknown;
}

/**
 * Reads a sender of pictures no faster than any camera sends them. A byte stream of tiny pictures brings thirty thousand a
 * second, each with as much work as a real one. A WebSocket that sends so many is told so and ended; a byte stream can
 * just be left unread for a moment, so that a file that is sent as fast as the line carries it still arrives whole.
 */
export class FramePace {
	readonly #clock: Clock;
	readonly #source: Source;
	/** When all pictures so far would have come at the highest rate. */
	#clearAt: Micros = 0;
	#cancel: Cancel | undefined;

	constructor(clock: Clock, source: Source) {
		this.#clock = clock;
		this.#source = source;
	}

	/** Whether nothing is read at the moment. */
	get isHolding(): boolean {
		return this.#cancel !== undefined;
	}

	/** Pictures came, whole or broken. */
	took(pictures: number): void {
		const now = this.#clock.now();
		this.#clearAt = Math.max(this.#clearAt, now) + pictures * INTERVAL;
		const ahead = this.#clearAt - now - BURST_SPAN;
		if (ahead <= 0 || this.#cancel) return;
		this.#source.pause();
		this.#cancel = this.#clock.after(Math.ceil(millis(ahead)), () => {
			this.#cancel = undefined;
			this.#source.resume();
		});
	}

	/** The sender's pictures are not wanted any more; what becomes of the source is for others to say. */
	stop(): void {
		this.#cancel?.();
		this.#cancel = undefined;
	}
}
