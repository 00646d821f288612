import { isSlice, NAL, nalType, startsPicture } from './nal.ts';
import { ParameterSets } from './parameter-sets.ts';
import { readSliceHeader, SHORT_HEAD_BYTES, type SliceHeader } from './slice-header.ts';

/**
 * What a slice is to the picture before it: a part of it, the second field of its frame, a copy of something in it for
 * decoders that have lost that, the beginning of the next picture, or the rest of one whose beginning is missing.
 */
export type Relation = 'same' | 'second field' | 'redundant' | 'next' | 'orphan';

/**
 * Tells where a picture begins (ISO/IEC 14496-10 7.4.1.2.4). Mostly that is the slice with the macroblock 0; but each
 * field of a frame has one, and where slices come in any order, or the first was lost, it is not the first.
 */
export class PictureBoundary {
	readonly #sets = new ParameterSets();
	/** The beginning of the newest slice, which would be kept as a whole for a few bytes of it; its header is read when it is first needed, which in most streams is never. */
	#slice: Uint8Array | undefined;
	#header: SliceHeader | undefined;
	/** What was looked at last. */
	#looked: { readonly slice: Uint8Array; readonly header: SliceHeader | undefined } | undefined;
	/** The newest picture, or field, has had its macroblock 0. */
	#hasStart = false;
	#isHalf = false;

	/** The newest picture is a field that waits for the other one of its frame. */
	get isHalf(): boolean {
		return this.#isHalf;
	}

	/** Memory of the parameter sets. */
	get heldBytes(): number {
		return this.#sets.heldBytes;
	}

	/** Takes notice of a parameter set. */
	learn(nal: Uint8Array): void {
		this.#sets.add(nal);
	}

	/**
	 * What `slice` is. `isOpen`: a picture is under way that it may belong to. Undefined if as much of it as has come
	 * (`isWhole` false) is not enough to tell.
	 */
	relationOf(slice: Uint8Array, isOpen: boolean, isWhole: boolean): Relation | undefined {
		if (!isSlice(nalType(slice))) return undefined;
		const startsAtZero = startsPicture(slice);
		const isClear = startsAtZero && !this.#sets.needsSliceHeaders && (this.#hasStart || !isOpen);
		if (isClear) return 'next';
		if (!isWhole && slice.length < SHORT_HEAD_BYTES) return undefined;
		const header = this.#read(slice);
		if (!header) return startsAtZero ? 'next' : isOpen ? 'same' : 'orphan';
		if (header.redundantCount > 0) return 'redundant';
		if (this.#isSecondField(header)) return isOpen ? 'second field' : 'same';
		if (startsAtZero && (this.#hasStart || !isOpen)) return 'next';
		return this.#last && isSamePicture(this.#last, header) ? 'same' : 'next';
	}

	/** Whether `slice`, if it is whole, is the end of a picture, as far as that can be told: no first field is. */
	completes(slice: Uint8Array, isOpen: boolean): boolean {
		if (!this.#sets.needsSliceHeaders) return true;
		const header = readSliceHeader(slice, this.#sets);
		return (
			header !== undefined && (!header.isField || (isOpen && this.#isSecondField(header)) || this.#isPaired(header))
		);
	}

	/** Takes notice of a slice that belongs to the newest picture now, or begins it. */
	accept(slice: Uint8Array, relation: Relation): void {
		const type = nalType(slice);
		if (type === NAL.partitionB || type === NAL.partitionC) return;
		this.#slice = slice.slice(0, SHORT_HEAD_BYTES);
		this.#header = this.#looked?.slice === slice ? this.#looked.header : undefined;
		this.#looked = undefined;
		this.#hasStart = startsPicture(slice) || (relation === 'same' && this.#hasStart);
		if (relation === 'next') this.#isHalf = this.#sets.needsSliceHeaders && this.#last?.isField === true;
		else if (relation === 'second field') this.#isHalf = false;
	}

	#read(slice: Uint8Array): SliceHeader | undefined {
		const header = readSliceHeader(slice, this.#sets);
		this.#looked = { slice, header };
		return header;
	}

	get #last(): SliceHeader | undefined {
		this.#header ??= this.#slice && readSliceHeader(this.#slice, this.#sets);
		return this.#header;
	}

	/** A further slice of a second field. */
	#isPaired(header: SliceHeader): boolean {
		return !this.#isHalf && this.#last !== undefined && this.#last.isField && isSamePicture(this.#last, header);
	}

	#isSecondField(header: SliceHeader): boolean {
		const first = this.#last;
		if (!first || !this.#isHalf || !header.isField || header.isBottom === first.isBottom) return false;
		return header.frameNum === first.frameNum && (!header.isIdr || first.isIdr);
	}
}

/** 7.4.1.2.4, but for the number of the PPS: there are encoders that use several in one picture. */
function isSamePicture(a: SliceHeader, b: SliceHeader): boolean {
	const isSameFrame = a.frameNum === b.frameNum && a.isField === b.isField && a.isBottom === b.isBottom;
	const isSameKind = a.isIdr === b.isIdr && a.idrPicId === b.idrPicId && a.refIdc > 0 === b.refIdc > 0;
	const isSameOrder = a.orderLsb === b.orderLsb && a.orderDeltaBottom === b.orderDeltaBottom;
	return (
		isSameFrame &&
		isSameKind &&
		isSameOrder &&
		a.orderDeltas[0] === b.orderDeltas[0] &&
		a.orderDeltas[1] === b.orderDeltas[1]
	);
}
