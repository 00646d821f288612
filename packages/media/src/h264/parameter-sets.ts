import { MediaError } from '../errors/media-error.ts';
import { NAL, nalType } from './nal.ts';
import { type Pps, parsePps } from './pps.ts';
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
/** An avcC has 8 bits for their number, and there are 256 numbers of PPS. */
const MAX_AVCC_PPS = 255;
/** All that are kept: a stream with 256 long ones is no camera's. */
const MAX_KEPT_BYTES = 65_536;

interface Stored<Facts> {
	readonly bytes: Uint8Array;
	readonly facts: Facts;
}

/**
 * The newest parameter sets of a stream by their numbers (ISO/IEC 14496-10 7.4.1.2.1). A damaged one is passed over while
 * there is a good one with its number: encoders repeat them before every key frame, so that one is most likely the same.
 */
export class ParameterSets {
	readonly #sps = new Map<number, Stored<Sps>>();
	readonly #pps = new Map<number, Stored<Pps>>();
	#needsSliceHeaders = false;
	#damagedSets = 0;
	#damage: string | undefined;
	#heldBytes = 0;

	/** Bytes of all sets. */
	get heldBytes(): number {
		return this.#heldBytes;
	}

	/** Sets that were damaged, so far. */
	get damagedSets(): number {
		return this.#damagedSets;
	}

	/** What is wrong with the newest of them, as a sentence. */
	get damage(): string | undefined {
		return this.#damage;
	}

	/** Whether some picture may be a field, or come twice: then two bytes of a slice do not tell that a picture begins. */
	get needsSliceHeaders(): boolean {
		return this.#needsSliceHeaders;
	}

	/** Remembers the unit, which must be an SPS or a PPS. False: it is damaged and passed over. It never throws. */
	add(nal: Uint8Array): boolean {
		try {
			if (nal.length > MAX_SET_BYTES) {
				throw new MediaError('bad-sps', `A parameter set has ${nal.length} bytes, over the ${MAX_SET_BYTES} allowed.`);
			}
			if (nalType(nal) === NAL.sps) return this.#put(this.#sps, nal, parseSps);
			return this.#put(this.#pps, nal, parsePps);
		} catch (thrown) {
			if (!(thrown instanceof MediaError)) throw thrown;
			this.#note(thrown.message);
			return false;
		}
	}

	pps(id: number): Pps | undefined {
		return this.#pps.get(id)?.facts;
	}

	sps(id: number): Sps | undefined {
		return this.#sps.get(id)?.facts;
	}

	/** What a picture whose slices refer to this PPS needs; undefined as long as that is not all there. */
	activeFor(ppsId: number): ActiveSets | undefined {
		const spsId = this.#pps.get(ppsId)?.facts.spsId;
		const sps = spsId === undefined ? undefined : this.#sps.get(spsId);
		if (!sps) return undefined;
		const pps = [...this.#pps]
			.filter(([, stored]) => stored.facts.spsId === spsId)
			.sort(([a], [b]) => a - b)
			.slice(0, MAX_AVCC_PPS)
			.map(([, { bytes }]) => bytes);
		return { sps: sps.bytes, pps, facts: sps.facts };
	}

	#put<Facts extends Sps | Pps>(map: Map<number, Stored<Facts>>, nal: Uint8Array, parse: (nal: Uint8Array) => Facts) {
		const facts = parse(nal);
		const known = map.get(facts.id);
		if (known && sameBytes(known.bytes, nal)) return true;
		const isCut = known !== undefined && isPrefix(nal, known.bytes);
		if (facts.damage !== undefined || isCut) this.#note(facts.damage ?? 'A parameter set of the stream was cut off.');
		if (known && known.facts.damage === undefined && (facts.damage !== undefined || isCut)) return false;
		this.#makeRoom(nal, known?.bytes);
		map.set(facts.id, { bytes: nal.slice(), facts });
		this.#needsSliceHeaders =
			[...this.#sps.values()].some((sps) => !sps.facts.frameMbsOnly) ||
			[...this.#pps.values()].some((pps) => pps.facts.hasRedundant);
		return true;
	}

	#note(damage: string): void {
		this.#damagedSets++;
		this.#damage = damage;
	}

	#makeRoom(nal: Uint8Array, replaced: Uint8Array | undefined): void {
		const bytes = this.#heldBytes + nal.length - (replaced?.length ?? 0);
		if (bytes > MAX_KEPT_BYTES) {
			const words = `The parameter sets of the stream have ${bytes} bytes, over the ${MAX_KEPT_BYTES} allowed.`;
			throw new MediaError('bad-sps', words);
		}
		this.#heldBytes = bytes;
	}
}

/** Whether both have the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && isPrefix(a, b);
}

function isPrefix(part: Uint8Array, whole: Uint8Array): boolean {
	return part.length <= whole.length && part.every((byte, at) => byte === whole[at]);
}
