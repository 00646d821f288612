import { type Micros, micros } from '@oriel/base';
import type { BandwidthReport } from '@oriel/protocol';
import type { Carries } from './feed.ts';

/** Told no more often than this: numbers that change faster cannot be read. */
export const TELL_EVERY: Micros = micros(2000);
/** Who is behind for less time need not know, and who is not for less time is still as good as behind. */
const LASTS: Micros = micros(2000);

/** How much of each second's rate is new: the estimate swings with each frame, and a number on the page must not. */
const NEW = 0.25;

/** Decides what a viewer is told of what its connection carries, and when. */
export class BandwidthReporter {
	/** Since when it has been behind, or not, without a break. */
	#since: { readonly isBehind: boolean; readonly at: Micros } | undefined;
	#toldAt: Micros | undefined;
	/** What the connection carries, averaged. */
	#rate: number | undefined;

	/** What to tell now, asked once a second; undefined: nothing. `measured` is undefined while nothing is known, or no pictures are to come. */
	next(measured: Carries | undefined, now: Micros): BandwidthReport | undefined {
		const isBehind = measured?.isBehind === true;
		if (this.#since?.isBehind !== isBehind) {
			this.#since = { isBehind, at: now };
			// What the connection carried before has no part in what it carries now.
			this.#rate = undefined;
		}
		const carries = this.#averaged(measured);
		const lasted = now - this.#since.at;
		if (carries?.isBehind) return this.#behind(carries, lasted, now);
		if (this.#toldAt === undefined || (carries && lasted < LASTS)) return undefined;
		this.#toldAt = undefined;
		return carry(carries, 'all');
	}

	#averaged(carries: Carries | undefined): Carries | undefined {
		if (!carries) this.#rate = undefined;
		else this.#rate = (this.#rate ?? carries.bitsPerSecond) * (1 - NEW) + carries.bitsPerSecond * NEW;
		return carries && { ...carries, bitsPerSecond: this.#rate ?? carries.bitsPerSecond };
	}

	#behind(carries: Carries, lasted: Micros, now: Micros): BandwidthReport | undefined {
		const isNew = this.#toldAt === undefined && lasted >= LASTS;
		const isDue = this.#toldAt !== undefined && now - this.#toldAt >= TELL_EVERY;
		if (!isNew && !isDue) return undefined;
		this.#toldAt = now;
		return carry(carries, carries.isKeysOnly ? 'key-frames' : 'fewer');
	}
}

function carry(carries: Carries | undefined, offers: BandwidthReport['offers']): BandwidthReport {
	const { bitsPerSecond = 0, neededBitsPerSecond = 0 } = carries ?? {};
	const [carried, needed] = [Math.round(bitsPerSecond), Math.round(neededBitsPerSecond)];
	return { bitsPerSecond: carried, neededBitsPerSecond: needed, offers };
}
