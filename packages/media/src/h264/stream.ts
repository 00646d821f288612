import type { AccessUnit } from './access-unit.ts';
import { annexBOf, nalUnitsOf } from './annexb.ts';
import { buildAvcc } from './avcc.ts';
import { isSlice, NAL, nalType } from './nal.ts';
import { type ActiveSets, ParameterSets, readSlice, sameBytes } from './parameter-sets.ts';
import type { Sps } from './sps.ts';

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
export interface H264Frame {
	/** Decoding can begin here: an IDR picture with all its parameter sets before it. */
	readonly key: boolean;
	/** Behind start codes of 4 bytes. */
	readonly annexB: Uint8Array;
	/** The same object until it changes. */
	readonly format: H264Format;
	/** The format is not that of the frame before, or there was none before. Only a key can say so. */
	readonly formatChanged: boolean;
}

/**
 * Makes frames for viewers of the access units of one camera: the first is a key, every key carries its parameter sets,
 * and nothing is passed on that refers to a picture that was not.
 */
export class H264Stream {
	readonly #sets = new ParameterSets();
	#active: ActiveSets | undefined;
	#format: H264Format | undefined;
	#isOpen = false;
	#hasSeenB = false;
	#withheld = 0;

	/** The format of the newest frame; undefined before the first. */
	get format(): H264Format | undefined {
		return this.#format;
	}

	/** Units that were not passed on: before the first key with parameter sets, or after a loss up to the next key. */
	get withheld(): number {
		return this.#withheld;
	}

	/**
	 * Pictures are not, or need not be, shown in the order in which they are sent: a decoder may hold some back, which
	 * costs time. Worth a warning: the cure is to switch B-frames off at the camera.
	 */
	get reorders(): boolean {
		return this.#hasSeenB || (this.#format?.sps.maxNumReorderFrames ?? 0) > 0;
	}

	/**
	 * The frame made of this unit; undefined if it is withheld. Throws MediaError 'bad-sps', 'bad-pps' or 'bad-slice' for
	 * a unit that makes no sense; everything up to the next key is then withheld too.
	 */
	push(unit: AccessUnit): H264Frame | undefined {
		const wasOpen = this.#isOpen;
		this.#isOpen = false;
		this.#withheld++;
		const frame = unit.key ? this.#openWith(unit) : wasOpen && unit.intact ? this.#goOnWith(unit) : undefined;
		// Sets that come alone between pictures count, even where their picture does not.
		if (!frame && !unit.key) for (const nal of nalUnitsOf(unit.annexB)) this.#sets.add(nal);
		if (!frame) return undefined;
		this.#isOpen = true;
		this.#withheld--;
		return frame;
	}

	#openWith({ annexB, hasParameterSets }: AccessUnit): H264Frame | undefined {
		const nals = nalUnitsOf(annexB);
		for (const nal of nals) this.#sets.add(nal);
		const slice = nals.find((nal) => nalType(nal) === NAL.idr);
		const active = slice && this.#sets.activeFor(slice);
		if (!active) return undefined;
		const known = this.#active;
		const isSame = known !== undefined && sameSets(known, active);
		const format = isSame && this.#format ? this.#format : formatOf(active);
		const formatChanged = format !== this.#format;
		this.#active = active;
		this.#format = format;
		return { key: true, annexB: hasParameterSets ? annexB : withSets(active, nals), format, formatChanged };
	}

	#goOnWith({ annexB, hasParameterSets }: AccessUnit): H264Frame | undefined {
		const nals = nalUnitsOf(annexB);
		if (hasParameterSets || nals.some((nal) => isSet(nal))) for (const nal of nals) this.#sets.add(nal);
		const slice = nals.find((nal) => isSlice(nalType(nal)));
		if (!slice || !this.#format) return undefined;
		this.#hasSeenB ||= readSlice(slice).isB;
		return { key: false, annexB, format: this.#format, formatChanged: false };
	}
}

function formatOf({ sps, pps, facts }: ActiveSets): H264Format {
	const { width, height, codec } = facts;
	return { width, height, codec, avcc: buildAvcc([sps], pps), sps: facts };
}

function withSets({ sps, pps }: ActiveSets, nals: readonly Uint8Array[]): Uint8Array {
	return annexBOf([sps, ...pps, ...nals.filter((nal) => !isSet(nal))]);
}

function isSet(nal: Uint8Array): boolean {
	const type = nalType(nal);
	return type === NAL.sps || type === NAL.pps;
}

function sameSets(a: ActiveSets, b: ActiveSets): boolean {
	const same = sameBytes(a.sps, b.sps) && a.pps.length === b.pps.length;
	return same && a.pps.every((pps, index) => sameBytes(pps, b.pps[index] ?? pps.subarray(1)));
}
