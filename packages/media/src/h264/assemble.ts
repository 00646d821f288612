import { MediaError } from '../errors/media-error.ts';
import { type AccessUnit, accessUnitOf, isKept } from './access-unit.ts';
import { AnnexBSplitter } from './annexb.ts';
import { isForbidden, isSlice, MAX_NALS, NAL, nalType, startsAccessUnit } from './nal.ts';
import { PictureBoundary } from './picture-boundary.ts';

const START_CODE_BYTES = 4;
/** What V8 and the allocator need for one NAL unit beside its bytes. Measured: 400 to 510 bytes. */
const NAL_OVERHEAD = 512;

/**
 * Makes access units of a raw H.264 byte stream, cut anywhere. Nothing in such a stream says that a picture is over but
 * the beginning of the next, so by itself every unit would come out one picture late. The owner, who has a clock, calls
 * `flush` when the pipe has been silent for a moment.
 *
 * The two fields of a frame are one unit: decoders and viewers count them as one picture.
 *
 * A flush is a guess. If more of the picture comes after all, that rest is left out, `tornPictures` counts it, and every
 * unit up to the next key says `intact: false`: the owner does well to wait longer before it flushes again, or to stop.
 */
export class AccessUnitAssembler {
	readonly #maxBytes: number;
	readonly #splitter: AnnexBSplitter;
	readonly #boundary = new PictureBoundary();
	#nals: Uint8Array[] = [];
	/** What came behind a first field: it belongs to this picture if the second field follows, else to the next. */
	#between: Uint8Array[] = [];
	#bytes = 0;
	#hasPicture = false;
	/** The newest unit came out early, and nothing has come yet that begins the next: how many bytes were skipped then. */
	#earlyAt: number | undefined;
	#isIntact = true;
	#tornPictures = 0;
	#orphanNals = 0;

	/** `maxBytes` is the largest access unit that is let through; no more than about twice that is ever held. */
	constructor({ maxBytes }: { readonly maxBytes: number }) {
		this.#maxBytes = maxBytes;
		this.#splitter = new AnnexBSplitter({ maxBytes });
	}

	/** Bytes of an unfinished unit: of whole NAL units and of the one that is coming in. */
	get pendingBytes(): number {
		return this.#bytes + this.#splitter.pendingBytes;
	}

	/** Memory of what is pending: thousands of tiny NAL units take more than their bytes. */
	get heldBytes(): number {
		return this.#bytes + this.#nals.length * NAL_OVERHEAD + this.#splitter.heldBytes + this.#boundary.heldBytes;
	}

	/** Whether a part of a picture is pending, so that it makes sense to call `flush`. */
	get hasPicture(): boolean {
		const { pending } = this.#splitter;
		if (!isFlushable(pending)) return this.#hasPicture && !this.#boundary.isHalf;
		return this.#boundary.completes(pending, this.#hasPicture);
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
		return this.#orphanNals;
	}

	/** Pictures that came out early by a `flush` and then went on. */
	get tornPictures(): number {
		return this.#tornPictures;
	}

