/** Codes behind an FF that this package knows by name (ISO/IEC 10918-1, table B.1). */
export const MARKER = { dht: 0xc4, soi: 0xd8, eoi: 0xd9, sos: 0xda, dnl: 0xdc } as const;

/** What a frame header says about the coding: only SOF0 to SOF2 are shown by browsers. */
export type Coding = 'arithmetic' | 'lossless' | 'hierarchical';

/** RST0 to RST7 and TEM have no length. */
export function standsAlone(code: number): boolean {
	return code === 0x01 || (code >= 0xd0 && code <= 0xd7);
}

/** SOF0 to SOF2: baseline, extended and progressive Huffman coding. */
export function isFrameHeader(code: number): boolean {
	return code >= 0xc0 && code <= 0xc2;
}

/** The coding that the frame header with this code announces, where no browser shows it. F7 is JPEG-LS. */
export function foreignCoding(code: number): Coding | undefined {
	if (code === 0xc3 || code === 0xf7) return 'lossless';
	if (code >= 0xc5 && code <= 0xc7) return 'hierarchical';
	return (code >= 0xc9 && code <= 0xcb) || (code >= 0xcd && code <= 0xcf) ? 'arithmetic' : undefined;
}
