import { AccessUnitAssembler } from '../h264/assemble.ts';
import type { Reader, ReadFrame } from './reader.ts';
import { UnitReader } from './unit-reader.ts';

/** A bare H.264 byte stream, as capture programs write it to a pipe. */
export class AnnexBReader implements Reader {
	readonly #assembler: AccessUnitAssembler;
	readonly #units = new UnitReader();

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

	get skippedBytes(): number {
		return this.#assembler.skippedBytes;
	}

	get brokenPictures(): number {
		return this.#units.withheld;
	}

	get reorders(): boolean {
		return this.#units.reorders;
	}

	push(chunk: Uint8Array): ReadFrame[] {
		return this.#units.read(this.#assembler.push(chunk));
	}

	flush(): ReadFrame[] {
		return this.#units.read(this.#assembler.flush());
	}
}
