import { heldBytes, type Micros } from '@oriel/base';
import { type EncodedFrame, sequenceDistance } from './encoded-frame.ts';

export interface GopLimits {
	readonly maxFrames: number;
	/** Of memory held by `data`. One frame alone may have more. */
	readonly maxBytes: number;
	/**
	 * What happens to a GOP that outgrows a limit. `trim`: its older half goes; readers that keep up go on, a new reader gets
	 * the key frame alone. `drop`: all of it goes, and nothing is kept before the next key frame.
	 */
	readonly overflow: 'trim' | 'drop';
	/** Memory that a kept frame takes beside its data, in bytes. */
	readonly overheadBytes?: number;
}

interface Entry<Frame> {
	readonly frame: Frame;
	/** Memory of the data, of its copies for viewers and of what is around them. */
	held: number;
}

/**
 * The newest group of pictures of a track: a key frame and the frames that depend on it, so that a new reader can start
 * decoding immediately. Of JPEGs, which are all key frames, that is the newest frame. It gives out no delta frame to a reader
 * that lacks one before it.
 */
export class Gop<Frame extends EncodedFrame = EncodedFrame> {
	readonly #limits: GopLimits;
	readonly #overhead: number;
	/** May be changed while the track is paused or drained. */
	maxFrames: number;
	#entries: Entry<Frame>[] = [];
	/** The newest key frame, also where what followed it is not kept any more. */
	#key: Entry<Frame> | undefined;
	/** Memory of the data of `#entries`, and of `#entries` in all. */
	#bytes = 0;
	#held = 0;
	/** Whether the next delta frame can be decoded by a reader that has all frames so far. */
	#isOpen = false;
	/** Whether `#entries` begins with the key frame. */
	#isWhole = false;
	/** Whether new readers get the key frame though nothing is kept beside it. */
	#isKeyAlone = false;
	#lastSequence = 0;

	constructor(limits: GopLimits) {
		this.#limits = limits;
		this.#overhead = limits.overheadBytes ?? 0;
		this.maxFrames = limits.maxFrames;
	}

	/** Frames kept. */
	get size(): number {
		return this.#entries.length;
	}

	/** All frames from the key frame on, in the order in which they are decoded; empty if the key frame is not among them. */
	get frames(): readonly Frame[] {
		return this.#isWhole ? this.#entries.map(({ frame }) => frame) : [];
	}

	/** The newest key frame, also where what followed it is not kept any more. */
	get key(): Frame | undefined {
		return this.#key?.frame;
	}

	/** How much later the last frame was captured than the first that is kept. */
	get span(): Micros {
		const [first] = this.#entries;
		const last = this.#entries.at(-1);
		return first && last ? last.frame.capturedAt - first.frame.capturedAt : 0;
	}

	/** Memory in use because of this GOP, in bytes: whole buffers, and the copies for viewers. */
	get held(): number {
		return this.#held + (this.#key && this.#key !== this.#entries[0] ? this.#key.held : 0);
	}

	/** How much of `held` is beside the newest key frame and the newest frame. */
	get spare(): number {
		const newest = this.#entries.at(-1);
		const key = this.#key === newest ? undefined : this.#key;
		return this.held - (newest?.held ?? 0) - (key?.held ?? 0);
	}

	/** Whether a new reader gets the key frame and then nothing before the next. */
	get isCut(): boolean {
		return !this.#isWhole && this.#entries.length > 0;
	}

