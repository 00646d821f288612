import { micros } from '@oriel/base';
import { FlvReader as TagReader } from '../flv/read.ts';
import { TagClock } from '../flv/tag-clock.ts';
import type { Reader, ReadFrame } from './reader.ts';
import { UnitReader } from './unit-reader.ts';

/** H.264 in FLV, as `ffmpeg -f flv` writes it: every picture says how long it is. */
export class FlvReader implements Reader {
	readonly hasPicture = false;
	readonly earlyFlushes = 0;
	readonly skippedBytes = 0;
	readonly #tags: TagReader;
	readonly #units = new UnitReader();
	readonly #clock = new TagClock();

	constructor(limits: { readonly maxBytes: number }) {
		this.#tags = new TagReader(limits);
	}

	get pendingBytes(): number {
		return this.#tags.pendingBytes;
	}

	get brokenPictures(): number {
		return this.#units.withheld;
	}

	get reorders(): boolean {
		return this.#units.reorders;
	}

	push(chunk: Uint8Array): ReadFrame[] {
		return this.#tags.push(chunk).flatMap(({ unit, timestampMs }) => {
			const stamp = micros(this.#clock.unwrap(timestampMs));
			return this.#units.read([unit]).map((frame) => ({ ...frame, stamp }));
		});
	}

	flush(): ReadFrame[] {
		return [];
	}
}
