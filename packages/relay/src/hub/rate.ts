import type { Micros } from '@oriel/base';

const WINDOW: Micros = 2_000_000;

interface Entry {
	readonly at: Micros;
	readonly bytes: number;
}

/** Pictures and bytes a second over the last two seconds. */
export class Rate {
	#entries: Entry[] = [];
	#bytes = 0;

	add(at: Micros, bytes: number): void {
		this.#entries.push({ at, bytes });
		this.#bytes += bytes;
		this.#forget(at);
	}

	/** Pictures a second. */
	framesPerSecond(now: Micros): number {
		this.#forget(now);
		return this.#entries.length / (WINDOW / 1_000_000);
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
			old++;
		}
		if (old > 0) this.#entries.splice(0, old);
	}
}
