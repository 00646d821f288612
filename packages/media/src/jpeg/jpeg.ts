/** One whole JPEG picture, from its SOI to its EOI, and what its header says. */
export interface Jpeg {
	readonly bytes: Uint8Array;
	/** In pixels, from the frame header. */
	readonly width: number;
	readonly height: number;
	/** False for pictures of many USB cameras, which leave the standard tables out: see `withHuffmanTables`. */
	readonly hasHuffmanTables: boolean;
}
