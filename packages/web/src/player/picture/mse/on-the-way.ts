import { type Micros, micros } from '@oriel/base';
import type { Picture } from '../../connection/picture.ts';

/** A picture that the browser has and has not shown for so long is acknowledged, so that the relay does not wait. */
const OVERDUE = micros(250);
/** More would not be shown one by one anyway. */
const MAX_KEPT = 600;

interface Entry {
	readonly picture: Picture;
	/** In the media. */
	readonly from: Micros;
	readonly appendedAt: Micros;
}

/** Pictures that are in the browser's buffer and not on the screen yet, in the order of showing. */
export class OnTheWay {
	#entries: Entry[] = [];

	add(picture: Picture, from: Micros, now: Micros): void {
		let at = this.#entries.length;
		while (at > 0 && (this.#entries[at - 1]?.from ?? 0) > from) at--;
		this.#entries.splice(at, 0, { picture, from, appendedAt: now });
		if (this.#entries.length > MAX_KEPT) this.#entries.shift()?.picture.acknowledge(undefined);
	}

	/** The picture that is on the screen when the media is at `time`; it and all before it are gone from here. */
	shownAt(time: Micros): Picture | undefined {
		const later = this.#entries.findIndex(({ from }) => from > time);
		const shown = this.#entries.splice(0, later === -1 ? this.#entries.length : later);
		return shown.at(-1)?.picture;
	}

	/** Acknowledges those that have not been shown in time. They may still be. */
	acknowledgeOverdue(now: Micros): void {
		const overdue = this.#entries.filter(({ appendedAt }) => now - appendedAt > OVERDUE);
		newestOf(overdue)?.picture.acknowledge(undefined);
	}

	/** None of them will be shown. */
	clear(): void {
		newestOf(this.#entries)?.picture.acknowledge(undefined);
		this.#entries = [];
	}
}

/** The one that came last. */
function newestOf(entries: readonly Entry[]): Entry | undefined {
	const later = (a: Entry, b: Entry) => (((b.picture.sequence - a.picture.sequence) | 0) > 0 ? b : a);
	return entries.length === 0 ? undefined : entries.reduce(later);
}
