import { type Micros, micros } from '@oriel/base';
import type { Frame } from './frame.ts';

/** Frames of one group that are kept: twenty seconds at thirty a second. */
export const MAX_GROUP_FRAMES = 600;
/** Bytes of one group that are kept: ten seconds at 12 Mbit/s. */
export const MAX_GROUP_BYTES = 16 * 1024 * 1024;
/** Time from a group's first to its last frame that is kept: decoding more takes a newcomer longer than it is worth. */
export const MAX_GROUP_SPAN: Micros = micros(20_000);

/** How far sequence `a` is ahead of `b`, modulo 2^32. */
export function ahead(a: number, b: number): number {
	return (a - b) | 0;
}

/**
 * A key frame and all that depends on it, kept so that a newcomer decodes at once. For JPEG that is always the one
 * newest picture. A group that outgrows its limits loses its beginning: those who follow it go on, nobody can join it.
 */
export class Group {
	#frames: Frame[] = [];
	#key: Frame | undefined;
	#bytes = 0;
	#joinable = false;
	#isSealed = false;

	/** The newest key frame, also where what followed it is not kept any more. */
	get key(): Frame | undefined {
		return this.#key;
	}

	/** Takes the camera's next frame; false if it cannot be decoded by anybody, because its key frame never came. */
	add(frame: Frame): boolean {
		if (frame.key) this.#begin(frame);
		else if (this.#isSealed || this.#frames.length === 0) return false;
		this.#frames.push(frame);
		this.#bytes += frame.payload.length;
		if (this.#isTooLong(frame)) this.#dropOlderHalf();
		return true;
	}

	/** Nobody may go on from here: the next frame must be a key frame. What is kept can still be joined. */
	seal(): void {
		this.#isSealed = true;
	}

	/**
	 * The frame that somebody needs next who has all up to `last` (or nothing): the following one, or the key frame if
	 * that has gone. Undefined if it is not there yet.
	 */
	after(last: number | undefined): Frame | undefined {
		const [first] = this.#frames;
		if (!first) return undefined;
		const index = last === undefined ? -1 : ahead(last, first.sequence) + 1;
		if (index >= 0) return this.#frames[index];
		return this.#joinable ? first : undefined;
	}

	/** Nobody may join or go on from here: by the time that more comes, what is kept will be old. Its key frame stays known. */
	retire(): void {
		this.#frames = [];
		this.#bytes = 0;
		this.#isSealed = true;
	}

	/** Forgets everything: what was kept is of no use to those who come now. */
	clear(): void {
		this.#frames = [];
		this.#key = undefined;
		this.#bytes = 0;
	}

	#begin(key: Frame): void {
		this.clear();
		this.#key = key;
		this.#joinable = true;
		this.#isSealed = false;
	}

	#isTooLong({ receivedAt }: Frame): boolean {
		const span = receivedAt - (this.#frames[0]?.receivedAt ?? receivedAt);
		return this.#frames.length > MAX_GROUP_FRAMES || this.#bytes > MAX_GROUP_BYTES || span > MAX_GROUP_SPAN;
	}

	#dropOlderHalf(): void {
		if (this.#frames.length < 2) return;
		this.#joinable = false;
		for (const frame of this.#frames.splice(0, this.#frames.length >> 1)) this.#bytes -= frame.payload.length;
	}
}
