import { MediaError } from '../errors/media-error.ts';
import { BitReader } from './bit-reader.ts';
import { maxBufferedFrames } from './level.ts';
import type { PixelAspect } from './pixel-aspect.ts';
import { type OrderCoding, PLAIN_CHROMA, readChroma, readOrderCoding, readSize } from './sps-fields.ts';
import { readVui, type Vui } from './vui.ts';

/** What a sequence parameter set says that parsers, muxers and players need. */
export interface Sps {
	readonly id: number;
	readonly profileIdc: number;
	/** constraint_set0_flag (the highest bit) to constraint_set5_flag and two zeros. */
	readonly constraintFlags: number;
	readonly levelIdc: number;
	/** For browsers: `avc1.42C01E` (RFC 6381 3.3). */
	readonly codec: string;
	/** Of the pictures as shown, in pixels: what encoders add to fill macroblocks is cropped. */
	readonly width: number;
	readonly height: number;
	/** Undefined for square pixels, and where the stream does not say. */
	readonly pixelAspect: PixelAspect | undefined;
	/** Of the pictures as they are coded, in pixels: what a decoder needs memory for. Cropping does not make it less. */
	readonly codedPixels: number;
	/** 1 is 4:2:0, the only one that all browsers show. */
	readonly chromaFormatIdc: number;
	readonly separatePlanes: boolean;
	/** Of luma and chroma: 8, or browsers show nothing. */
	readonly bitDepthLuma: number;
	readonly bitDepthChroma: number;
	/** False for interlaced streams. */
	readonly frameMbsOnly: boolean;
	/** log2_max_frame_num: how many bits the number of a frame has. */
	readonly frameNumBits: number;
	/** pic_order_cnt_type: with 2, pictures are shown in the order in which they are sent. */
	readonly pocType: number;
	readonly orderCoding: OrderCoding;
	readonly maxNumRefFrames: number;
	/** How many pictures may be sent before one that is shown earlier: so many a decoder holds back. Inferred as in E.2.1. */
	readonly maxNumReorderFrames: number;
	readonly maxDecFrameBuffering: number;
	/** Samples use 0 to 255, not 16 to 235. */
	readonly fullRange: boolean;
	/** As the camera claims; undefined if it does not. */
	readonly framesPerSecond: number | undefined;
	/** What is wrong with it, though all that a decoder needs is there. */
	readonly damage: string | undefined;
}

/** Those that carry chroma_format_idc and what follows it (7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
/** Those that promise with constraint_set3_flag that no picture refers to another (E.2.1, max_num_reorder_frames). */
const INTRA_PROFILES = new Set([44, 86, 100, 110, 122, 244]);

/**
 * Reads an SPS (ISO/IEC 14496-10 7.3.2.1.1), header byte included. Throws MediaError 'bad-sps' that names the field, but
 * not for what decoders can do without: see `damage`.
 */
export function parseSps(nal: Uint8Array): Sps {
	const read = new BitReader(nal, 'bad-sps');
	const profileIdc = read.bits('profile_idc', 8);
	const constraintFlags = read.bits('constraint_set_flags', 8);
	const levelIdc = read.bits('level_idc', 8);
	const id = read.ue('seq_parameter_set_id', 31);
	const chroma = HIGH_PROFILES.has(profileIdc) ? readChroma(read) : PLAIN_CHROMA;
	const frameNumBits = 4 + read.ue('log2_max_frame_num_minus4', 12);
	const orderCoding = readOrderCoding(read);
	const maxNumRefFrames = read.ue('max_num_ref_frames', 16);
	read.flag('gaps_in_frame_num_value_allowed_flag');
	const { macroblocks, ...size } = readSize(read, chroma);
	const vui = readOptionalVui(read);
	const inferred =
		INTRA_PROFILES.has(profileIdc) && (constraintFlags & 0x10) !== 0 ? 0 : maxBufferedFrames(levelIdc, macroblocks);
	return {
		...{ id, profileIdc, constraintFlags, levelIdc, codec: codecString(nal), ...size },
		...{ frameNumBits, pocType: orderCoding.type, orderCoding, maxNumRefFrames },
		codedPixels: macroblocks * 256,
		pixelAspect: vui.pixelAspect,
		chromaFormatIdc: chroma.formatIdc,
		separatePlanes: chroma.separatePlanes,
		bitDepthLuma: chroma.bitDepthLuma,
		bitDepthChroma: chroma.bitDepthChroma,
		maxNumReorderFrames: orderCoding.type === 2 ? 0 : (vui.maxNumReorderFrames ?? inferred),
		maxDecFrameBuffering: vui.maxDecFrameBuffering ?? inferred,
		fullRange: vui.fullRange ?? false,
		framesPerSecond: vui.framesPerSecond,
		damage: vui.damage,
	};
}

/** `avc1.` and profile, constraints and level of an SPS in hexadecimal (RFC 6381 3.3). */
export function codecString(sps: Uint8Array): string {
	const digits = Array.from(sps.subarray(1, 4), (byte) => byte.toString(16).padStart(2, '0'));
	return `avc1.${digits.join('').toUpperCase()}`;
}

/** Where an SPS was cut behind its size, there is none. */
function readOptionalVui(read: BitReader): Vui {
	try {
		return read.flag('vui_parameters_present_flag') ? readVui(read) : {};
	} catch (thrown) {
		if (!(thrown instanceof MediaError)) throw thrown;
		return { damage: thrown.message };
	}
}
