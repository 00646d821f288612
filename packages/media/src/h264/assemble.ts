import { MediaError } from '../errors/media-error.ts';
import { type AccessUnit, accessUnitOf, isKept, MAX_NALS } from './access-unit.ts';
import { AnnexBSplitter } from './annexb.ts';
import { isSlice, nalType, startsAccessUnit, startsPicture } from './nal.ts';

const START_CODE_BYTES = 4;

/**
 * Makes access units of a raw H.264 byte stream, cut anywhere. Nothing in such a stream says that a picture is over but
 * the beginning of the next, so by itself every unit would come out one picture late. The owner, who has a clock, calls
 * `flush` when the pipe has been silent for a moment.
 *
 * A flush is a guess. If more of the picture comes after all, that rest is left out, `tornPictures` counts it, and every
 * unit up to the next key says `intact: false`: the owner does well to wait longer before it flushes again, or to stop.
 */
export class AccessUnitAssembler {
	readonly #maxBytes: number;
	readonly #splitter: AnnexBSplitter;
	#nals: Uint8Array[] = [];
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

	/** Whether a part of a picture is pending, so that it makes sense to call `flush`. */
	get hasPicture(): boolean {
		return this.#hasPicture || isFlushable(this.#splitter.pending);
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
		if (startsAccessUnit(this.#splitter.pending)) this.#close(units);
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

	#take(nal: Uint8Array, units: AccessUnit[]): void {
		if (startsAccessUnit(nal)) {
			this.#close(units);
			this.#earlyAt = undefined;
		}
		if (!isKept(nal)) return;
		if (isSlice(nalType(nal)) && !startsPicture(nal) && !this.#hasPicture) this.#dropOrphan();
		else this.#keep(nal);
	}

	#keep(nal: Uint8Array): void {
		this.#nals.push(nal);
		this.#bytes += START_CODE_BYTES + nal.length;
		this.#hasPicture ||= isSlice(nalType(nal));
		if (this.#bytes > this.#maxBytes || this.#nals.length > MAX_NALS) this.#refuse();
	}

	#close(units: AccessUnit[]): boolean {
		if (!this.#hasPicture) return false;
		const unit = accessUnitOf(this.#nals, this.#isIntact);
		if (unit) units.push(unit);
		if (unit?.key) this.#isIntact = true;
		this.#clear();
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
		this.#bytes = 0;
		this.#hasPicture = false;
	}
}

/** A slice of which so much has come that it can be told which one it is. */
function isFlushable(pending: Uint8Array): boolean {
	return pending.length >= 2 && isSlice(nalType(pending));
}
