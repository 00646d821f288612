import { type Cancel, type Clock, type Micros, type Millis, millis } from '@oriel/base';
import type { PosterMessage } from '@oriel/protocol';
import { CongestionController, type EncodedFrame, Gop, MAX_LAG } from '@oriel/stream';

/** What the queue needs of a connection. */
export interface Line {
	/** Sends one frame or poster. When the kernel has taken its last byte, `onRoom` of every queue on the line is called. */
	send(message: EncodedFrame | PosterMessage): void;
	/** Bytes handed over that the kernel has not taken. */
	readonly bufferedBytes: number;
}

/** With no more than this in the process, the frame before is as good as sent. */
export const MAX_BUFFERED_BYTES = 4096;
/** How soon a waiting frame is looked at again if nothing else wakes the queue. */
const LOOK_AGAIN_MS: Millis = 50;

/** Frames of one GOP that may wait: five seconds at thirty a second. A path further behind waits for a key frame. */
export const MAX_QUEUED_FRAMES = 150;
/**
 * The same while the camera is paused: what waits then is for the next viewer, where key frames are rare. Twice a GOP of
 * x264's default, and with a presentation each fewer messages than a relay takes at once.
 */
export const MAX_PAUSED_FRAMES = 500;
/** Bytes of one GOP that may wait, unless one frame alone has more: five seconds at 12 Mbit/s. */
export const MAX_QUEUED_BYTES: number = 8 * 1024 * 1024;

/** What has gone on since a connection began, while frames were wanted. */
export interface Traffic {
	readonly madeFrames: number;
	readonly madeBytes: number;
	readonly sentFrames: number;
	/** Frames that newer ones replaced. */
	readonly replacedFrames: number;
	/** Acknowledged. */
	readonly deliveredBytes: number;
	/** As `SendQueue.deliveryRate`. */
	readonly deliveryRate: number | undefined;
}

export interface SendQueueOptions {
	readonly line: Line;
	readonly clock: Clock;
	/** Called for each frame for which a key frame would be better: it cannot be decoded, or it will come too late. */
	readonly keyWanted: () => void;
}

/**
 * Sends frames on one connection as fast as the receiver takes them, and no faster. What waits is the newest GOP; frames that
 * it replaced are counted, not sent. Posters go between the frames, the newest only.
 */
export class SendQueue {
	readonly #options: SendQueueOptions;
	readonly #congestion = new CongestionController();
	readonly #gop = new Gop({ maxFrames: MAX_QUEUED_FRAMES, maxBytes: MAX_QUEUED_BYTES, overflow: 'drop' });
	#poster: PosterMessage | undefined;
	#cancelLook: Cancel | undefined;
	#isPaused = false;
	/** Frames that were not wanted, and how many had been replaced when that began. */
	#withheld = 0;
	#droppedBefore = 0;
	#closed = false;
	#offered = 0;
	#sent = 0;
	#sentBytes = 0;
	#made = 0;
	#madeBytes = 0;

	constructor(options: SendQueueOptions) {
		this.#options = options;
	}

	/** Frames handed to the connection. */
	get sent(): number {
		return this.#sent;
	}

	/** Frames that newer ones replaced. */
	get replaced(): number {
		return (this.#isPaused ? this.#droppedBefore : this.#dropped) - this.#withheld;
	}

	/** Delivery rate of the uplink in bits a second; undefined before the first acknowledgement. A lower bound while the camera is the limit. */
	get deliveryRate(): number | undefined {
		return this.#congestion.deliveryRate;
	}

	/** Undefined while it is paused. */
	get traffic(): Traffic | undefined {
		if (this.#isPaused) return undefined;
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
	offer(frame: EncodedFrame): void {
		if (this.#closed) return;
		this.#offered++;
		const isUseful = this.#gop.add(frame);
		if (this.#isPaused) return;
		this.#made++;
		this.#madeBytes += frame.data.length;
		if (!isUseful || this.#gop.span > MAX_LAG) this.#options.keyWanted();
		this.#pump();
	}

	/** Takes a poster, in place of one that waits. */
	offerPoster(poster: PosterMessage): void {
		if (this.#closed) return;
		this.#poster = poster;
		this.#pump();
	}

	/** While it is paused no frame leaves, only posters: the newest GOP waits, so that there is one when it resumes. */
	pause(isPaused: boolean): void {
		if (isPaused && !this.#isPaused) this.#gop.clear();
		if (!isPaused && this.#isPaused) this.#withheld += this.#dropped - this.#droppedBefore;
		this.#droppedBefore = this.#dropped;
		this.#isPaused = isPaused;
		if (isPaused) this.#gop.maxFrames = MAX_PAUSED_FRAMES;
		this.#pump();
	}

	/** The receiver has everything up to this frame, and says that it held it for at most `held`. */
	onAck(sequence: number, held: Micros = 0): void {
		this.#congestion.onAck(sequence, this.#options.clock.now(), held);
		this.#pump();
	}

	/** The kernel has taken what was on the line. */
	onRoom(): void {
		if (!this.#closed) this.#pump();
	}

	/** Nothing is sent any more. */
	close(): void {
		this.#closed = true;
		this.#gop.clear();
		this.#poster = undefined;
		this.#cancelLook?.();
	}

	#pump(): void {
		this.#cancelLook?.();
		this.#cancelLook = undefined;
		while (this.#sendNext());
		if (this.#poster === undefined && (this.#isPaused || this.#gop.size === 0)) return;
		this.#cancelLook = this.#options.clock.after(this.#pauseMs(), () => this.#pump());
	}

	/** Until the path is expected to be idle, if that is soon. */
	#pauseMs(): Millis {
		const now = this.#options.clock.now();
		const ready = this.#congestion.readyAt(now) ?? now;
		return ready > now ? Math.min(LOOK_AGAIN_MS, Math.ceil(millis(ready - now))) : LOOK_AGAIN_MS;
	}

	/** Whether there was something to send, and it might be. */
	#sendNext(): boolean {
		const { line } = this.#options;
		const next = line.bufferedBytes > MAX_BUFFERED_BYTES ? undefined : (this.#takePoster() ?? this.#takeFrame());
		if (next) line.send(next);
		return next !== undefined;
	}

	#takePoster(): PosterMessage | undefined {
		const poster = this.#poster;
		this.#poster = undefined;
		return poster;
	}

	#takeFrame(): EncodedFrame | undefined {
		const now = this.#options.clock.now();
		const frame = !this.#isPaused && this.#congestion.maySend(now) ? this.#gop.shift() : undefined;
		if (!frame) return undefined;
		// A long GOP that has waited leaves as a whole: frames that come meanwhile do not end it.
		this.#gop.maxFrames = Math.min(this.#gop.maxFrames, this.#gop.size + MAX_QUEUED_FRAMES);
		this.#sent++;
		this.#sentBytes += frame.data.length;
		this.#congestion.onSent(frame.sequence, frame.data.length, now);
		return frame;
	}

	/** Frames that will never be sent. */
	get #dropped(): number {
		return this.#offered - this.#sent - this.#gop.size;
	}
}
