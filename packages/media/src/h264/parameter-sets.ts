import { MediaError } from '../errors/media-error.ts';
import { BitReader } from './bit-reader.ts';
import { NAL, nalType } from './nal.ts';
import { parseSps, type Sps } from './sps.ts';

/** The parameter sets that one picture needs. */
export interface ActiveSets {
	readonly sps: Uint8Array;
	/** All that refer to the SPS, by their number: the slices of a picture may use different ones. */
	readonly pps: readonly Uint8Array[];
	/** What the SPS says. */
	readonly facts: Sps;
}

/** With a scaling matrix they have some hundreds of bytes; there may be 256 of them. */
const MAX_SET_BYTES = 4096;

interface StoredPps {
	readonly bytes: Uint8Array;
	readonly spsId: number;
}

/** The newest parameter sets of a stream by their numbers (ISO/IEC 14496-10 7.4.1.2.1). */
export class ParameterSets {
	readonly #sps = new Map<number, { readonly bytes: Uint8Array; readonly facts: Sps }>();
	readonly #pps = new Map<number, StoredPps>();

	/**
	 * Remembers the unit if it is an SPS or a PPS. Throws MediaError 'bad-sps' or 'bad-pps' if it makes no sense; the set
	 * that it was to replace stays.
	 */
	add(nal: Uint8Array): void {
		const type = nalType(nal);
		if (type !== NAL.sps && type !== NAL.pps) return;
		if (nal.length > MAX_SET_BYTES) {
			const code = type === NAL.sps ? 'bad-sps' : 'bad-pps';
			throw new MediaError(code, `A parameter set of ${nal.length} bytes is over the ${MAX_SET_BYTES} allowed.`);
		}
		if (type === NAL.sps) this.#addSps(nal);
		else this.#addPps(nal);
	}

	/** What the picture of this slice needs; undefined as long as that is not all there. Throws MediaError 'bad-slice'. */
	activeFor(slice: Uint8Array): ActiveSets | undefined {
		const spsId = this.#pps.get(readSlice(slice).ppsId)?.spsId;
		const sps = spsId === undefined ? undefined : this.#sps.get(spsId);
		if (!sps) return undefined;
		const pps = [...this.#pps]
			.filter(([, stored]) => stored.spsId === spsId)
			.sort(([a], [b]) => a - b)
			.map(([, { bytes }]) => bytes);
		return { sps: sps.bytes, pps, facts: sps.facts };
	}

	#addSps(nal: Uint8Array): void {
		const facts = parseSps(nal);
		const known = this.#sps.get(facts.id);
		if (known && sameBytes(known.bytes, nal)) return;
		this.#sps.set(facts.id, { bytes: nal.slice(), facts });
	}

	/** 7.3.2.2 */
	#addPps(nal: Uint8Array): void {
		const read = new BitReader(nal, 'bad-pps');
		const id = read.ue('pic_parameter_set_id', 255);
		const spsId = read.ue('seq_parameter_set_id', 31);
		this.#pps.set(id, { bytes: nal.slice(), spsId });
	}
}

/** The first fields of a slice (7.3.3). Throws MediaError 'bad-slice'. */
export function readSlice(slice: Uint8Array): { readonly isB: boolean; readonly ppsId: number } {
	// Three numbers of 63 bits at most: all of the slice need not be looked at.
	const read = new BitReader(slice.subarray(0, 32), 'bad-slice');
	read.ue('first_mb_in_slice');
	const type = read.ue('slice_type', 9);
	return { isB: type % 5 === 1, ppsId: read.ue('pic_parameter_set_id', 255) };
}

/** Whether both have the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
