import type { Coding } from './marker.ts';

/** Why something that begins like a JPEG is none that can be shown. */
export type JpegFault = Coding | 'precision' | 'no-frame-header' | 'no-size' | 'no-scan' | 'no-marker' | 'cut-off';

const WORDS: Readonly<Record<JpegFault, string>> = {
	arithmetic: 'use arithmetic coding, which no browser shows; set the camera to baseline JPEG',
	lossless: 'are lossless JPEG, which no browser shows; set the camera to baseline JPEG',
	hierarchical: 'are hierarchical JPEG, which no browser shows; set the camera to baseline JPEG',
	precision: 'do not have 8 bits a sample, and browsers show no others; set the camera to 8 bits',
	'no-frame-header': 'have no frame header (SOF)',
	'no-size': 'say that their width or height is 0',
	'no-scan': 'have a header and no picture data (SOS)',
	'no-marker': 'have damaged headers: no marker where one must be',
	'cut-off': 'were cut off before their end',
};

/** What is wrong with `count` pictures, for their owner: goes on where "N pictures" ends. */
export function faultWords(fault: JpegFault, count: number): string {
	const words = WORDS[fault];
	return count === 1 ? `1 picture: such pictures ${words}` : `${count} pictures ${words}`;
}
