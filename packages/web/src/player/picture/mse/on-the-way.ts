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

/** Pictures that are in the browser's buffer and not on the screen yet, the oldest first. */
export class OnTheWay {
	#entries: Entry[] = [];

	add(picture: Picture, from: Micros, now: Micros): void {
		this.#entries.push({ picture, from, appendedAt: now });
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
		overdue.at(-1)?.picture.acknowledge(undefined);
	}

	/** None of them will be shown. */
	clear(): void {
		this.#entries.at(-1)?.picture.acknowledge(undefined);
		this.#entries = [];
	}
}
