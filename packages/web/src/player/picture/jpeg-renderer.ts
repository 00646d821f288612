import type { ReceivedFrame } from '../connection/received-frame.ts';
import type { Renderer, RendererEvents } from './renderer.ts';
import type { Surface } from './surface/surface.ts';

export interface JpegRendererParts extends RendererEvents {
	/** Takes the bytes of a JPEG. */
	readonly surface: Surface<Uint8Array>;
}

/**
 * Draws the newest picture. While one is being decoded at most one waits, and a newer one takes its place: a browser
 * that is too slow shows fewer pictures, never older ones. Acknowledges what it has drawn.
 */
export class JpegRenderer implements Renderer {
	readonly #parts: JpegRendererParts;
	#waiting: ReceivedFrame | undefined;
	#underWay: ReceivedFrame | undefined;
	#closed = false;

	constructor(parts: JpegRendererParts) {
		this.#parts = parts;
	}

	/** Takes a picture; never waits. */
	offer(picture: ReceivedFrame): void {
		if (this.#closed) {
			picture.settle(undefined);
			return;
		}
		this.#waiting = picture;
		if (!this.#underWay) this.#drawNext();
	}

	/** Draws nothing any more; what is under way is acknowledged so that the relay does not wait for it. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#parts.surface.cancel();
		this.#waiting?.settle(undefined);
		this.#underWay?.settle(undefined);
		this.#waiting = this.#underWay = undefined;
	}

	#drawNext(): void {
		const picture = this.#waiting;
		this.#waiting = undefined;
		this.#underWay = picture;
		if (picture) this.#parts.surface.draw(picture.data, (isDrawn) => this.#done(picture, isDrawn));
	}

	#done(picture: ReceivedFrame, isDrawn: boolean): void {
		this.#underWay = undefined;
		if (isDrawn) this.#parts.onShown(picture);
		else this.#parts.onUndecodable();
		picture.settle(isDrawn ? picture.ageMs() : undefined);
		this.#drawNext();
	}
}
