import type { Micros } from '@oriel/base';

const WINDOW: Micros = 2_000_000;
/** Pictures that come closer together count as one entry, so that a flood of them costs no memory: at most 400 entries. */
const RESOLUTION: Micros = 5000;

interface Entry {
	readonly at: Micros;
	bytes: number;
	frames: number;
}

/** Pictures and bytes a second over the last two seconds. */
export class Rate {
	#entries: Entry[] = [];
	#bytes = 0;
	#frames = 0;

	add(at: Micros, bytes: number): void {
		const last = this.#entries.at(-1);
		if (last && at - last.at < RESOLUTION) {
			last.bytes += bytes;
			last.frames++;
		} else this.#entries.push({ at, bytes, frames: 1 });
		this.#bytes += bytes;
		this.#frames++;
		this.#forget(at);
	}

	/** Pictures a second. */
	framesPerSecond(now: Micros): number {
		this.#forget(now);
		return this.#frames / (WINDOW / 1_000_000);
	}

	/** Bits a second. */
	bitsPerSecond(now: Micros): number {
		this.#forget(now);
		return (this.#bytes * 8) / (WINDOW / 1_000_000);
	}

	#forget(now: Micros): void {
		let old = 0;
		for (const entry of this.#entries) {
			if (entry.at > now - WINDOW) break;
			this.#bytes -= entry.bytes;
			this.#frames -= entry.frames;
			old++;
		}
		if (old > 0) this.#entries.splice(0, old);
	}
}
