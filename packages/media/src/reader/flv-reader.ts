import { micros } from '@oriel/base';
import { FlvReader as TagReader } from '../flv/read.ts';
import { findFlv } from '../sniff/sniff.ts';
import type { ParsedUnit, Reader } from './reader.ts';
import { UnitReader } from './unit-reader.ts';
import { WrappingTime } from './wrapping-time.ts';

/** No encoder holds a picture back for longer: such an offset is damage. */
const MAX_COMPOSITION_MS = 10_000;

/** H.264 in FLV, as `ffmpeg -f flv` writes it: every picture says how long it is. */
export class FlvReader implements Reader {
	readonly hasPicture = false;
	readonly earlyFlushes = 0;
	readonly #tags: TagReader;
	readonly #units = new UnitReader();
	readonly #clock = new WrappingTime();
	#isBegun = false;
	#skippedBytes = 0;
	#hasComposition = false;

	constructor(limits: { readonly maxBytes: number }) {
		this.#tags = new TagReader(limits);
	}

	/** What stood before the header. */
	get skippedBytes(): number {
		return this.#skippedBytes;
	}

	get pendingBytes(): number {
		return this.#tags.pendingBytes;
	}

	get heldBytes(): number {
		return this.#tags.heldBytes + this.#units.heldBytes;
	}

	get brokenPictures(): number {
		return this.#units.withheld + this.#tags.lostPictures;
	}

	get problem(): string | undefined {
		return this.#units.problem ?? this.#tags.damage;
	}

	get reorders(): boolean {
		return this.#units.reorders;
	}

	push(chunk: Uint8Array): ParsedUnit[] {
		return this.#tags
			.push(this.#isBegun ? chunk : this.#begin(chunk))
			.flatMap(({ unit, timestampMs, compositionMs }) => {
				const stamp = micros(this.#clock.unwrap(timestampMs));
				const offset = this.#offsetOf(compositionMs);
				return this.#units.read([unit]).map((frame) => ({ ...frame, stamp, ...offset }));
			});
	}

	flush(): ParsedUnit[] {
		return [];
	}

	/** Programs print lines before their stream; the first chunk is all that was looked at to recognise it. */
	#begin(chunk: Uint8Array): Uint8Array {
		this.#isBegun = true;
		this.#skippedBytes = findFlv(chunk) ?? 0;
		return chunk.subarray(this.#skippedBytes);
	}

	/** Some muxers write 0 for all pictures: then their order tells when each is shown. */
	#offsetOf(compositionMs: number): Pick<ParsedUnit, 'presentationOffset'> {
		const isSane = Math.abs(compositionMs) <= MAX_COMPOSITION_MS;
		this.#hasComposition ||= isSane && compositionMs !== 0;
		return this.#hasComposition ? { presentationOffset: micros(isSane ? compositionMs : 0) } : {};
	}
}
