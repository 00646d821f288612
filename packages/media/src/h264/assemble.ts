import type { AccessUnit } from './access-unit.ts';
import { AnnexBSplitter } from './annexb.ts';
import { isForbidden, isSlice, nalType, startsAccessUnit } from './nal.ts';
import { UnitBuilder } from './unit-builder.ts';

/**
 * Makes access units of a raw H.264 byte stream, cut anywhere. Nothing in such a stream says that a picture is over but
 * the beginning of the next, so without help every unit would come out one picture late. The owner, who has a clock, calls
 * `flush` when the pipe has been silent for a moment.
 *
 * A flush is a guess. If more of the picture comes after all, that rest is left out, `tornPictures` counts it, and every
 * unit up to the next key says `intact: false`: the owner does well to wait longer before it flushes again, or to stop.
 */
export class AccessUnitAssembler {
	readonly #maxBytes: number;
	readonly #splitter: AnnexBSplitter;
	readonly #builder: UnitBuilder;
	/** How many bytes had been skipped when the newest unit came out early. */
	#skippedThen = 0;

	/** `maxBytes` is the largest access unit that is let through; no more than about twice that is ever held. */
	constructor({ maxBytes }: { readonly maxBytes: number }) {
		this.#maxBytes = maxBytes;
		this.#splitter = new AnnexBSplitter({ maxBytes });
		this.#builder = new UnitBuilder({ maxBytes });
	}

	/** Bytes of an unfinished unit: of whole NAL units and of the one that is coming in. */
	get pendingBytes(): number {
		return this.#builder.pendingBytes + this.#splitter.pendingBytes;
	}

	/** Memory of what is pending. */
	get heldBytes(): number {
		return this.#builder.heldBytes + this.#splitter.heldBytes;
	}

	/** Whether a part of a picture is pending, so that it makes sense to call `flush`. */
	get hasPicture(): boolean {
		const { pending } = this.#splitter;
		const { hasPicture, boundary } = this.#builder;
		if (!isFlushable(pending)) return hasPicture && !boundary.isHalf;
		return boundary.completes(pending, hasPicture);
	}

	/** Bytes that belong to no NAL unit: garbage before the stream, the rest of a torn one. */
	get skippedBytes(): number {
		return this.#splitter.skippedBytes;
	}

	/** NAL units that were left out because their forbidden_zero_bit was set. */
	get forbiddenNals(): number {
		return this.#splitter.forbiddenNals;
	}

	/** Slices that were left out because the beginning of their picture is missing. */
	get orphanNals(): number {
		return this.#builder.orphanNals;
	}

	/** Pictures that came out early by a `flush` and then went on. */
	get tornPictures(): number {
		return this.#builder.tornPictures;
	}

	/**
	 * The units that are known to be over. Throws MediaError 'picture-too-large' as soon as one passes `maxBytes` or has
	 * more than MAX_NALS parts; that chunk is then skipped with all that was pending, and the next picture is looked for.
	 */
	push(chunk: Uint8Array): AccessUnit[] {
		const units: AccessUnit[] = [];
		for (const nal of this.#split(chunk)) this.#take(nal, units);
		if (this.#builder.hasPicture && this.#isOverBefore(this.#splitter.pending)) this.#builder.close(units);
		if (this.pendingBytes > this.#maxBytes) this.#refuse();
		return units;
	}

	/** The picture that is pending, taken for whole. For a silence in the stream, and for its end. */
	flush(): AccessUnit[] {
		const units: AccessUnit[] = [];
		const last = isFlushable(this.#splitter.pending) ? this.#splitter.flush() : undefined;
		if (last) this.#take(last, units);
		if (this.#builder.closeEarly(units)) this.#skippedThen = this.#splitter.skippedBytes;
		return units;
	}

	#split(chunk: Uint8Array): Uint8Array[] {
		try {
			const nals = this.#splitter.push(chunk);
			// After a flush, bytes that are not the beginning of a start code belong to the unit that was taken for whole.
			if (this.#builder.isEarly && this.#splitter.skippedBytes > this.#skippedThen) this.#builder.tear();
			return nals;
		} catch (thrown) {
			this.#builder.lose();
			throw thrown;
		}
	}

	/** Whether the beginning of a unit is enough to tell that it is none of the picture before it. */
	#isOverBefore(pending: Uint8Array): boolean {
		if (isForbidden(pending)) return false;
		const { boundary } = this.#builder;
		if (!isSlice(nalType(pending))) return !boundary.isHalf && startsAccessUnit(pending);
		return pending.length >= 2 && boundary.relationOf(pending, true, false) === 'next';
	}

	#take(nal: Uint8Array, units: AccessUnit[]): void {
		try {
			this.#builder.take(nal, units);
		} catch (thrown) {
			this.#splitter.reset();
			throw thrown;
		}
	}

	#refuse(): never {
		this.#splitter.reset();
		return this.#builder.refuse();
	}
}

/** A slice of which so much has come that it can be told which one it is. */
function isFlushable(pending: Uint8Array): boolean {
	return pending.length >= 2 && isSlice(nalType(pending));
}
