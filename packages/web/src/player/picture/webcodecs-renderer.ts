import { type Cancel, type Clock, type Micros, micros, reasonOf } from '@oriel/base';
import { nextSequence, presentationTime, sequenceDistance } from '@oriel/stream';
import type { ReceivedFrame } from '../connection/received-frame.ts';
import { type Frame, FramePresenter } from './frame-presenter.ts';
import { type H264Setup, sameSetup, setupOf } from './h264-setup.ts';
import type { Renderer, RendererEvents } from './renderer.ts';
import type { Surface } from './surface/surface.ts';

/** A picture that waits for the decoder for longer is of no use … */
const BACKLOG: Micros = micros(500);
/** … unless the decoder is catching up: looked at this often. */
const LOOK_EVERY: Micros = micros(500);

/** What is used of a VideoDecoder. */
export interface Decoder {
	/** Pictures that the decoder has not begun with. */
	readonly decodeQueueSize: number;
	configure(setup: H264Setup): void;
	/** Throws if it has failed. */
	decode(picture: ReceivedFrame, timestamp: Micros): void;
	/** Safe at any time. */
	close(): void;
}

/** What is used of a decoded VideoFrame. */
export interface TimedFrame extends Frame {
	/** That of its picture. */
	readonly timestamp: Micros;
}

export interface WebCodecsParts<F extends TimedFrame> extends RendererEvents {
	readonly clock: Clock;
	readonly createDecoder: (output: (frame: F) => void, error: (error: Error) => void) => Decoder;
	readonly atRefresh: (action: () => void) => Cancel;
	readonly surface: Surface<F>;
}

/** H.264 through WebCodecs: Annex B straight in, the newest picture out at once. */
export class WebCodecsRenderer<F extends TimedFrame> implements Renderer {
	readonly #parts: WebCodecsParts<F>;
	readonly #presenter: FramePresenter<F>;
	/** In the decoder, by timestamp, in the order in which they came. */
	readonly #decoding = new Map<Micros, ReceivedFrame>();
	#decoder: Decoder | undefined;
	#setup: H264Setup | undefined;
	#last: ReceivedFrame | undefined;
	/** The decoder is slower than the camera: pictures are left out until the next key frame. */
	#isSkipping = false;
	/** How many pictures waited for the decoder, the oldest for how long, and when that was looked at. */
	#backlog = { count: 0, wait: 0, at: 0 };
	#closed = false;

	constructor(parts: WebCodecsParts<F>) {
		this.#parts = parts;
		this.#presenter = new FramePresenter(parts);
	}

	offer(picture: ReceivedFrame): void {
		if (!this.#closed && picture.key) this.#prepare(picture);
		this.#last = picture;
		this.#isSkipping = this.#isSkipping ? !picture.key : !picture.key && this.#isTooSlow();
		if (this.#closed || !this.#decoder || this.#isSkipping) picture.settle(undefined);
		else this.#decode(picture, this.#decoder);
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#endDecoder();
		this.#presenter.clear();
	}

	/** Makes the decoder fit the group that begins. */
	#prepare(picture: ReceivedFrame): void {
		if (picture.sequence !== nextSequence(this.#last?.sequence ?? -2)) this.#presenter.catchUp();
		const setup = setupOf(picture.data);
		if (setup && this.#setup && this.#decoder && sameSetup(setup, this.#setup)) return;
		this.#endDecoder();
		this.#setup = setup;
		if (setup) this.#beginDecoder(setup);
		else this.#parts.onUndecodable();
	}

	#beginDecoder(setup: H264Setup): void {
		const decoder: Decoder = this.#parts.createDecoder(
			(frame) => (this.#decoder === decoder ? this.#decoded(frame) : frame.close()),
			(error) => this.#decoder === decoder && this.#fail(error),
		);
		this.#decoder = decoder;
		this.#try(() => decoder.configure(setup));
	}

	#decode(picture: ReceivedFrame, decoder: Decoder): void {
		// Decoders give pictures out in the order of showing, and some go by these times for it.
		let timestamp = presentationTime(picture);
		while (this.#decoding.has(timestamp)) timestamp++;
		this.#decoding.set(timestamp, picture);
		this.#try(() => decoder.decode(picture, timestamp));
	}

	#decoded(frame: F): void {
		const picture = this.#decoding.get(frame.timestamp);
		if (!picture) {
			frame.close();
			return;
		}
		for (const [timestamp, other] of this.#decoding) {
			if (isShownUpTo(other, picture)) this.#decoding.delete(timestamp);
		}
		const waiting = [...this.#decoding.values()];
		const heldBack = Math.min(waiting.length, this.#heldBack(picture));
		const settles = waiting[heldBack - 1] ?? picture;
		this.#presenter.put({ frame, picture, settles }, waiting.length - heldBack);
	}

	/** So many pictures may stay in the decoder until more come. */
	#heldBack({ presentationOffset }: ReceivedFrame): number {
		return presentationOffset === undefined ? 0 : (this.#setup?.reorderFrames ?? 0);
	}

	#try(action: () => void): void {
		try {
			action();
		} catch (thrown) {
			this.#fail(thrown);
		}
	}

	#fail(error: unknown): void {
		this.close();
		this.#parts.onBroken(reasonOf(error));
	}

	#endDecoder(): void {
		this.#decoder?.close();
		this.#decoder = undefined;
		for (const picture of this.#decoding.values()) picture.settle(undefined);
		this.#decoding.clear();
	}

	/** Whether the decoder falls further and further behind. One that works through a burst does not. */
	#isTooSlow(): boolean {
		const now = this.#parts.clock.now();
		const [oldest] = this.#decoding.values();
		const wait = oldest && this.#decoder?.decodeQueueSize !== 0 ? now - oldest.receivedAt : 0;
		const before = this.#backlog;
		if (now - before.at < LOOK_EVERY) return false;
		this.#backlog = { count: this.#decoding.size, wait, at: now };
		return wait > BACKLOG && before.wait > BACKLOG && this.#decoding.size >= before.count;
	}
}

/** Whether a picture that came out of no decoder will not do so any more, now that `shown` has. */
function isShownUpTo(picture: ReceivedFrame, shown: ReceivedFrame): boolean {
	const isInOrder = picture.presentationOffset === undefined || shown.presentationOffset === undefined;
	return isInOrder
		? sequenceDistance(shown.sequence, picture.sequence) >= 0
		: presentationTime(picture) <= presentationTime(shown);
}
