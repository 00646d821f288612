import { type Clock, heldBytes, ownedBytes } from '@oriel/base';
import { DisplayOrder, type EncodedFrame, Gop, nextSequence, type TrackId } from '@oriel/stream';
import type { FrameBudget, FrameHolder } from '../memory/frame-budget.ts';
import { BUFFER_OVERHEAD } from '../memory/limits.ts';
import type { Format, Poster } from './frame.ts';
import type { FrameInput } from './publication.ts';

/**
 * Frames kept of one GOP: a minute at 25 a second. Six times as many as x264 makes by default: at a slow camera its 250 are
 * minutes, and yet quickly decoded.
 */
export const MAX_GOP_FRAMES = 1500;
/** Bytes kept of one GOP: ten seconds at 12 Mbit/s. */
export const MAX_GOP_BYTES: number = 16 * 1024 * 1024;

const NO_BYTES = new Uint8Array(0);

/** A frame that is held back, and whether others that followed it are missing. */
interface HeldBack {
	readonly frame: FrameInput;
	isFollowed: boolean;
}

/** What is kept of a track: its GOP, a poster, one frame held back. It counts what that takes. */
export class FrameCache implements FrameHolder {
	readonly #track: TrackId;
	readonly #clock: Clock;
	readonly #budget: FrameBudget;
	readonly #gop = new Gop({
		maxFrames: MAX_GOP_FRAMES,
		maxBytes: MAX_GOP_BYTES,
		overflow: 'trim',
		overheadBytes: BUFFER_OVERHEAD,
	});
	readonly #order = new DisplayOrder();
	#newest: EncodedFrame | undefined;
	#poster: Poster | undefined;
	#heldBack: HeldBack | undefined;
	#sequence = 0;
	/** Whether the next frame does not continue the one before. */
	#isBroken = true;

	/** `budget`: what all tracks may keep together. */
	constructor(track: TrackId, clock: Clock, budget: FrameBudget) {
		this.#track = track;
		this.#clock = clock;
		this.#budget = budget;
	}

	/** The newest frame. Its data may have been let go. */
	get newest(): EncodedFrame | undefined {
		return this.#newest;
	}

	/** The newest key frame of the present codec. */
	get key(): EncodedFrame | undefined {
		return this.#gop.key;
	}

	get poster(): Poster | undefined {
		return this.#poster;
	}

	/** Whether frames are displayed in the order in which they come. */
	get isInOrder(): boolean {
		return this.#order.isInOrder;
	}

	/** Whether the key frame is all that a new viewer gets. */
	get isCut(): boolean {
		return this.#gop.isCut;
	}

	/** See `Gop.after`. */
	after(last: number | undefined): EncodedFrame | undefined {
		return this.#gop.after(last);
	}

	/** The frame that an input becomes. It is not kept yet. */
	frameOf({ key, capturedAt: taken, presentationOffset, origin, data }: FrameInput, format: Format): EncodedFrame {
		// Times come from several clocks, one after the other; players need them to go forward.
		const capturedAt = Math.max(taken, (this.#newest?.capturedAt ?? -1) + 1);
		return {
			track: this.#track,
			sequence: nextSequence(this.#sequence),
			origin,
			key,
			discontinuity: this.#isBroken,
			capturedAt,
			// When it is displayed stays what it was.
			presentationOffset: presentationOffset === undefined ? undefined : presentationOffset + taken - capturedAt,
			receivedAt: this.#clock.now(),
			format,
			data,
		};
	}

	/** Keeps the track's next frame; false if it cannot be decoded, because its key frame is missing. */
	add(frame: EncodedFrame): boolean {
		if (!this.#gop.add(frame)) return false;
		this.#order.onFrame(frame);
		this.#sequence = frame.sequence;
		this.#newest = frame;
		this.#isBroken = false;
		this.#count(true);
		return true;
	}

	/** A copy of `frame` of this many bytes has been made for viewers, which lives as long as the frame. */
	onCopied(frame: EncodedFrame, bytes: number): void {
		this.#gop.onCopied(frame, bytes);
		this.#count();
	}

	/** Frames are missing: the next must be a key frame. */
	seal(): void {
		this.#gop.seal();
		this.#isBroken = true;
	}

	/** Another run begins: its first frame must be a key frame, and the poster was of the run before. */
	begin(): void {
		this.seal();
		this.#poster = undefined;
		this.#count();
	}

	/** What is kept will be old when a viewer comes; the key frame and the poster stay known. */
	retire(): void {
		this.#gop.retire();
		this.#letGo();
	}

	/** The camera has gone: new viewers get its newest key frame. GOPs of cameras that are gone would fill the memory. */
	keepKeyAlone(): void {
		if (this.#gop.keepKeyAlone()) this.#letGo();
	}

	/** The codec changes: frames of the earlier one would reach viewers that have been told of the new one. */
	changeCodec(): void {
		this.#gop.clear();
		this.#isBroken = true;
		this.#letGo();
	}

	keepPoster({ capturedAt, data }: Poster): void {
		this.#poster = { capturedAt, data: ownedBytes(data) };
		this.#count();
	}

	/** Keeps a frame that viewers would misread: the newest key frame. What follows one is not kept. */
	holdBack(frame: FrameInput): void {
		if (!frame.key) {
			if (this.#heldBack) this.#heldBack.isFollowed = true;
			return;
		}
		this.#heldBack = { frame, isFollowed: false };
		this.#count(true);
	}

	/** The frame that was held back; it is not any more. */
	takeHeldBack(): HeldBack | undefined {
		const heldBack = this.#heldBack;
		this.#heldBack = undefined;
		if (heldBack) this.#count();
		return heldBack;
	}

	/** Called by the budget. */
	shorten(): void {
		this.#gop.trim();
		this.#count();
	}

	/** Lets everything go. Called by the budget too. */
	forget(): void {
		this.#gop.clear();
		this.#isBroken = true;
		this.#poster = this.#heldBack = undefined;
		this.#letGo();
	}

	/** Of the newest frame only when it came is known from now on, unless it is still kept as the newest key frame. */
	#letGo(): void {
		if (this.#newest && this.#newest !== this.#gop.key) this.#newest = { ...this.#newest, data: NO_BYTES };
		this.#count();
	}

	/** `isHeard`: because a frame came. */
	#count(isHeard = false): void {
		const others = costOf(this.#poster) + costOf(this.#heldBack?.frame);
		this.#budget.hold(this, this.#gop.held + others, this.#gop.spare, isHeard);
	}
}

/** Memory that a frame takes that is kept beside the GOP. */
function costOf(kept: { readonly data: Uint8Array } | undefined): number {
	return kept ? heldBytes(kept.data) + BUFFER_OVERHEAD : 0;
}
