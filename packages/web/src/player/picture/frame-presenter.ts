import type { Cancel, Clock, Millis } from '@oriel/base';
import type { ReceivedFrame } from '../connection/received-frame.ts';
import { CatchUp } from './catch-up.ts';
import type { Surface } from './surface/surface.ts';

/** If the browser has no screen refresh for so long, the tab is hidden: frames must go all the same. */
const NO_REFRESH_MS: Millis = 100;
/** When a burst has paused for so long, its last picture is the newest there is, however old. */
const QUIET_MS: Millis = 60;

/** What is used of a VideoFrame. */
export interface Frame {
	close(): void;
}

export interface FramePresenterParts<F extends Frame> {
	readonly clock: Clock;
	/** Calls `action` with the next screen refresh. */
	readonly atRefresh: (action: () => void) => Cancel;
	readonly surface: Surface<F>;
	readonly onShown: (picture: ReceivedFrame) => void;
}

/** A picture that came out of the decoder. */
export interface Output<F extends Frame> {
	readonly frame: F;
	readonly picture: ReceivedFrame;
	/**
	 * What is settled with it: the picture itself, or where pictures are out of order one that came later, and that the
	 * decoder cannot give out yet. Waiting for that would take the encoder's delay for one of the path.
	 */
	readonly settles: ReceivedFrame;
}

/**
 * Between decoder and screen. It draws at most one picture a refresh, the first at once and else the newest, none while
 * catching up, and none before the last is on the canvas. It never holds more than one frame beside the one that is being
 * drawn, closes each, and acknowledges each picture or a later one.
 */
export class FramePresenter<F extends Frame> {
	readonly #parts: FramePresenterParts<F>;
	readonly #catchUp = new CatchUp();
	#newest: Output<F> | undefined;
	/** Being drawn. */
	#underWay: Output<F> | undefined;
	/** Set from a drawing until the next refresh. */
	#cancelRefresh: Cancel | undefined;
	#cancelQuiet: Cancel | undefined;

	constructor(parts: FramePresenterParts<F>) {
		this.#parts = parts;
	}

	/** What comes now begins with the past. */
	catchUp(): void {
		this.#catchUp.begin(this.#parts.clock.now());
	}

	/** Takes a decoded frame; `newer` pictures are being decoded behind it. */
	put(output: Output<F>, newer: number): void {
		const { picture, settles } = output;
		this.#drop();
		this.#newest = output;
		this.#cancelQuiet?.();
		const now = this.#parts.clock.now();
		if (this.#catchUp.mayShow({ ageMs: picture.ageMs(), newer, now })) this.#show();
		else this.#hide(settles);
	}

	/** Lets go of what is not drawn yet. */
	clear(): void {
		this.#cancelQuiet?.();
		this.#cancelRefresh?.();
		this.#cancelRefresh = undefined;
		this.#parts.surface.cancel();
		for (const output of [this.#underWay, this.#newest]) if (output) letGo(output);
		this.#underWay = this.#newest = undefined;
	}

	#drop(): void {
		if (this.#newest) letGo(this.#newest);
		this.#newest = undefined;
	}

	#hide(settles: ReceivedFrame): void {
		settles.settle(undefined);
		this.#cancelQuiet = this.#parts.clock.after(QUIET_MS, () => this.#show());
	}

	#show(): void {
		const output = this.#newest;
		if (!output || this.#underWay || this.#cancelRefresh) return;
		this.#newest = undefined;
		this.#underWay = output;
		this.#awaitRefresh();
		this.#parts.surface.draw(output.frame, (isDrawn) => this.#done(output, isDrawn));
	}

	#done(output: Output<F>, isDrawn: boolean): void {
		const { frame, picture, settles } = output;
		this.#underWay = undefined;
		frame.close();
		if (isDrawn) this.#parts.onShown(picture);
		settles.settle(isDrawn ? picture.ageMs() : undefined);
		this.#show();
	}

	#awaitRefresh(): void {
		const refreshed = () => {
			cancel();
			this.#cancelRefresh = undefined;
			this.#show();
		};
		const undo = [this.#parts.atRefresh(refreshed), this.#parts.clock.after(NO_REFRESH_MS, refreshed)];
		const cancel = () => {
			for (const each of undo) each();
		};
		this.#cancelRefresh = cancel;
	}
}

function letGo({ frame, settles }: Output<Frame>): void {
	frame.close();
	settles.settle(undefined);
}
