import { type Clock, heldBytes, ownedBytes } from '@oriel/base';
import type { FrameBudget, FrameHolder } from '../memory/frame-budget.ts';
import { BUFFER_OVERHEAD } from '../memory/limits.ts';
import type { Frame, Poster } from './frame.ts';
import { Group } from './group.ts';
import type { Picture } from './stream.ts';

const NO_BYTES = new Uint8Array(0);

/** A picture that is held back, and whether others that followed it are missing. */
interface HeldBack {
	readonly picture: Picture;
	isFollowed: boolean;
}

/** What is kept of one camera's frames: the current group, the poster, one picture held back. It counts what that takes. */
export class FrameCache implements FrameHolder {
	readonly #camera: number;
	readonly #clock: Clock;
	readonly #budget: FrameBudget;
	readonly #group = new Group();
	#newest: Frame | undefined;
	#poster: Poster | undefined;
	#heldBack: HeldBack | undefined;
	#sequence = 0;

	/** `camera`: its number, for the frames. `budget`: what all cameras may keep together. */
	constructor(camera: number, clock: Clock, budget: FrameBudget) {
		this.#camera = camera;
		this.#clock = clock;
		this.#budget = budget;
	}

	/** The newest frame. Its payload may have been let go. */
	get newest(): Frame | undefined {
		return this.#newest;
	}

	/** The newest key frame of the present codec. */
	get key(): Frame | undefined {
		return this.#group.key;
	}

	get poster(): Poster | undefined {
		return this.#poster;
	}

	/** Whether frames are shown in the order in which they come. */
	get isInOrder(): boolean {
		return this.#group.isInOrder;
	}

	/** Whether the key frame is all that a new viewer gets. */
	get isCut(): boolean {
		return this.#group.isCut;
	}

	/** The frame behind `last`, or the key frame; see `Group.after`. */
	after(last: number | undefined): Frame | undefined {
		return this.#group.after(last);
	}

	/** The frame that a picture becomes. It is not kept yet. */
	frameOf({ key, capturedAt: taken, presentationOffset, payload }: Picture): Frame {
		// Times come from several clocks, one after the other; those who play the pictures need them to go forward.
		const capturedAt = Math.max(taken, (this.#newest?.capturedAt ?? -1) + 1);
		const sequence = (this.#sequence + 1) >>> 0;
		const frame = { camera: this.#camera, sequence, key, capturedAt, receivedAt: this.#clock.now(), payload };
		// When it is shown stays what it was.
		return presentationOffset === undefined
			? frame
			: { ...frame, presentationOffset: presentationOffset + taken - capturedAt };
	}

	/** Keeps the camera's next frame; false if it cannot be decoded, because its key frame is missing. */
	add(frame: Frame): boolean {
		if (!this.#group.add(frame)) return false;
		this.#sequence = frame.sequence;
		this.#newest = frame;
		this.#count(true);
		return true;
	}

	/** A copy of `frame` of this many bytes has been made for viewers, which lives as long as the frame. */
	copied(frame: Frame, bytes: number): void {
		this.#group.copied(frame, bytes);
		this.#count();
	}

	/** The next frame must be a key frame. */
	seal(): void {
		this.#group.seal();
	}

	/** Another stream begins: its next frame must be a key frame, and the poster was of the stream before. */
	begin(): void {
		this.#group.seal();
		this.#poster = undefined;
		this.#count();
	}

	/** What is kept will be old when a viewer comes; the key frame and the poster stay known. */
	retire(): void {
		this.#group.retire();
		this.#letGo();
	}

	/** The camera has gone: new viewers get its newest key frame. Groups of cameras that are gone would fill the memory. */
	keepKeyAlone(): void {
		if (this.#group.keepKeyAlone()) this.#letGo();
	}

	/** The codec changes: frames of the earlier one would reach viewers that have been told of the new one. */
	changeCodec(): void {
		this.#group.clear();
		this.#letGo();
	}

	keepPoster({ capturedAt, payload }: Poster): void {
		this.#poster = { capturedAt, payload: ownedBytes(payload) };
		this.#count();
	}

	/** Keeps a picture that viewers would misread: the newest that stands alone. What follows one is not kept. */
	holdBack(picture: Picture): void {
		if (!picture.key) {
			if (this.#heldBack) this.#heldBack.isFollowed = true;
			return;
		}
		this.#heldBack = { picture, isFollowed: false };
		this.#count(true);
	}

	/** The picture that was held back; it is not any more. */
	takeHeldBack(): HeldBack | undefined {
		const heldBack = this.#heldBack;
		this.#heldBack = undefined;
		if (heldBack) this.#count();
		return heldBack;
	}

	/** Called by the budget. */
	shorten(): void {
		this.#group.shorten();
		this.#count();
	}

	/** Lets everything go. Called by the budget too. */
	forget(): void {
		this.#group.clear();
		this.#poster = this.#heldBack = undefined;
		this.#letGo();
	}

	/** Of the newest frame only when it came is known from now on, unless it is still kept as the newest key frame. */
	#letGo(): void {
		if (this.#newest && this.#newest !== this.#group.key) this.#newest = { ...this.#newest, payload: NO_BYTES };
		this.#count();
	}

	/** `isHeard`: because a frame came. */
	#count(isHeard = false): void {
		const others = costOf(this.#poster) + costOf(this.#heldBack?.picture);
		this.#budget.hold(this, this.#group.held + others, this.#group.spare, isHeard);
	}
}

/** Memory that a picture takes that is kept beside the group. */
function costOf(kept: { readonly payload: Uint8Array } | undefined): number {
	return kept ? heldBytes(kept.payload) + BUFFER_OVERHEAD : 0;
}
