import type { Micros } from '@oriel/base';
import type { ReceivedFrame } from '../../connection/received-frame.ts';
import type { Piece } from './fragment-maker.ts';

/** More would not be shown one by one anyway. */
const MAX_KEPT = 600;

/** What became of the pictures in the browser's buffer. */
export interface Shown {
	/** The picture that is on the screen. */
	readonly picture: ReceivedFrame;
	/** Those that were there since the last look, and gave way to it. */
	readonly passed: readonly ReceivedFrame[];
	/**
	 * The newest that has done its part: where pictures are out of order it may be one that is shown later, and could not
	 * be yet. Waiting for that would take the encoder's delay for one of the path.
	 */
	readonly settled: ReceivedFrame;
}

/** Pictures that are in the browser's buffer and not on the screen yet, in the order in which they came. */
export class OnTheWay {
	#pieces: Piece[] = [];

	add(piece: Piece): void {
		this.#pieces.push(piece);
		if (this.#pieces.length > MAX_KEPT) this.#pieces.shift()?.picture.settle(undefined);
	}

	/** What is on the screen when the media is at `time`; all that is not shown later is gone from here. */
	shownAt(time: Micros): Shown | undefined {
		const past = this.#pieces.filter(({ from }) => from <= time);
		const [first] = past;
		if (!first) return undefined;
		const settled = this.#pieces.filter(({ playable }) => playable <= time).at(-1) ?? first;
		this.#pieces = this.#pieces.filter(({ from }) => from > time);
		const { picture } = past.reduce((shown, piece) => (piece.from >= shown.from ? piece : shown), first);
		const passed = past.map((piece) => piece.picture).filter((each) => each !== picture);
		return { picture, passed, settled: settled.picture };
	}

	/** None of them will be shown. */
	clear(): void {
		this.#pieces.at(-1)?.picture.settle(undefined);
		this.#pieces = [];
	}
}
