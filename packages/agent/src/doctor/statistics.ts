import { type Micros, millis } from '@oriel/base';
import { type Format, nalType, nalUnitsOf } from '@oriel/media';
import type { MediaUnit } from '../capture/source.ts';

/** What a stream is like, in numbers; never a picture of it. */
export interface StreamFacts {
	readonly format: Format;
	readonly pictures: number;
	readonly keys: number;
	/** Pictures from one key frame to the next, the longest run; undefined where there was only one key frame. */
	readonly keyDistance: number | undefined;
	/** Of one picture, in bytes. */
	readonly bytes: { readonly smallest: number; readonly mean: number; readonly largest: number };
	/** From the first picture to the last. */
	readonly seconds: number;
	readonly picturesPerSecond: number;
	readonly bitsPerSecond: number;
	/** Longest wait between two pictures. */
	readonly longestGapMs: number;
	/** How many NAL units of each type (ISO/IEC 14496-10 table 7-1) came; empty for JPEG. */
	readonly nalUnits: Readonly<Record<number, number>>;
}

/** Measures a stream as it comes. */
export class StreamStatistics {
	#format: Format | undefined;
	#pictures = 0;
	#keys = 0;
	#keyAt = 0;
	#keyDistance: number | undefined;
	#bytes = 0;
	#smallest = Number.POSITIVE_INFINITY;
	#largest = 0;
	#firstAt: Micros = 0;
	#lastAt: Micros = 0;
	#longestGap: Micros = 0;
	#firstBytes = 0;
	readonly #nalUnits: Record<number, number> = {};

	/** One picture, which came at `now`. */
	add({ key, data, format }: MediaUnit, now: Micros): void {
		if (this.#pictures === 0) this.#begin(format, data.length, now);
		if (key) this.#key();
		this.#longestGap = Math.max(this.#longestGap, now - this.#lastAt);
		this.#lastAt = now;
		this.#pictures++;
		this.#bytes += data.length;
		this.#smallest = Math.min(this.#smallest, data.length);
		this.#largest = Math.max(this.#largest, data.length);
		if (format.codec !== 'h264') return;
		for (const nal of nalUnitsOf(data)) this.#nalUnits[nalType(nal)] = (this.#nalUnits[nalType(nal)] ?? 0) + 1;
	}

	/** Undefined if nothing came. */
	get facts(): StreamFacts | undefined {
		if (!this.#format) return undefined;
		const seconds = (this.#lastAt - this.#firstAt) / 1e6;
		// The first picture has no interval before it.
		const per = (amount: number) => (seconds > 0 ? amount / seconds : 0);
		return {
			format: this.#format,
			pictures: this.#pictures,
			keys: this.#keys,
			keyDistance: this.#keyDistance,
			bytes: {
				smallest: this.#smallest,
				mean: Math.round(this.#bytes / this.#pictures),
				largest: this.#largest,
			},
			seconds,
			picturesPerSecond: per(this.#pictures - 1),
			bitsPerSecond: Math.round(per((this.#bytes - this.#firstBytes) * 8)),
			longestGapMs: Math.round(millis(this.#longestGap)),
			nalUnits: { ...this.#nalUnits },
		};
	}

	#begin(format: Format, bytes: number, now: Micros): void {
		this.#format = format;
		this.#firstAt = this.#lastAt = now;
		this.#firstBytes = bytes;
	}

	#key(): void {
		if (this.#keys > 0) this.#keyDistance = Math.max(this.#keyDistance ?? 0, this.#pictures - this.#keyAt);
		this.#keyAt = this.#pictures;
		this.#keys++;
	}
}
