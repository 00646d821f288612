import { ascii } from '@oriel/base';
import { box, fullBox, u16, u32, u64, zeros } from './box.ts';

/** The only track there is. */
const TRACK_ID = 1;
/** 1.0 as 16.16 fixed point. */
const ONE = 0x1_0000;
/** Matrix of mvhd and tkhd that changes nothing (ISO/IEC 14496-12 8.2.2.2). */
const IDENTITY = [ONE, 0, 0, 0, ONE, 0, 0, 0, 0x4000_0000].flatMap(u32);
const LANGUAGE_UNDETERMINED = 0x55c4;

/** sample_depends_on, sample_is_depended_on and sample_is_non_sync_sample (8.8.3.1). */
export const KEY_SAMPLE = 0x0200_0000;
export const DELTA_SAMPLE = 0x0101_0000;

/** 4.3: File Type Box. */
export const ftyp = () => box('ftyp', ascii('iso6'), u32(0), ascii('iso6avc1mp41'));

/** 8.2.1: Movie Box. */
export const moov = (...boxes: readonly Uint8Array[]) => box('moov', ...boxes);

/** 8.2.2: Movie Header Box, version 0: created never, of unknown length, played at speed and volume 1. */
export const mvhd = (timescale: number) =>
	fullBox('mvhd', 0, 0, zeros(8), u32(timescale), u32(0), u32(ONE), u16(0x100), zeros(10), IDENTITY, zeros(24), u32(2));

/** 8.3.1: Track Box. */
export const trak = (...boxes: readonly Uint8Array[]) => box('trak', ...boxes);

/** 8.3.2: Track Header Box, version 0, 92 bytes with its header: enabled, in the movie; the size is 16.16. */
export const tkhd = (width: number, height: number) =>
	fullBox('tkhd', 0, 3, zeros(8), u32(TRACK_ID), zeros(8), zeros(16), IDENTITY, u32(width * ONE), u32(height * ONE));

/** 8.6.5 and 8.6.6: the file begins with what is at `start` in the track, in its timescale, and goes on to its end. */
export const edts = (start: number) => box('edts', fullBox('elst', 0, 0, u32(1), u32(0), u32(start), u32(ONE)));

/** 8.4.1: Media Box. */
export const mdia = (...boxes: readonly Uint8Array[]) => box('mdia', ...boxes);

/** 8.4.2: Media Header Box. */
export const mdhd = (timescale: number) =>
	fullBox('mdhd', 0, 0, zeros(8), u32(timescale), u32(0), u16(LANGUAGE_UNDETERMINED), u16(0));

/** 8.4.3: Handler Reference Box. */
export const hdlr = () => fullBox('hdlr', 0, 0, u32(0), ascii('vide'), zeros(12), [0]);

/** 8.4.4: Media Information Box. */
export const minf = (...boxes: readonly Uint8Array[]) => box('minf', ...boxes);

/** 12.1.2: Video Media Header Box. */
export const vmhd = () => fullBox('vmhd', 0, 1, zeros(8));

/** 8.7.1 and 8.7.2: the data is in this very file. */
export const dinf = () => box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));

/** 8.5.1: Sample Table Box. Of fragments it knows nothing, so all its tables are empty. */
export const stbl = (description: Uint8Array) =>
	box(
		'stbl',
		description,
		fullBox('stts', 0, 0, u32(0)),
		fullBox('stsc', 0, 0, u32(0)),
		fullBox('stsz', 0, 0, zeros(8)),
		fullBox('stco', 0, 0, u32(0)),
	);

/** 8.5.2: Sample Description Box. */
export const stsd = (entry: Uint8Array) => fullBox('stsd', 0, 0, u32(1), entry);

/** 12.1.3 and ISO/IEC 14496-15 5.4.2.1: a picture of this size at 72 dpi, 24 bits deep, one frame a sample. */
export const avc1 = (width: number, height: number, avcC: Uint8Array, ...more: readonly Uint8Array[]) =>
	box(
		'avc1',
		[...zeros(6), ...u16(1), ...zeros(16), ...u16(width), ...u16(height), ...u32(72 * ONE), ...u32(72 * ONE)],
		[...u32(0), ...u16(1), ...zeros(32), ...u16(24), ...u16(0xffff)],
		box('avcC', avcC),
		...more,
	);

/** 12.1.4: Pixel Aspect Ratio Box: how wide a pixel is against its height. */
export const pasp = (across: number, down: number) => box('pasp', u32(across), u32(down));

/** 8.8.1 and 8.8.3: there will be fragments; every default is given again in each of them. */
export const mvex = () => box('mvex', fullBox('trex', 0, 0, u32(TRACK_ID), u32(1), zeros(12)));

/** 8.8.4: Movie Fragment Box. */
export const moof = (...boxes: readonly Uint8Array[]) => box('moof', ...boxes);

/** 8.8.5: Movie Fragment Header Box. */
export const mfhd = (sequence: number) => fullBox('mfhd', 0, 0, u32(sequence));

/** 8.8.6: Track Fragment Box. */
export const traf = (...boxes: readonly Uint8Array[]) => box('traf', ...boxes);

/** 8.8.7: Track Fragment Header Box; 0x020000 is default-base-is-moof, which Media Source Extensions demand. */
export const tfhd = () => fullBox('tfhd', 0, 0x02_0000, u32(TRACK_ID));

/** 8.8.12: Track Fragment Media Decode Time Box, version 1. */
export const tfdt = (decodeTime: number) => fullBox('tfdt', 1, 0, u64(decodeTime));

/**
 * 8.8.8: Track Fragment Run Box, version 1 (offsets may be negative), of one sample of which nothing is said yet: data
 * offset from the first byte of the moof, then duration, size, flags and composition offset, 4 bytes each.
 */
export const trun = () => fullBox('trun', 1, 0x00_0f01, u32(1), zeros(4), zeros(16));
