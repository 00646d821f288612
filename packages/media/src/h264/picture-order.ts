import type { SliceHeader } from './slice-header.ts';
import type { OrderCoding } from './sps-fields.ts';

/** Where a picture belongs in the order in which pictures are shown. */
export interface DisplayOrder {
	/** PicOrderCnt: of two pictures the one with the lower count is shown first, up to the next that restarts. */
	readonly count: number;
	/** All pictures before this one are shown before it, and counts begin again: an IDR picture. */
	readonly restarts: boolean;
}

/** Counts pictures in the order in which they are shown (ISO/IEC 14496-10 8.2.1), by the headers of their slices. */
export class PictureOrder {
	/** Type 0: of the newest picture that others refer to. */
	#msb = 0;
	#lsb = 0;
	/** Types 1 and 2: of the newest picture. */
	#frameNum = 0;
	#frameNumOffset = 0;

	/** Of the next picture as it is decoded: `fields` are the headers of its first slices, one or, for two fields, two. */
	next(fields: readonly SliceHeader[]): DisplayOrder | undefined {
		const orders = fields.map((header) => this.#ofField(header));
		const [first] = orders;
		if (!first) return undefined;
		return { count: Math.min(...orders.map(({ count }) => count)), restarts: orders.some(({ restarts }) => restarts) };
	}

	#ofField(header: SliceHeader): DisplayOrder {
		const { orderCoding } = header.sps;
		const { top, bottom } = orderCoding.type === 0 ? this.#byLsb(header) : this.#byFrameNum(header, orderCoding);
		const count = header.isField ? (header.isBottom ? bottom : top) : Math.min(top, bottom);
		if (!header.resetsOrder) return { count, restarts: header.isIdr };
		// The picture counts as 0 afterwards, and what follows goes on from there (8.2.1).
		this.#msb = 0;
		this.#lsb = header.isBottom ? 0 : top - count;
		this.#frameNum = this.#frameNumOffset = 0;
		return { count: 0, restarts: true };
	}

	/** 8.2.1.1 */
	#byLsb(header: SliceHeader) {
		const { orderCoding } = header.sps;
		const span = 2 ** (orderCoding.type === 0 ? orderCoding.lsbBits : 4);
		if (header.isIdr) this.#msb = this.#lsb = 0;
		const lsb = header.orderLsb;
		let msb = this.#msb;
		if (lsb < this.#lsb && this.#lsb - lsb >= span / 2) msb += span;
		else if (lsb > this.#lsb && lsb - this.#lsb > span / 2) msb -= span;
		if (header.refIdc > 0) {
			this.#msb = msb;
			this.#lsb = lsb;
		}
		return { top: msb + lsb, bottom: msb + lsb + header.orderDeltaBottom };
	}

	/** 8.2.1.2 and 8.2.1.3 */
	#byFrameNum(header: SliceHeader, coding: Exclude<OrderCoding, { type: 0 }>) {
		const { frameNum, isIdr, refIdc, sps } = header;
		if (isIdr) this.#frameNumOffset = 0;
		else if (this.#frameNum > frameNum) this.#frameNumOffset += 2 ** sps.frameNumBits;
		this.#frameNum = frameNum;
		const absolute = this.#frameNumOffset + frameNum;
		if (coding.type === 2) {
			const count = isIdr ? 0 : 2 * absolute - Number(refIdc === 0);
			return { top: count, bottom: count };
		}
		const expected = expectedCount(coding, absolute, refIdc === 0);
		const [first, second] = header.orderDeltas;
		const top = expected + first;
		const bottom = header.isField
			? expected + coding.offsetTopToBottom + first
			: top + coding.offsetTopToBottom + second;
		return { top, bottom };
	}
}

/** 8.2.1.2: frames that others refer to come in cycles. */
function expectedCount(coding: Extract<OrderCoding, { type: 1 }>, absolute: number, isUnreferenced: boolean): number {
	const { offsetsForRef, offsetForNonRef } = coding;
	const length = offsetsForRef.length;
	const number = length === 0 ? 0 : Math.max(0, absolute - Number(isUnreferenced));
	const extra = isUnreferenced ? offsetForNonRef : 0;
	if (number === 0) return extra;
	const sum = (offsets: readonly number[]) => offsets.reduce((total, offset) => total + offset, 0);
	const cycles = Math.floor((number - 1) / length);
	return cycles * sum(offsetsForRef) + sum(offsetsForRef.slice(0, ((number - 1) % length) + 1)) + extra;
}
