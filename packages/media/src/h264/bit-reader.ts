import { MediaError } from '../errors/media-error.ts';

/** What is read, by the code of the errors about it. */
const NAMES = { 'bad-sps': 'SPS', 'bad-pps': 'PPS', 'bad-slice': 'slice header' } as const;

/**
 * Reads the fields of a NAL unit behind its header byte (ISO/IEC 14496-10 7.2, 9.1). Every read names its field, so that
 * the MediaError about a unit that ends too early, or says what cannot be, tells where.
 */
export class BitReader {
	readonly #bytes: Uint8Array;
	readonly #code: keyof typeof NAMES;
	#at = 0;

	/** `code` is that of the errors it throws. */
	constructor(nal: Uint8Array, code: keyof typeof NAMES) {
		this.#bytes = withoutEmulationPrevention(nal.subarray(1));
		this.#code = code;
	}

	/** u(n), n up to 32. */
	bits(field: string, count: number): number {
		if (this.#at + count > this.#bytes.length * 8) throw this.error(`ends within ${field}`);
		let value = 0;
		for (let left = count; left > 0; ) {
			const offset = this.#at & 7;
			const taken = Math.min(left, 8 - offset);
			const byte = this.#bytes[this.#at >> 3] ?? 0;
			value = value * 2 ** taken + ((byte >> (8 - offset - taken)) & (2 ** taken - 1));
			this.#at += taken;
			left -= taken;
		}
		return value;
	}

	/** u(1) */
	flag(field: string): boolean {
		return this.bits(field, 1) === 1;
	}

	/** ue(v), which must not be over `max`. */
	ue(field: string, max = 0xffff_fffe): number {
		let zeros = 0;
		while (this.#at < this.#bytes.length * 8 && this.#bitAt(this.#at) === 0) {
			this.#at++;
			if (++zeros > 31) throw this.error(`has a number of more than 32 bits in ${field}`);
		}
		this.bits(field, 1);
		const value = 2 ** zeros - 1 + this.bits(field, zeros);
		if (value > max) throw this.error(`says ${value} in ${field}, where at most ${max} can be`);
		return value;
	}

	/** se(v) */
	se(field: string): number {
		const value = this.ue(field);
		// Not -0, which would be another number to a test.
		return value % 2 === 0 ? 0 - value / 2 : (value + 1) / 2;
	}

	/** Whether a bit that is set is left: every unit ends with one behind its fields (rbsp_stop_one_bit), unless it was cut. */
	get hasEnd(): boolean {
		for (let at = this.#at; at < this.#bytes.length * 8; at++) if (this.#bitAt(at) === 1) return true;
		return false;
	}

	/** more_rbsp_data (7.2): whether there are fields before the bit that ends the unit. */
	get hasMore(): boolean {
		let last = this.#bytes.length * 8 - 1;
		while (last > this.#at && this.#bitAt(last) === 0) last--;
		return last > this.#at;
	}

	/** An error about this unit: `problem` goes on where "The SPS" ends. */
	error(problem: string): MediaError {
		return new MediaError(this.#code, `The ${NAMES[this.#code]} of the stream ${problem}.`);
	}

	#bitAt(at: number): number {
		return ((this.#bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
	}
}

/** emulation_prevention_three_byte (7.4.1): a 03 behind two zeros was put in by the encoder. */
function withoutEmulationPrevention(bytes: Uint8Array): Uint8Array {
	let at = bytes.indexOf(3, 2);
	while (at >= 0 && (bytes[at - 1] !== 0 || bytes[at - 2] !== 0)) at = bytes.indexOf(3, at + 1);
	if (at < 0) return bytes;
	const plain = new Uint8Array(bytes.length);
	plain.set(bytes.subarray(0, at));
	let length = at;
	let zeros = 0;
	for (at++; at < bytes.length; at++) {
		const byte = bytes[at] ?? 0;
		if (zeros >= 2 && byte === 3) zeros = 0;
		else {
			zeros = byte === 0 ? zeros + 1 : 0;
			plain[length++] = byte;
		}
	}
	return plain.subarray(0, length);
}
