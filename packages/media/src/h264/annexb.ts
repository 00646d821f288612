import { concat } from '@oriel/base';
import { MediaError } from '../errors/media-error.ts';
import { isForbidden, MAX_NALS } from './nal.ts';

const START_CODE = Uint8Array.of(0, 0, 0, 1);
const FIRST_HOLD_BYTES = 16_384;

/** The NAL units one after the other, each behind a start code of 4 bytes (ISO/IEC 14496-10 B.1.1). */
export function annexBOf(nals: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	return concat(nals.flatMap((nal) => [START_CODE, nal]));
}

/**
 * The NAL units in whole Annex B bytes, without their start codes. They share memory with the argument. Throws MediaError
 * 'picture-too-large' if there are more than MAX_NALS.
 */
export function nalUnitsOf(annexB: Uint8Array): Uint8Array[] {
	const nals: Uint8Array[] = [];
	let from = -1;
	for (let one = annexB.indexOf(1, 2); one >= 0; one = annexB.indexOf(1, one + 1)) {
		if (annexB[one - 1] !== 0 || annexB[one - 2] !== 0) continue;
		if (from >= 0) nals.push(trimmed(annexB.subarray(from, one)));
		if (nals.length > MAX_NALS) throw new MediaError('picture-too-large', `A picture has over ${MAX_NALS} NAL units.`);
		from = one + 1;
	}
	if (from >= 0) nals.push(trimmed(annexB.subarray(from)));
	return nals.filter((nal) => nal.length > 0);
}

/** No NAL unit ends with a zero (7.4.1), so all zeros at its end belong to what follows. */
function trimmed(nal: Uint8Array): Uint8Array {
	let end = nal.length;
	while (end > 0 && nal[end - 1] === 0) end--;
	return nal.subarray(0, end);
}

/**
 * Splits an endless stream of bytes, cut anywhere, into NAL units. A unit ends where the next start code is, or where
 * `flush` says. Start codes have 3 bytes or 4: it makes no difference.
 */
export class AnnexBSplitter {
	readonly #maxBytes: number;
	#isInside = false;
	/** The unfinished unit, in `#length` bytes of a buffer that is used again. */
	#held = new Uint8Array(0);
	#length = 0;
	/** How many zeros came last: perhaps the beginning of a start code. */
	#zeros = 0;
	#skippedBytes = 0;
	#forbiddenNals = 0;

	/** `maxBytes` is the longest unit that is let through, and the most memory that is held. */
	constructor({ maxBytes }: { readonly maxBytes: number }) {
		this.#maxBytes = maxBytes;
	}

	/** The unfinished unit as far as it has come; it shares memory with the splitter until the next call. */
	get pending(): Uint8Array {
		return this.#held.subarray(0, this.#length);
	}

	/** Bytes of an unfinished unit. */
	get pendingBytes(): number {
		return this.#length;
	}

	/** Memory of the buffer for unfinished units. */
	get heldBytes(): number {
		return this.#held.length;
	}

	/** Bytes seen so far that belong to no unit: before the first start code, or between a flush and the next. */
	get skippedBytes(): number {
		return this.#skippedBytes;
	}

	/** Units that were left out because their forbidden_zero_bit was set. */
	get forbiddenNals(): number {
		return this.#forbiddenNals;
	}

	/**
	 * The units that `chunk` completes, in bytes of their own, trailing zeros trimmed. Throws MediaError
	 * 'picture-too-large' as soon as one passes `maxBytes`; that chunk is then skipped with all that was pending.
	 */
	push(chunk: Uint8Array): Uint8Array[] {
		const nals: Uint8Array[] = [];
		let from = 0;
		for (let one = chunk.indexOf(1); one >= 0; one = chunk.indexOf(1, one + 1)) {
			if (this.#zerosBefore(chunk, from, one) < 2) continue;
			this.#consume(chunk, from, one);
			this.#end(nals);
			from = one + 1;
			this.#isInside = true;
			this.#zeros = 0;
		}
		this.#consume(chunk, from, chunk.length);
		return nals;
	}

	/** Takes the pending unit for finished and gives it. What comes before the next start code is skipped and counted. */
	flush(): Uint8Array | undefined {
		const nals: Uint8Array[] = [];
		this.#end(nals);
		this.#isInside = false;
		return nals[0];
	}

	/** Drops the pending unit and seeks the next start code. */
	reset(): void {
		this.#skippedBytes += this.#length;
		this.#length = 0;
		this.#isInside = false;
	}

	/** Of the bytes before `chunk[one]`, at most two are looked at. */
	#zerosBefore(chunk: Uint8Array, from: number, one: number): number {
		if (one - from >= 2) return chunk[one - 1] === 0 && chunk[one - 2] === 0 ? 2 : 0;
		if (one - from === 1) return chunk[from] === 0 ? this.#zeros + 1 : 0;
		return this.#zeros;
	}

	#consume(chunk: Uint8Array, from: number, to: number): void {
		let end = to;
		while (end > from && chunk[end - 1] === 0) end--;
		if (this.#isInside) this.#hold(chunk, from, to);
		else if (end > from) this.#skippedBytes += this.#zeros + end - from;
		this.#zeros = end > from ? to - end : this.#zeros + to - from;
	}

	#end(nals: Uint8Array[]): void {
		if (!this.#isInside) return;
		const nal = trimmed(this.pending).slice();
		this.#length = 0;
		if (isForbidden(nal)) this.#forbiddenNals++;
		else if (nal.length > 0) nals.push(nal);
	}

	#hold(chunk: Uint8Array, from: number, to: number): void {
		const needed = this.#length + to - from;
		if (needed > this.#maxBytes) this.#refuse(chunk.length - from);
		if (needed > this.#held.length) {
			const roomy = Math.min(this.#maxBytes, Math.max(FIRST_HOLD_BYTES, 2 * this.#held.length));
			const wider = new Uint8Array(Math.max(needed, roomy));
			wider.set(this.pending);
			this.#held = wider;
		}
		this.#held.set(chunk.subarray(from, to), this.#length);
		this.#length = needed;
	}

	#refuse(lostBytes: number): never {
		this.reset();
		this.#zeros = 0;
		this.#skippedBytes += lostBytes;
		throw new MediaError('picture-too-large', `A NAL unit is longer than the ${this.#maxBytes} bytes allowed.`);
	}
}
