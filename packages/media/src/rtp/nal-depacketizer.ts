import { MediaError } from '../errors/media-error.ts';
import { nalUnitsOf } from '../h264/annexb.ts';
import { nalType } from '../h264/nal.ts';

/** Types of payloads that are no NAL unit themselves (RFC 6184, table 3). */
const STAP_A = 24;
const STAP_B = 25;
const MTAP24 = 27;
const FU_A = 28;
const FU_B = 29;
const LAST_SINGLE = 23;

const FIRST_HOLD_BYTES = 16_384;

/**
 * Makes NAL units of the payloads of RTP packets (RFC 6184), in the modes that are not interleaved: one unit, several
 * (STAP-A), or a fragment of one (FU-A). Some cameras leave start codes in their payloads, even several units behind one
 * header: those are taken apart.
 */
export class NalDepacketizer {
	readonly #maxBytes: number;
	#isOpen = false;
	/** The unit whose fragments are coming, in `#length` bytes of a buffer that is used again. */
	#held = new Uint8Array(0);
	#length = 0;
	#brokenNals = 0;

	/** `maxBytes` is the longest NAL unit that is let through. */
	constructor({ maxBytes }: { readonly maxBytes: number }) {
		this.#maxBytes = maxBytes;
	}

	/** Fragments of a unit have come, and its end has not. */
	get isOpen(): boolean {
		return this.#isOpen;
	}

	/** Bytes of the unfinished unit. */
	get pendingBytes(): number {
		return this.#length;
	}

	get heldBytes(): number {
		return this.#held.length;
	}

	/** Units that were left out because a part of them is missing. */
	get brokenNals(): number {
		return this.#brokenNals;
	}

	/**
	 * The NAL units that `payload` completes. They share memory with it, or are copies. Throws MediaError
	 * 'picture-too-large', or 'unsupported-codec' if units come interleaved.
	 */
	push(payload: Uint8Array): Uint8Array[] {
		const type = nalType(payload);
		if (type === FU_A || type === FU_B) return this.#takeFragment(payload, type === FU_A ? 2 : 4);
		if (this.#isOpen) this.#break();
		if (type === STAP_A) return this.#several(payload);
		if (type >= STAP_B && type <= MTAP24) {
			const words = `NAL units come interleaved (payload type ${type}), which is not supported`;
			throw new MediaError('unsupported-codec', `${words}. Set the packetization mode to 1 (non-interleaved).`);
		}
		return type <= LAST_SINGLE ? takenApart(payload) : [];
	}

	/** Packets were lost: drops the unit that was coming. */
	reset(): void {
		this.#isOpen = false;
		this.#length = 0;
	}

	/** 5.8: one byte says what the payload is, the next where in the unit it belongs. */
	#takeFragment(payload: Uint8Array, headerBytes: number): Uint8Array[] {
		const [indicator = 0, header = 0] = payload;
		const isStart = (header & 0x80) !== 0;
		const isEnd = (header & 0x40) !== 0;
		if (payload.length < headerBytes || (isStart && this.#isOpen)) this.#break();
		if (payload.length < headerBytes) return [];
		if (isStart) this.#hold(Uint8Array.of((indicator & 0xe0) | (header & 0x1f)));
		else if (!this.#isOpen) {
			this.#brokenNals++;
			return [];
		}
		this.#isOpen = true;
		this.#hold(payload.subarray(headerBytes));
		if (!isEnd) return [];
		const nal = this.#held.slice(0, this.#length);
		this.reset();
		return takenApart(nal);
	}

	/** 5.7.1: units behind lengths of two bytes. */
	#several(payload: Uint8Array): Uint8Array[] {
		const nals: Uint8Array[] = [];
		for (let at = 1; at < payload.length; ) {
			const from = at + 2;
			const length = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0);
			at = from + length;
			if (at > payload.length) this.#brokenNals++;
			else if (length > 0) nals.push(...takenApart(payload.subarray(from, at)));
		}
		return nals;
	}

	#break(): void {
		this.#brokenNals++;
		this.reset();
	}

	#hold(part: Uint8Array): void {
		const needed = this.#length + part.length;
		if (needed > this.#maxBytes) {
			this.reset();
			throw new MediaError('picture-too-large', `A NAL unit is longer than the ${this.#maxBytes} bytes allowed.`);
		}
		if (needed > this.#held.length) {
			const wider = new Uint8Array(Math.max(needed, FIRST_HOLD_BYTES, Math.min(this.#maxBytes, 2 * this.#held.length)));
			wider.set(this.#held.subarray(0, this.#length));
			this.#held = wider;
		}
		this.#held.set(part, this.#length);
		this.#length = needed;
	}
}

/** What a unit without start codes is: itself. Within a unit there can be none (ISO/IEC 14496-10 7.4.1). */
function takenApart(nal: Uint8Array): Uint8Array[] {
	const at = startCodeIn(nal);
	if (at === undefined) return nal.length > 0 ? [nal] : [];
	const rest = nalUnitsOf(nal.subarray(at));
	let end = at;
	while (end > 0 && nal[end - 1] === 0) end--;
	return end > 0 ? [nal.subarray(0, end), ...rest] : rest;
}

/** Where the first start code of three bytes is. */
function startCodeIn(nal: Uint8Array): number | undefined {
	for (let one = nal.indexOf(1, 2); one >= 0; one = nal.indexOf(1, one + 1)) {
		if (nal[one - 1] === 0 && nal[one - 2] === 0) return one - 2;
	}
	return undefined;
}
