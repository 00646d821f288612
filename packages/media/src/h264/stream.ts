import type { AccessUnit } from './access-unit.ts';
import { annexBOf, nalUnitsOf } from './annexb.ts';
import { buildAvcc } from './avcc.ts';
import { isSlice, NAL, nalType, SLICE } from './nal.ts';
import { type ActiveSets, ParameterSets, sameBytes } from './parameter-sets.ts';
import { type DisplayOrder, PictureOrder } from './picture-order.ts';
import { isRecoveryPoint } from './recovery-point.ts';
import { ppsIdOf, readSliceHeader, type SliceHeader } from './slice-header.ts';
import type { Sps } from './sps.ts';
import { StreamProblem } from './stream-problem.ts';

/** What a viewer must know before it can decode. */
export interface H264Format {
	/** In pixels, as shown. */
	readonly width: number;
	readonly height: number;
	/** For WebCodecs and for a MIME type: `avc1.42C01E`. */
	readonly codec: string;
	/** The same parameter sets that are in the key frames, as MP4 wants them (AVCDecoderConfigurationRecord). */
	readonly avcc: Uint8Array;
	readonly sps: Sps;
}

/** One picture ready for viewers. */
export interface H264Unit {
	/** Decoding can begin here: an IDR picture with all its parameter sets before it. */
	readonly key: boolean;
	/** Behind start codes of 4 bytes. */
	readonly annexB: Uint8Array;
	/** The same object until it changes. */
	readonly format: H264Format;
	/** The format is not that of the frame before, or there was none before. Only a key can say so. */
	readonly formatChanged: boolean;
	/** When it is shown against the others; undefined where frames are shown in the order in which they come. */
	readonly order: DisplayOrder | undefined;
}

/**
 * Makes frames for viewers of the access units of one camera: the first is a key, every key carries its parameter sets,
 * and nothing is passed on that refers to a picture that was not. Damage costs pictures and never throws: `problem` tells.
 */
export class H264Stream {
	readonly #sets = new ParameterSets();
	readonly #order = new PictureOrder();
	readonly #problem = new StreamProblem();
	#active: ActiveSets | undefined;
	#format: H264Format | undefined;
	#isOpen = false;
	#hasSeenB = false;
	#withheld = 0;

	/** The format of the newest frame; undefined before the first. */
	get format(): H264Format | undefined {
		return this.#format;
	}

	/** Memory of the parameter sets. */
	get heldBytes(): number {
		return this.#sets.heldBytes;
	}

	/** Units that were not passed on: before the first key with parameter sets, or after a loss up to the next key. */
	get withheld(): number {
		return this.#withheld;
	}

	/** What is wrong with the stream, for its owner; undefined: nothing. */
	get problem(): string | undefined {
		return this.#problem.words(this.#sets);
	}

	/**
	 * Pictures are not, or need not be, shown in the order in which they are sent: a decoder may hold some back, which
	 * costs time. Worth a warning: the cure is to switch B-frames off at the camera.
	 */
	get reorders(): boolean {
		return this.#hasSeenB || (this.#format?.sps.maxNumReorderFrames ?? 0) > 0;
	}

	/** The frame made of this unit; undefined if it is withheld, and then everything up to the next key is too. */
	push(unit: AccessUnit): H264Unit | undefined {
		const nals = nalUnitsOf(unit.annexB);
		// Sets that come alone between pictures count, even where their picture does not.
		const kept = nals.filter((nal) => !isSet(nal) || this.#sets.add(nal));
		const wasOpen = this.#isOpen && unit.intact;
		const slices = kept.filter((nal) => isSlice(nalType(nal)));
		const ppsId = slices[0] && ppsIdOf(slices[0]);
		const frame = unit.key
			? this.#openWith(unit, kept, slices, ppsId)
			: wasOpen && ppsId !== undefined
				? this.#goOnWith(unit, kept, slices)
				: undefined;
		const failure = !unit.key ? 'withheld' : ppsId === undefined ? 'damaged key' : 'without sets';
		this.#problem.count(frame ? 'shown' : failure, unit.key, kept.some(isRecoveryPoint), this.#sets);
		this.#isOpen = frame !== undefined;
		if (!frame) this.#withheld++;
		return frame;
	}

	#openWith(
		{ annexB }: AccessUnit,
		nals: readonly Uint8Array[],
		slices: readonly Uint8Array[],
		ppsId: number | undefined,
	): H264Unit | undefined {
		const active = ppsId === undefined ? undefined : this.#sets.activeFor(ppsId);
		if (!active) return undefined;
		const known = this.#active;
		const isSame = known !== undefined && sameSets(known, active);
		const format = isSame && this.#format ? this.#format : formatOf(active);
		const formatChanged = format !== this.#format;
		this.#active = active;
		this.#format = format;
		const bytes = brings(active, nals) && !isRepaired(annexB, nals) ? annexB : withSets(active, nals);
		return { key: true, annexB: bytes, format, formatChanged, order: this.#orderOf(slices) };
	}

	#goOnWith({ annexB }: AccessUnit, nals: readonly Uint8Array[], slices: readonly Uint8Array[]): H264Unit | undefined {
		if (!this.#format) return undefined;
		const bytes = isRepaired(annexB, nals) ? annexBOf(nals) : annexB;
		return { key: false, annexB: bytes, format: this.#format, formatChanged: false, order: this.#orderOf(slices) };
	}

	#orderOf(slices: readonly Uint8Array[]): DisplayOrder | undefined {
		const fields: SliceHeader[] = [];
		for (const slice of slices) {
			const header = readSliceHeader(slice, this.#sets, true);
			if (header && fields.every(({ isBottom }) => isBottom !== header.isBottom)) fields.push(header);
			this.#hasSeenB ||= header?.type === SLICE.b;
			// Further slices matter only where they may be of the other field.
			if (!header?.isField || fields.length === 2) break;
		}
		const order = this.#order.next(fields);
		return this.reorders ? order : undefined;
	}
}

function formatOf({ sps, pps, facts }: ActiveSets): H264Format {
	const { width, height, codec } = facts;
	return { width, height, codec, avcc: buildAvcc([sps], pps), sps: facts };
}

function withSets({ sps, pps }: ActiveSets, nals: readonly Uint8Array[]): Uint8Array {
	return annexBOf([sps, ...pps, ...nals.filter((nal) => !isSet(nal))]);
}

/** Whether the unit has the SPS that it needs, no other that a reader could take for it, and a PPS for it. */
function brings({ sps, pps }: ActiveSets, nals: readonly Uint8Array[]): boolean {
	const sets = nals.filter(isSet);
	const hasPps = sets.some((nal) => pps.some((known) => sameBytes(known, nal)));
	return hasPps && sets.every((nal) => nalType(nal) === NAL.pps || sameBytes(nal, sps)) && sets.some(isSps);
}

/** Whether `nals` are not all of the unit. */
function isRepaired(annexB: Uint8Array, nals: readonly Uint8Array[]): boolean {
	return nals.reduce((sum, nal) => sum + 4 + nal.length, 0) !== annexB.length;
}

function isSps(nal: Uint8Array): boolean {
	return nalType(nal) === NAL.sps;
}

function isSet(nal: Uint8Array): boolean {
	const type = nalType(nal);
	return type === NAL.sps || type === NAL.pps;
}

function sameSets(a: ActiveSets, b: ActiveSets): boolean {
	const same = sameBytes(a.sps, b.sps) && a.pps.length === b.pps.length;
	return same && a.pps.every((pps, index) => sameBytes(pps, b.pps[index] ?? pps.subarray(1)));
}
