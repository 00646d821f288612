import { CHROMINANCE_AC, CHROMINANCE_DC, type HuffmanTable, LUMINANCE_AC, LUMINANCE_DC } from '../huffman-tables.ts';
import { HuffmanDecoder, isSound } from './huffman-decoder.ts';

interface Slot {
	readonly table: HuffmanTable;
	/** Made when it is first needed: a file may define a table a thousand times and use none. */
	decoder?: HuffmanDecoder;
}

/** The tables that a picture has defined so far. Those of Annex K are there from the start: many USB cameras send none. */
export class Tables {
	/** Restart interval in MCUs; 0: there are no restart markers. */
	restartInterval = 0;
	readonly #dcQuantizers = new Map<number, number>();
	readonly #huffman = new Map<number, Slot>();

	constructor() {
		for (const table of [LUMINANCE_DC, CHROMINANCE_DC, LUMINANCE_AC, CHROMINANCE_AC])
			this.#huffman.set(table.id, { table });
	}

	/** The divisor of the DC coefficients in quantization table `id`; undefined if there is no such table. */
	dcQuantizer(id: number): number | undefined {
		return this.#dcQuantizers.get(id);
	}

	/** The decoder for table `id` (Tc and Th as DHT has them); undefined if there is no such table. */
	decoder(id: number): HuffmanDecoder | undefined {
		const slot = this.#huffman.get(id);
		if (slot) slot.decoder ??= new HuffmanDecoder(slot.table);
		return slot?.decoder;
	}

	/** Body of a DQT (B.2.4.1). Of 64 divisors only the first is kept. False if it is broken. */
	readQuantization(body: Uint8Array): boolean {
		let at = 0;
		while (at < body.length) {
			const head = body[at] ?? 0;
			const isWide = head >> 4 === 1;
			const size = isWide ? 129 : 65;
			if (head >> 4 > 1 || at + size > body.length) return false;
			const first = body[at + 1] ?? 0;
			this.#dcQuantizers.set(head & 15, isWide ? first * 256 + (body[at + 2] ?? 0) : first);
			at += size;
		}
		return true;
	}

	/** Body of a DHT (B.2.4.2). False if it is broken. */
	readHuffman(body: Uint8Array): boolean {
		let at = 0;
		while (at < body.length) {
			const counts = Array.from(body.subarray(at + 1, at + 17));
			const size = 17 + counts.reduce((sum, count) => sum + count, 0);
			const table = { id: body[at] ?? 0, counts, values: Array.from(body.subarray(at + 17, at + size)) };
			if (at + size > body.length || !isSound(table)) return false;
			this.#huffman.set(table.id, { table });
			at += size;
		}
		return true;
	}
}
