import { type AccessUnit, annexBOf, checkPlanes, MediaError, type YuvImage } from '@oriel/media';
import { BitWriter } from './bit-writer.ts';
import { MacroblockWriter } from './macroblock.ts';
import { FRAME_NUM_BITS, ppsOf, type Shape, spsOf } from './parameter-sets.ts';
import { Planes } from './planes.ts';

const IDR_HEADER = 0x65;
const SLICE_HEADER = 0x41;
/** slice_type where all slices of the picture are alike (ISO/IEC 14496-10, table 7-6). */
const ALL_P = 5;
const ALL_I = 7;

const MAX_SIDE = 4096;

/**
 * Writes H.264 (Constrained Baseline, no B-frames, one slice a picture) without any loss, for test patterns: what stays
 * costs nothing, flat blocks cost some bits, fine detail that moves costs a lot. A natural picture would be enormous.
 */
export class H264Encoder {
	readonly #shape: Shape;
	readonly #columns: number;
	readonly #rows: number;
	readonly #sps: Uint8Array;
	readonly #pps = ppsOf();
	readonly #macroblocks: MacroblockWriter;
	#planes: Planes;
	#before: Planes;
	#hasBefore = false;
	#frameNum = 0;
	#idrPicId = 0;

	/**
	 * The size in pixels, both sides multiples of 8 up to 4096; the rate is a promise to decoders and chooses the level.
	 * Throws MediaError 'bad-size'.
	 */
	constructor(shape: Shape) {
		const sides = [shape.width, shape.height];
		if (!sides.every((side) => Number.isInteger(side) && side >= 8 && side <= MAX_SIDE && side % 8 === 0)) {
			const wanted = `both sides must be multiples of 8 up to ${MAX_SIDE}`;
			throw new MediaError('bad-size', `The H.264 encoder cannot write ${sides.join('x')}: ${wanted}.`);
		}
		this.#shape = shape;
		this.#columns = Math.ceil(shape.width / 16);
		this.#rows = Math.ceil(shape.height / 16);
		this.#sps = spsOf(shape);
		this.#macroblocks = new MacroblockWriter(this.#columns, this.#rows);
		this.#planes = new Planes(this.#columns, this.#rows);
		this.#before = new Planes(this.#columns, this.#rows);
	}

	/**
	 * The next picture; the first is a key, and so is every one with `forceKey`. The picture is copied: it may be painted
	 * over afterwards. Throws MediaError 'bad-size' if it is not of the encoder's size.
	 */
	encode(picture: YuvImage, { forceKey = false }: { readonly forceKey?: boolean } = {}): AccessUnit {
		const { width, height } = this.#shape;
		if (picture.width !== width || picture.height !== height) {
			const seen = `${picture.width}x${picture.height}`;
			throw new MediaError('bad-size', `The H.264 encoder is for pictures of ${width}x${height}, not of ${seen}.`);
		}
		checkPlanes(picture);
		[this.#planes, this.#before] = [this.#before, this.#planes];
		this.#planes.load(picture);
		const key = forceKey || !this.#hasBefore;
		this.#hasBefore = true;
		const slice = key ? this.#writeKey() : this.#writeDelta();
		const annexB = annexBOf(key ? [this.#sps, this.#pps, slice] : [slice]);
		return { key, annexB, hasParameterSets: key, intact: true };
	}

	#writeKey(): Uint8Array {
		this.#frameNum = 0;
		const bits = new BitWriter(65_536);
		this.#writeHeader(bits, ALL_I);
		this.#macroblocks.begin();
		for (let at = 0; at < this.#columns * this.#rows; at++) {
			this.#macroblocks.write(bits, this.#planes, undefined, at % this.#columns, Math.floor(at / this.#columns));
		}
		// Two keys in a row must not have the same number (7.4.3).
		this.#idrPicId = 1 - this.#idrPicId;
		return bits.finish(IDR_HEADER);
	}

	#writeDelta(): Uint8Array {
		this.#frameNum = (this.#frameNum + 1) % 2 ** FRAME_NUM_BITS;
		const bits = new BitWriter(16_384);
		this.#writeHeader(bits, ALL_P);
		this.#macroblocks.begin();
		let skipped = 0;
		for (let at = 0; at < this.#columns * this.#rows; at++) {
			const column = at % this.#columns;
			const row = Math.floor(at / this.#columns);
			if (this.#macroblocks.skips(this.#planes, this.#before, column, row)) skipped++;
			else {
				bits.reserve(16);
				bits.ue(skipped); // mb_skip_run
				skipped = 0;
				this.#macroblocks.write(bits, this.#planes, this.#before, column, row);
			}
		}
		bits.reserve(16);
		if (skipped > 0) bits.ue(skipped);
		return bits.finish(SLICE_HEADER);
	}

	/** 7.3.3 */
	#writeHeader(bits: BitWriter, type: number): void {
		bits.ue(0); // first_mb_in_slice
		bits.ue(type);
		bits.ue(0); // pic_parameter_set_id
		bits.write(this.#frameNum, FRAME_NUM_BITS);
		if (type === ALL_I) bits.ue(this.#idrPicId);
		// P: num_ref_idx_active_override_flag, ref_pic_list_modification_flag_l0, adaptive_ref_pic_marking_mode_flag.
		// I: no_output_of_prior_pics_flag, long_term_reference_flag.
		bits.write(0, type === ALL_I ? 2 : 3);
		bits.se(0); // slice_qp_delta: FIRST_QUANTISER as in the PPS
		bits.ue(1); // disable_deblocking_filter_idc
	}
}
