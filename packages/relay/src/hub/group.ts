import { heldBytes, type Micros } from '@oriel/base';
import { BUFFER_OVERHEAD } from '../memory/limits.ts';
import type { Frame } from './frame.ts';

/**
 * Frames of one group that are kept: a minute at 25 a second. Six times as many as x264 makes by default: at a slow camera
 * its 250 are minutes, and yet quickly decoded.
 */
export const MAX_GROUP_FRAMES = 1500;
/** Bytes of one group that are kept: ten seconds at 12 Mbit/s. */
export const MAX_GROUP_BYTES = 16 * 1024 * 1024;

/** How far sequence `a` is ahead of `b`, modulo 2^32. */
export function ahead(a: number, b: number): number {
	return (a - b) | 0;
}

/** A decoder holds back no more frames: in so many that come in the order of display, none comes in another. */
const MAX_REORDERED = 16;

interface Kept {
	readonly frame: Frame;
	/** Memory of the payload, of its copies for viewers and of what is around them. */
	held: number;
}

/**
 * A key frame and all that depends on it, kept so that a newcomer decodes at once. For JPEG that is always the one
 * newest picture. A group that outgrows its limits loses its beginning: those who follow it go on, and whoever comes gets
 * its key frame and nothing else before the next.
 */
export class Group {
	#kept: Kept[] = [];
	#key: Kept | undefined;
	/** Memory of the payloads alone, of `#kept`. */
	#bytes = 0;
	/** Memory of `#kept`. */
	#held = 0;
	#joinable = false;
	#isSealed = false;
	/** Whether new viewers get the key frame, though nothing that followed it is kept. */
	#isKeyAlone = false;
	/** Frames since the key frame, when the last of them is shown, and whether any is shown before one that came earlier. */
	#count = 0;
	#shownUntil: Micros = 0;
	#isReordered = false;
	/** Whether the group before was in order, as far as that could be told. */
	#wasInOrder = false;

	/** Whether frames are shown in the order in which they come: as seen in this group, or while it is short in the one before. */
	get isInOrder(): boolean {
		return !this.#isReordered && (this.#count > MAX_REORDERED || this.#wasInOrder);
	}

	/** The newest key frame, also where what followed it is not kept any more. */
	get key(): Frame | undefined {
		return this.#key?.frame;
	}

	/** Memory that is in use because of this group, in bytes: of whole buffers and of the copies for viewers. */
	get held(): number {
		return this.#held + (this.#key && this.#key !== this.#kept[0] ? this.#key.held : 0);
	}

	/** How much of `held` is beside the newest key frame and the newest frame. */
	get spare(): number {
		const newest = this.#kept.at(-1);
		const key = this.#key === newest ? undefined : this.#key;
		return this.held - (newest?.held ?? 0) - (key?.held ?? 0);
	}

	/** Takes the camera's next frame; false if it cannot be decoded by anybody, because its key frame never came. */
	add(frame: Frame): boolean {
		const kept = { frame, held: heldBytes(frame.payload) + BUFFER_OVERHEAD };
		if (frame.key) this.#begin(kept);
		else if (this.#isSealed || this.#kept.length === 0) return false;
		this.#kept.push(kept);
		this.#count++;
		const shownAt = frame.capturedAt + (frame.presentationOffset ?? 0);
		this.#isReordered ||= this.#count > 1 && shownAt < this.#shownUntil;
		this.#shownUntil = Math.max(shownAt, frame.key ? shownAt : this.#shownUntil);
		this.#bytes += heldBytes(frame.payload);
		this.#held += kept.held;
		if (this.#isTooLong) this.shorten();
		return true;
	}

	/** A copy of `frame`, which lives as long as the frame does, has been made for viewers. */
	copied(frame: Frame, bytes: number): void {
		const [first] = this.#kept;
		const kept = first && this.#kept[ahead(frame.sequence, first.frame.sequence)];
		const holder = kept?.frame === frame ? kept : this.#key?.frame === frame ? this.#key : undefined;
		if (!holder) return;
		holder.held += bytes + BUFFER_OVERHEAD;
		if (holder === kept) this.#held += bytes + BUFFER_OVERHEAD;
	}

	/** Nobody may go on from here: the next frame must be a key frame. What is kept can still be joined. */
	seal(): void {
		this.#isSealed = true;
	}

	/**
	 * The frame that somebody needs next who has all up to `last` (or nothing): the following one, or the key frame if
	 * that has gone. Undefined if it is not there yet. Who has nothing gets the key frame also where what followed is gone.
	 */
	after(last: number | undefined): Frame | undefined {
		const first = this.#kept[0]?.frame;
		if (!first) return this.#keyAlone(last);
		const index = last === undefined ? -1 : ahead(last, first.sequence) + 1;
		if (index >= 0) return this.#kept[index]?.frame;
		if (this.#joinable) return first;
		// An old picture is better than none.
		return last === undefined ? this.#key?.frame : undefined;
	}

	/** Whether its key frame is all that a newcomer gets. */
	get isCut(): boolean {
		return !this.#joinable && this.#kept.length > 0;
	}

	/** Nobody may join or go on from here: by the time that more comes, what is kept will be old. Its key frame stays known. */
	retire(): void {
		this.#kept = [];
		this.#bytes = this.#held = 0;
		this.#isSealed = true;
		this.#isKeyAlone = false;
	}

	/** The camera has gone: of what is kept the key frame is enough to show what it saw. The next frame must be a key frame. False if nothing else was kept. */
	keepKeyAlone(): boolean {
		if (this.#kept.every((kept) => kept === this.#key)) return false;
		this.retire();
		this.#isKeyAlone = true;
		return true;
	}

	/** Forgets everything: what was kept is of no use to those who come now. */
	clear(): void {
		this.#kept = [];
		this.#key = undefined;
		this.#bytes = this.#held = 0;
	}

	/** Lets the older half go. The newest frame and the newest key frame stay. */
	shorten(): void {
		if (this.#kept.length < 2) return;
		this.#joinable = false;
		for (const { frame, held } of this.#kept.splice(0, this.#kept.length >> 1)) {
			this.#bytes -= heldBytes(frame.payload);
			this.#held -= held;
		}
	}

	#begin(key: Kept): void {
		this.#wasInOrder = this.isInOrder;
		this.#count = 0;
		this.#isReordered = false;
		this.clear();
		this.#key = key;
		this.#joinable = true;
		this.#isSealed = false;
	}

	#keyAlone(last: number | undefined): Frame | undefined {
		const key = this.#isKeyAlone ? this.#key?.frame : undefined;
		return key && (last === undefined || ahead(last, key.sequence) < 0) ? key : undefined;
	}

	get #isTooLong(): boolean {
		return this.#kept.length > MAX_GROUP_FRAMES || this.#bytes > MAX_GROUP_BYTES;
	}
}