	/** Takes the track's next frame; false: no reader can decode it, or it did not fit, so that a key frame is needed. */
	add(frame: Frame): boolean {
		if (frame.key) this.#begin();
		else if (!this.#continues(frame)) return false;
		const entry = { frame, held: heldBytes(frame.data) + this.#overhead };
		if (frame.key) this.#key = entry;
		this.#lastSequence = frame.sequence;
		this.#entries.push(entry);
		this.#bytes += heldBytes(frame.data);
		this.#held += entry.held;
		return !this.#isTooMuch || this.#overflow();
	}

	/**
	 * The frame that a reader needs next that has all up to `last` (undefined: none): the following one, or the key frame of
	 * a newer GOP. Undefined until there is one. A new reader gets the key frame also where what followed it has gone.
	 */
	after(last: number | undefined): Frame | undefined {
		const first = this.#entries[0]?.frame;
		if (!first) return this.#keyAlone(last);
		const index = last === undefined ? -1 : sequenceDistance(last, first.sequence) + 1;
		if (index >= 0) return this.#entries[index]?.frame;
		if (this.#isWhole) return first;
		// An old frame is better than none.
		return last === undefined ? this.#key?.frame : undefined;
	}

	/** Takes out the oldest frame, where there is only one reader. */
	shift(): Frame | undefined {
		const entry = this.#entries.shift();
		if (!entry) return undefined;
		this.#subtract(entry);
		this.#isWhole = false;
		this.#key = undefined;
		return entry.frame;
	}

	/** A copy of `frame` of this many bytes has been made, which lives as long as the frame. */
	onCopied(frame: Frame, bytes: number): void {
		const [first] = this.#entries;
		const entry = first && this.#entries[sequenceDistance(frame.sequence, first.frame.sequence)];
		const holder = entry?.frame === frame ? entry : this.#key?.frame === frame ? this.#key : undefined;
		if (!holder) return;
		holder.held += bytes + this.#overhead;
		if (holder === entry) this.#held += bytes + this.#overhead;
	}

	/** Frames are missing here: the next must be a key frame. What is kept can still be joined. */
	seal(): void {
		this.#isOpen = false;
	}

	/** By the time more comes what is kept will be old: no reader may join or go on. The key frame stays known. */
	retire(): void {
		this.#empty();
		this.#isKeyAlone = false;
	}

	/** The camera has gone: its key frame is enough to show what it saw. False if nothing else was kept. */
	keepKeyAlone(): boolean {
		if (this.#entries.every((entry) => entry === this.#key)) return false;
		this.retire();
		this.#isKeyAlone = true;
		return true;
	}

	/** Lets go of everything, the key frame included. The next frame must be a key frame. */
	clear(): void {
		this.#empty();
		this.#key = undefined;
	}

	/** Lets the older half go. The newest frame and the newest key frame stay. */
	trim(): void {
		if (this.#entries.length < 2) return;
		this.#isWhole = false;
		for (const entry of this.#entries.splice(0, this.#entries.length >> 1)) this.#subtract(entry);
	}

	#begin(): void {
		this.clear();
		this.#isOpen = this.#isWhole = true;
	}

	/** A delta frame behind a hole decodes to artefacts, and so do all that follow it. */
	#continues(frame: Frame): boolean {
		this.#isOpen &&= !frame.discontinuity && sequenceDistance(frame.sequence, this.#lastSequence) === 1;
		return this.#isOpen;
	}

	/** What remains; whether the frame that was too much is part of it. */
	#overflow(): boolean {
		if (this.#limits.overflow === 'drop') this.clear();
		else this.trim();
		return this.#entries.length > 0;
	}

	#empty(): void {
		this.#entries = [];
		this.#bytes = this.#held = 0;
		this.#isOpen = this.#isWhole = false;
	}

	#subtract({ frame, held }: Entry<Frame>): void {
		this.#bytes -= heldBytes(frame.data);
		this.#held -= held;
	}

	#keyAlone(last: number | undefined): Frame | undefined {
		const key = this.#isKeyAlone ? this.#key?.frame : undefined;
		return key && (last === undefined || sequenceDistance(last, key.sequence) < 0) ? key : undefined;
	}

	get #isTooMuch(): boolean {
		const { length } = this.#entries;
		return length > this.maxFrames || (length > 1 && this.#bytes > this.#limits.maxBytes);
	}
}
