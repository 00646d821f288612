import { MediaError } from '../errors/media-error.ts';
import { type AccessUnit, accessUnitOf, isKept } from './access-unit.ts';
import { isSlice, MAX_NALS, NAL, nalType, startsAccessUnit } from './nal.ts';
import { PictureBoundary } from './picture-boundary.ts';

const START_CODE_BYTES = 4;
/** What V8 and the allocator need for one NAL unit beside its bytes. Measured: 400 to 510 bytes. */
const NAL_OVERHEAD = 512;

/**
 * Makes access units of whole NAL units. A unit is over when a NAL unit comes that cannot be a part of it, or when the
 * owner says so. The two fields of a frame are one unit: decoders and viewers count them as one picture.
 */
export class UnitBuilder {
	readonly #maxBytes: number;
	readonly #boundary = new PictureBoundary();
	#nals: Uint8Array[] = [];
	/** What came behind a first field: it belongs to this picture if the second field follows, else to the next. */
	#between: Uint8Array[] = [];
	#bytes = 0;
	#hasPicture = false;
	/** The newest unit came out early, and nothing has come yet that begins the next. */
	#isEarly = false;
	#isIntact = true;
	#tornPictures = 0;
	#orphanNals = 0;

	/** `maxBytes` is the largest access unit that is let through. */
	constructor({ maxBytes }: { readonly maxBytes: number }) {
		this.#maxBytes = maxBytes;
	}

	get boundary(): PictureBoundary {
		return this.#boundary;
	}

	/** Bytes of the unfinished unit. */
	get pendingBytes(): number {
		return this.#bytes;
	}

	/** Memory of what is pending: thousands of tiny NAL units take more than their bytes. */
	get heldBytes(): number {
		return this.#bytes + this.#nals.length * NAL_OVERHEAD + this.#boundary.heldBytes;
	}

	/** A part of a picture is pending. */
	get hasPicture(): boolean {
		return this.#hasPicture;
	}

	/** The newest unit came out early, and what comes may still turn out to be a part of it. */
	get isEarly(): boolean {
		return this.#isEarly;
	}

	/** Slices that were left out because the beginning of their picture is missing. */
	get orphanNals(): number {
		return this.#orphanNals;
	}

	/** Pictures that came out early and then went on. */
	get tornPictures(): number {
		return this.#tornPictures;
	}

	/** Takes the next NAL unit, and puts the unit that it ends into `units`. Throws MediaError 'picture-too-large'. */
	take(nal: Uint8Array, units: AccessUnit[]): void {
		const type = nalType(nal);
		if (isSlice(type)) this.#takeSlice(nal, units);
		else if (type === NAL.endOfSequence || type === NAL.endOfStream) this.close(units);
		else if (startsAccessUnit(nal)) this.#takeOther(nal, units);
	}

	/** The picture that is pending is whole. False: there is none. */
	close(units: AccessUnit[]): boolean {
		if (!this.#hasPicture) return false;
		const unit = accessUnitOf(this.#nals, this.#isIntact);
		if (unit) units.push(unit);
		if (unit?.key) this.#isIntact = true;
		const between = this.#between;
		this.#clear();
		for (const nal of between) this.#keep(nal);
		return true;
	}

	/** Takes the pending picture for whole, which is a guess: if more of it comes, `tornPictures` counts it. */
	closeEarly(units: AccessUnit[]): boolean {
		const isClosed = this.close(units);
		this.#isEarly ||= isClosed;
		return isClosed;
	}

	/** The guess of `closeEarly` was wrong. */
	tear(): void {
		this.#tornPictures++;
		this.#isEarly = false;
		this.#isIntact = false;
	}

	/** Something was lost: what is pending is dropped, and units say so until the next key. */
	lose(): void {
		this.#isIntact = false;
		this.#isEarly = false;
		this.#clear();
	}

	#takeSlice(nal: Uint8Array, units: AccessUnit[]): void {
		const relation = this.#boundary.relationOf(nal, this.#hasPicture, true) ?? 'orphan';
		if (relation === 'redundant') return;
		if (relation === 'next') {
			this.close(units);
			this.#isEarly = false;
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
			this.close(units);
			this.#isEarly = false;
		}
		const type = nalType(nal);
		if (type === NAL.sps || type === NAL.pps) this.#boundary.learn(nal);
		if (isKept(nal)) this.#keep(nal, isBetweenFields ? this.#between : this.#nals);
	}

	#keep(nal: Uint8Array, nals = this.#nals): void {
		nals.push(nal);
		this.#bytes += START_CODE_BYTES + nal.length;
		this.#hasPicture ||= isSlice(nalType(nal));
		if (this.#bytes > this.#maxBytes || nals.length > MAX_NALS) this.refuse();
	}

	/** Drops what is pending because it is too large. */
	refuse(): never {
		this.lose();
		const most = `${this.#maxBytes} bytes in ${MAX_NALS} NAL units`;
		throw new MediaError('picture-too-large', `An access unit is longer than the ${most} allowed.`);
	}

	#dropOrphan(): void {
		if (this.#isEarly) this.tear();
		this.#orphanNals++;
		this.#isIntact = false;
	}

	#clear(): void {
		this.#nals = [];
		this.#between = [];
		this.#bytes = 0;
		this.#hasPicture = false;
	}
}
