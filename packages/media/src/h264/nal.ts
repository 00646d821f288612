/** The kinds of NAL units that Oriel passes on, by name (ISO/IEC 14496-10, table 7-1), and the one that only divides. */
export const NAL = {
	slice: 1,
	partitionA: 2,
	partitionB: 3,
	partitionC: 4,
	idr: 5,
	sei: 6,
	sps: 7,
	pps: 8,
	delimiter: 9,
	endOfSequence: 10,
	endOfStream: 11,
} as const;

/** slice_type modulo 5 (table 7-6). */
export const SLICE = { p: 0, b: 1, i: 2, sp: 3, si: 4 } as const;

/**
 * More NAL units than any encoder makes of a picture. Each costs much more memory than the 4 bytes that it takes to send.
 */
export const MAX_NALS = 4096;

const NAMES = [
	'unspecified',
	'slice',
	'slice data partition A',
	'slice data partition B',
	'slice data partition C',
	'IDR slice',
	'SEI',
	'SPS',
	'PPS',
	'access unit delimiter',
	'end of sequence',
	'end of stream',
	'filler data',
];

/**
 * nal_unit_type (7.3.1). The bits above it say how dear the unit is and differ between encoders: the SPS of a Raspberry
 * Pi begins with 27, that of x264 with 67. 0 for a unit without bytes.
 */
export function nalType(nal: Uint8Array): number {
	return (nal[0] ?? 0) & 0x1f;
}

/** What a nal_unit_type is called, for people. */
export function nalName(type: number): string {
	return NAMES[type] ?? `NAL unit type ${type}`;
}

/** forbidden_zero_bit (7.4.1): the sender itself marks the unit as damaged. */
export function isForbidden(nal: Uint8Array): boolean {
	return ((nal[0] ?? 0) & 0x80) !== 0;
}

/** Whether units of this type carry a part of the picture itself. */
export function isSlice(type: number): boolean {
	return type >= NAL.slice && type <= NAL.idr;
}

/** first_mb_in_slice is 0 (7.3.3), which is a single 1 behind the header. Two bytes of the unit are enough to tell. */
export function startsPicture(nal: Uint8Array): boolean {
	const type = nalType(nal);
	const hasSliceHeader = type === NAL.slice || type === NAL.partitionA || type === NAL.idr;
	return hasSliceHeader && ((nal[1] ?? 0) & 0x80) !== 0;
}

/**
 * Whether a picture that has begun is over when this unit begins (7.4.1.2.3). The length of the start code says
 * nothing: x264 puts 3 bytes within a picture, a Raspberry Pi 4 everywhere. Two bytes of the unit are enough to tell.
 */
export function startsAccessUnit(nal: Uint8Array): boolean {
	if (isForbidden(nal)) return false;
	const type = nalType(nal);
	// 14 is left out: it comes before every single slice of a scalable stream.
	return (type >= NAL.sei && type <= NAL.delimiter) || (type >= 15 && type <= 18) || startsPicture(nal);
}
