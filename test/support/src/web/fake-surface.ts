import type { OnDone, Surface } from '../../../../packages/web/src/player/picture/surface/surface.ts';

/** A surface that is done with a picture when the test wants, or, `atOnce`, as soon as it gets it. */
export class FakeSurface<P> implements Surface<P> {
	/** All that was begun. */
	readonly begun: P[] = [];
	cancelled = 0;
	readonly #atOnce: boolean;
	#onDone: OnDone | undefined;

	constructor({ atOnce = false } = {}) {
		this.#atOnce = atOnce;
	}

	draw(picture: P, onDone: OnDone): void {
		if (this.#onDone) throw new Error('A picture is drawn while another one is under way');
		this.begun.push(picture);
		this.#onDone = onDone;
		if (this.#atOnce) this.finish();
	}

	cancel(): void {
		this.cancelled++;
		this.#onDone = undefined;
	}

	/** The picture that is under way is on the canvas, or cannot be read. */
	finish(isDrawn = true): void {
		const onDone = this.#onDone;
		this.#onDone = undefined;
		onDone?.(isDrawn);
	}
}
