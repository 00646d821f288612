import { concat, viewOf } from '@oriel/base';
import { MediaError } from '../errors/media-error.ts';
import { annexBOf, nalUnitsOf } from './annexb.ts';
import { MAX_NALS, NAL, nalType } from './nal.ts';
import { parseSps } from './sps.ts';

/** How MP4, FLV and Matroska carry parameter sets: AVCDecoderConfigurationRecord (ISO/IEC 14496-15 5.3.3.1). */
export interface Avcc {
	/** How many bytes the length before each NAL unit has. */
	readonly lengthBytes: 1 | 2 | 4;
	readonly sps: readonly Uint8Array[];
	readonly pps: readonly Uint8Array[];
}

/** The profiles whose record ends with the chroma format (5.3.3.1.2). */
const PROFILES_WITH_CHROMA = new Set([100, 110, 122, 144]);
const LENGTH_BYTES = 4;

/** Reads an `avcC`. Throws MediaError 'bad-avcc'. The sets share memory with the argument. */
export function parseAvcc(record: Uint8Array): Avcc {
	const lengthBytes = ((record[4] ?? 0) & 3) + 1;
	if (record.length < 7) throw bad(`has ${record.length} bytes, and 7 are the least`);
	if (record[0] !== 1) throw bad(`is of version ${record[0]}, not of 1`);
	if (lengthBytes === 3) throw bad('says that lengths have 3 bytes, where 1, 2 and 4 can be');
	const { sets: sps, end } = readSets(record, 6, (record[5] ?? 0) & 0x1f);
	const { sets: pps } = readSets(record, end + 1, record[end] ?? 0);
	return { lengthBytes: lengthBytes === 4 ? 4 : lengthBytes === 2 ? 2 : 1, sps, pps };
}

/** An `avcC` for lengths of 4 bytes. Throws MediaError 'bad-sps' or, if there is no SPS or a set is too long, 'bad-avcc'. */
export function buildAvcc(sps: readonly Uint8Array[], pps: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const [first] = sps;
	if (!first) throw bad('needs an SPS');
	if (sps.length > 31 || pps.length > 255) throw bad(`cannot hold ${sps.length} SPS and ${pps.length} PPS`);
	const { profileIdc, constraintFlags, levelIdc, chromaFormatIdc, bitDepthLuma, bitDepthChroma } = parseSps(first);
	const head = Uint8Array.of(1, profileIdc, constraintFlags, levelIdc, 0xfc | (LENGTH_BYTES - 1), 0xe0 | sps.length);
	const chroma = [0xfc | chromaFormatIdc, 0xf8 | (bitDepthLuma - 8), 0xf8 | (bitDepthChroma - 8), 0];
	const tail = Uint8Array.from(PROFILES_WITH_CHROMA.has(profileIdc) ? chroma : []);
	return concat([head, ...sps.map(withLength), Uint8Array.of(pps.length), ...pps.map(withLength), tail]);
}

/** The NAL units of Annex B bytes, each behind its length in 4 bytes. */
export function toLengthPrefixed(annexB: Uint8Array): Uint8Array<ArrayBuffer> {
	return lengthPrefixed(nalUnitsOf(annexB));
}

/**
 * The NAL units that go into an MP4 sample of an `avc1` track: all but the parameter sets, which are in its `avcC`
 * (14496-15 5.4.2). They share memory with the argument.
 */
export function mp4NalUnits(annexB: Uint8Array): Uint8Array[] {
	return nalUnitsOf(annexB).filter((nal) => nalType(nal) !== NAL.sps && nalType(nal) !== NAL.pps);
}

/** The inverse of `toLengthPrefixed`. Throws MediaError 'bad-avcc' if a length reaches beyond the end. */
export function toAnnexB(sample: Uint8Array, lengthBytes: Avcc['lengthBytes'] = LENGTH_BYTES): Uint8Array<ArrayBuffer> {
	return annexBOf(nalUnitsIn(sample, lengthBytes));
}

/**
 * The NAL units of a sample. They share memory with it. Throws MediaError 'bad-avcc' if a length
 * reaches too far, 'picture-too-large' if there are more than MAX_NALS.
 */
export function nalUnitsIn(sample: Uint8Array, lengthBytes: Avcc['lengthBytes']): Uint8Array[] {
	const nals: Uint8Array[] = [];
	let at = 0;
	while (at < sample.length) {
		let length = 0;
		for (const byte of sample.subarray(at, at + lengthBytes)) length = length * 256 + byte;
		const from = at + lengthBytes;
		at = from + length;
		if (at > sample.length) {
			const problem = `A NAL unit of ${length} bytes at ${from} reaches beyond the ${sample.length} bytes of its sample.`;
			throw new MediaError('bad-avcc', problem);
		}
		if (length > 0) nals.push(sample.subarray(from, at));
		if (nals.length > MAX_NALS) {
			throw new MediaError('picture-too-large', `A sample has more than the ${MAX_NALS} NAL units allowed.`);
		}
	}
	return nals;
}

function lengthPrefixed(nals: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const sample = new Uint8Array(nals.reduce((sum, nal) => sum + LENGTH_BYTES + nal.length, 0));
	const view = viewOf(sample);
	let at = 0;
	for (const nal of nals) {
		view.setUint32(at, nal.length);
		sample.set(nal, at + LENGTH_BYTES);
		at += LENGTH_BYTES + nal.length;
	}
	return sample;
}

function readSets(record: Uint8Array, from: number, count: number) {
	const sets: Uint8Array[] = [];
	let at = from;
	for (let index = 0; index < count; index++) {
		const length = ((record[at] ?? 0) << 8) | (record[at + 1] ?? 0);
		sets.push(record.subarray(at + 2, at + 2 + length));
		at += 2 + length;
	}
	// A record that ends before the number of its PPS has none, which some muxers mean so.
	if (at > record.length) throw bad(`ends within a parameter set: ${record.length} bytes of ${at}`);
	return { sets: sets.filter((set) => set.length > 0), end: at };
}

function withLength(set: Uint8Array): Uint8Array {
	if (set.length > 0xffff) throw bad(`cannot hold a parameter set of ${set.length} bytes`);
	return concat([Uint8Array.of(set.length >> 8, set.length & 0xff), set]);
}

function bad(problem: string): MediaError {
	return new MediaError('bad-avcc', `The avcC of the stream ${problem}.`);
}