	/**
	 * The units that are known to be over. Throws MediaError 'picture-too-large' as soon as one passes `maxBytes` or has
	 * more than MAX_NALS parts; that chunk is then skipped with all that was pending, and the next picture is looked for.
	 */
	push(chunk: Uint8Array): AccessUnit[] {
		const units: AccessUnit[] = [];
		for (const nal of this.#split(chunk)) this.#take(nal, units);
		if (this.#hasPicture && this.#isOverBefore(this.#splitter.pending)) this.#close(units);
		if (this.pendingBytes > this.#maxBytes) this.#refuse();
		return units;
	}

	/** The picture that is pending, taken for whole. For a silence in the stream, and for its end. */
	flush(): AccessUnit[] {
		const units: AccessUnit[] = [];
		const last = isFlushable(this.#splitter.pending) ? this.#splitter.flush() : undefined;
		if (last) this.#take(last, units);
		if (this.#close(units)) this.#earlyAt = this.#splitter.skippedBytes;
		return units;
	}

	#split(chunk: Uint8Array): Uint8Array[] {
		try {
			const nals = this.#splitter.push(chunk);
			this.#noticeTorn();
			return nals;
		} catch (thrown) {
			this.#lose();
			throw thrown;
		}
	}

	/** Whether the beginning of a unit is enough to tell that it is none of the picture before it. */
	#isOverBefore(pending: Uint8Array): boolean {
		if (isForbidden(pending)) return false;
		if (!isSlice(nalType(pending))) return !this.#boundary.isHalf && startsAccessUnit(pending);
		return pending.length >= 2 && this.#boundary.relationOf(pending, true, false) === 'next';
	}

	#take(nal: Uint8Array, units: AccessUnit[]): void {
		const type = nalType(nal);
		if (isSlice(type)) this.#takeSlice(nal, units);
		else if (type === NAL.endOfSequence || type === NAL.endOfStream) this.#close(units);
		else if (startsAccessUnit(nal)) this.#takeOther(nal, units);
	}

	#takeSlice(nal: Uint8Array, units: AccessUnit[]): void {
		const relation = this.#boundary.relationOf(nal, this.#hasPicture, true) ?? 'orphan';
		if (relation === 'redundant') return;
		if (relation === 'next') {
			this.#close(units);
			this.#earlyAt = undefined;
		} else if (!this.#hasPicture) {
			this.#dropOrphan();
			return;
		}
		for (const between of this.#between.splice(0)) this.#nals.push(between);
		this.#boundary.accept(nal, relation);
		this.#keep(nal);
	}

	#takeOther(nal: Uint8Array, units: AccessUnit[]): void {
		const isBetweenFields = this.#hasPicture && this.#boundary.isHalf;
		if (!isBetweenFields) {
			this.#close(units);
			this.#earlyAt = undefined;
		}
		const type = nalType(nal);
		if (type === NAL.sps || type === NAL.pps) this.#boundary.learn(nal);
		if (isKept(nal)) this.#keep(nal, isBetweenFields ? this.#between : this.#nals);
	}

	#keep(nal: Uint8Array, nals = this.#nals): void {
		nals.push(nal);
		this.#bytes += START_CODE_BYTES + nal.length;
		this.#hasPicture ||= isSlice(nalType(nal));
		if (this.#bytes > this.#maxBytes || nals.length > MAX_NALS) this.#refuse();
	}

	#close(units: AccessUnit[]): boolean {
		if (!this.#hasPicture) return false;
		const unit = accessUnitOf(this.#nals, this.#isIntact);
		if (unit) units.push(unit);
		if (unit?.key) this.#isIntact = true;
		const between = this.#between;
		this.#clear();
		for (const nal of between) this.#keep(nal);
		return true;
	}

	/** After a flush, bytes that are not the beginning of a start code belong to the unit that was taken for whole. */
	#noticeTorn(): void {
		if (this.#earlyAt !== undefined && this.#splitter.skippedBytes > this.#earlyAt) this.#tear();
	}

	#dropOrphan(): void {
		if (this.#earlyAt !== undefined) this.#tear();
		this.#orphanNals++;
		this.#isIntact = false;
	}

	#tear(): void {
		this.#tornPictures++;
		this.#earlyAt = undefined;
		this.#isIntact = false;
	}

	#refuse(): never {
		this.#splitter.reset();
		this.#lose();
		const most = `${this.#maxBytes} bytes in ${MAX_NALS} NAL units`;
		throw new MediaError('picture-too-large', `An access unit is longer than the ${most} allowed.`);
	}

	#lose(): void {
		this.#isIntact = false;
		this.#earlyAt = undefined;
		this.#clear();
	}

	#clear(): void {
		this.#nals = [];
		this.#between = [];
		this.#bytes = 0;
		this.#hasPicture = false;
	}
}

/** A slice of which so much has come that it can be told which one it is. */
function isFlushable(pending: Uint8Array): boolean {
	return pending.length >= 2 && isSlice(nalType(pending));
}
