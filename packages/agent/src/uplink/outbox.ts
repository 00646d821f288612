import { type Cancel, type Clock, type Micros, type Millis, micros, millis } from '@oriel/base';
import { CongestionController } from '@oriel/stream';
import type { FrameMessage, PosterMessage } from '@oriel/wire';
import { Waiting } from './waiting.ts';

/** What the outbox needs of a connection. */
export interface Line {
	/** Sends one picture; `written` is called when the kernel has taken its last byte. */
	send(picture: FrameMessage | PosterMessage, written: () => void): void;
	/** Bytes handed over that the kernel has not taken. */
	readonly bufferedBytes: number;
}

/** With no more than this waiting before the kernel, the picture before is as good as gone. */
export const MAX_BUFFERED_BYTES = 4096;
/** How soon a waiting picture is looked at again if nothing else wakes us. */
const LOOK_AGAIN_MS: Millis = 50;

/** With a group this long waiting, it is better to skip to a new one, if the camera can make it. */
export const TOO_OLD: Micros = micros(700);

/** What has gone on since a connection began, while pictures were wanted. */
export interface Traffic {
	readonly madeFrames: number;
	readonly madeBytes: number;
	readonly sentFrames: number;
	/** Frames that made way for newer ones. */
	readonly replacedFrames: number;
	/** Acknowledged. */
	readonly deliveredBytes: number;
	/** As `Outbox.deliveryRate`. */
	readonly deliveryRate: number | undefined;
}

export interface OutboxOptions {
	readonly line: Line;
	readonly clock: Clock;
	/** Called for each frame for which a key frame would be better: it cannot be decoded, or it will come too late. */
	readonly keyWanted: () => void;
}

/**
 * Lets pictures out onto one connection as fast as the far end takes them, and no faster. What waits is the newest group;
 * frames that it replaced are counted, not sent. Posters go between the frames, the newest only.
 */
export class Outbox {
	readonly #options: OutboxOptions;
	readonly #congestion = new CongestionController();
	readonly #waiting = new Waiting();
	#poster: PosterMessage | undefined;
	#cancelLook: Cancel | undefined;
	#isHeld = false;
	/** Frames that nobody wanted, and how many had made way when that began. */
	#withheld = 0;
	#droppedBefore = 0;
	#closed = false;
	#sent = 0;
	#sentBytes = 0;
	#made = 0;
	#madeBytes = 0;

	constructor(options: OutboxOptions) {
		this.#options = options;
	}

	/** Frames handed to the connection. */
	get sent(): number {
		return this.#sent;
	}

	/** Frames that made way for newer ones. */
	get replaced(): number {
		return (this.#isHeld ? this.#droppedBefore : this.#waiting.dropped) - this.#withheld;
	}

	/** What the uplink carries, in bits a second; undefined before the first acknowledgement. A lower bound while it carries all. */
	get deliveryRate(): number | undefined {
		return this.#congestion.deliveryRate;
	}

	/** Undefined while it is held: nobody watches. */
	get traffic(): Traffic | undefined {
		if (this.#isHeld) return undefined;
		return {
			madeFrames: this.#made,
			madeBytes: this.#madeBytes,
			sentFrames: this.#sent,
			replacedFrames: this.replaced,
			deliveredBytes: this.#sentBytes - this.#congestion.bytes,
			deliveryRate: this.deliveryRate,
		};
	}

	/** Takes a frame; never blocks, never throws. */
	offer(frame: FrameMessage): void {
		if (this.#closed) return;
		const isOfUse = this.#waiting.add(frame);
		if (this.#isHeld) return;
		this.#made++;
		this.#madeBytes += frame.payload.length;
		if (!isOfUse || this.#waiting.span > TOO_OLD) this.#options.keyWanted();
		this.#pump();
	}

	/** Takes a poster, in place of one that waits. */
	offerPoster(poster: PosterMessage): void {
		if (this.#closed) return;
		this.#poster = poster;
		this.#pump();
	}

	/** While it is held no frame leaves, only posters: the newest group waits, so that there is one when it goes on. */
	hold(isHeld: boolean): void {
		if (isHeld && !this.#isHeld) this.#waiting.clear();
		if (!isHeld && this.#isHeld) this.#withheld += this.#waiting.dropped - this.#droppedBefore;
		this.#droppedBefore = this.#waiting.dropped;
		this.#isHeld = isHeld;
		this.#waiting.rest(isHeld);
		this.#pump();
	}

	/** The far end has taken everything up to this frame, and says that it held it for at most `held`. */
	acknowledged(sequence: number, held: Micros = 0): void {
		this.#congestion.onAck(sequence, this.#options.clock.now(), held);
		this.#pump();
	}

	/** Nothing is sent any more. */
	close(): void {
		this.#closed = true;
		this.#waiting.clear();
		this.#poster = undefined;
		this.#cancelLook?.();
	}

	#pump(): void {
		this.#cancelLook?.();
		this.#cancelLook = undefined;
		while (this.#sendNext());
		if (this.#poster === undefined && (this.#isHeld || this.#waiting.isEmpty)) return;
		this.#cancelLook = this.#options.clock.after(this.#pauseMs(), () => this.#pump());
	}

	/** Until the path is expected to be free for the next, if that is soon. */
	#pauseMs(): Millis {
		const now = this.#options.clock.now();
		const ready = this.#congestion.readyAt(now) ?? now;
		return ready > now ? Math.min(LOOK_AGAIN_MS, Math.ceil(millis(ready - now))) : LOOK_AGAIN_MS;
	}

	/** Whether there was something to send, and it might be. */
	#sendNext(): boolean {
		const { line } = this.#options;
		const next = line.bufferedBytes > MAX_BUFFERED_BYTES ? undefined : (this.#takePoster() ?? this.#takeFrame());
		if (next) line.send(next, () => this.#pump());
		return next !== undefined;
	}

	#takePoster(): PosterMessage | undefined {
		const poster = this.#poster;
		this.#poster = undefined;
		return poster;
	}

	#takeFrame(): FrameMessage | undefined {
		const now = this.#options.clock.now();
		const frame = !this.#isHeld && this.#congestion.maySend(now) ? this.#waiting.take() : undefined;
		if (!frame) return undefined;
		this.#sent++;
		this.#sentBytes += frame.payload.length;
		this.#congestion.onSent(frame.sequence, frame.payload.length, now);
		return frame;
	}
}
