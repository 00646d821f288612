import type { AccessUnit } from '../h264/access-unit.ts';
import { AccessUnitAssembler } from '../h264/assemble.ts';
import type { ParsedUnit, Reader } from './reader.ts';
import { sizeWords } from './size-words.ts';
import { UnitReader } from './unit-reader.ts';

/** So many bytes without a part of a picture are worth a word. */
const ENOUGH_BYTES = 65_536;

/** A bare H.264 byte stream, as capture programs write it to a pipe. */
export class AnnexBReader implements Reader {
	readonly #assembler: AccessUnitAssembler;
	readonly #units = new UnitReader();
	/** Since the newest picture or the beginning of one. */
	#bytes = 0;

	constructor(limits: { readonly maxBytes: number }) {
		this.#assembler = new AccessUnitAssembler(limits);
	}

	get hasPicture(): boolean {
		return this.#assembler.hasPicture;
	}

	get earlyFlushes(): number {
		return this.#assembler.tornPictures;
	}

	get pendingBytes(): number {
		return this.#assembler.pendingBytes;
	}

	get heldBytes(): number {
		return this.#assembler.heldBytes + this.#units.heldBytes;
	}

	get skippedBytes(): number {
		return this.#assembler.skippedBytes;
	}

	get brokenPictures(): number {
		return this.#units.withheld;
	}

	get reorders(): boolean {
		return this.#units.reorders;
	}

	get problem(): string | undefined {
		if (this.#units.problem !== undefined || this.#bytes < ENOUGH_BYTES) return this.#units.problem;
		return `${sizeWords(this.#bytes)} came and no picture of H.264 in it: no NAL unit is part of one.`;
	}

	push(chunk: Uint8Array): ParsedUnit[] {
		return this.#read(this.#assembler.push(chunk), chunk.length);
	}

	flush(): ParsedUnit[] {
		return this.#read(this.#assembler.flush(), 0);
	}

	/** `bytes` have come, beside an unfinished picture, and these units. */
	#read(units: readonly AccessUnit[], bytes: number): ParsedUnit[] {
		this.#bytes = units.length > 0 || this.hasPicture ? 0 : this.#bytes + bytes;
		return this.#units.read(units);
	}
}
