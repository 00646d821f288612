import { type Micros, micros } from '@oriel/base';
import type { Picture } from '../../connection/picture.ts';
import type { Piece } from './fragment-maker.ts';

/** A picture that the browser has and has not shown for so long is acknowledged, so that the relay does not wait. */
const OVERDUE = micros(250);
/** More would not be shown one by one anyway. */
const MAX_KEPT = 600;

interface Entry {
	readonly piece: Piece;
	readonly appendedAt: Micros;
}

/** What became of the pictures in the browser's buffer. */
export interface Shown {
	/** The picture that is on the screen. */
	readonly picture: Picture;
	/**
	 * The newest that has done its part: where pictures are out of order it may be one that is shown later, and could not
	 * be yet. Whoever waited for that would take the encoder's delay for one of the path.
	 */
	readonly settled: Picture;
}

/** Pictures that are in the browser's buffer and not on the screen yet, in the order in which they came. */
export class OnTheWay {
	#entries: Entry[] = [];

	add(piece: Piece, now: Micros): void {
		this.#entries.push({ piece, appendedAt: now });
		if (this.#entries.length > MAX_KEPT) this.#entries.shift()?.piece.picture.acknowledge(undefined);
	}

	/** What is on the screen when the media is at `time`; all that is not shown later is gone from here. */
	shownAt(time: Micros): Shown | undefined {
		const pieces = this.#entries.map(({ piece }) => piece);
		const past = pieces.filter(({ from }) => from <= time);
		const [first] = past;
		if (!first) return undefined;
		const settled = pieces.filter(({ playable }) => playable <= time).at(-1) ?? first;
		this.#entries = this.#entries.filter(({ piece }) => piece.from > time);
		const { picture } = past.reduce((shown, piece) => (piece.from >= shown.from ? piece : shown), first);
		return { picture, settled: settled.picture };
	}

	/** Acknowledges those that have not been shown in time. They may still be. */
	acknowledgeOverdue(now: Micros): void {
		const overdue = this.#entries.filter(({ appendedAt }) => now - appendedAt > OVERDUE);
		overdue.at(-1)?.piece.picture.acknowledge(undefined);
	}

	/** None of them will be shown. */
	clear(): void {
		this.#entries.at(-1)?.piece.picture.acknowledge(undefined);
		this.#entries = [];
	}
}
