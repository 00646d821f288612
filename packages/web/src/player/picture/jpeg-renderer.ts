import type { ReceivedFrame } from '../connection/received-frame.ts';
import type { Renderer, RendererEvents } from './renderer.ts';

/** What is used of an ImageBitmap. */
export interface Bitmap {
	readonly width: number;
	readonly height: number;
	close(): void;
}

export interface JpegRendererParts<B extends Bitmap> extends RendererEvents {
	readonly decode: (jpeg: Blob) => Promise<B>;
	/** Puts the picture on the canvas, now. */
	readonly draw: (bitmap: B) => void;
}

/**
 * Draws the newest picture. While one is being decoded at most one waits, and a newer one takes its place: a browser
 * that is too slow shows fewer pictures, never older ones. Acknowledges what it has drawn.
 */
export class JpegRenderer<B extends Bitmap> implements Renderer {
	readonly #parts: JpegRendererParts<B>;
	#waiting: ReceivedFrame | undefined;
	#busy = false;
	#closed = false;

	constructor(parts: JpegRendererParts<B>) {
		this.#parts = parts;
	}

	/** Takes a picture; never waits. */
	offer(picture: ReceivedFrame): void {
		this.#waiting = picture;
		if (this.#closed) this.close();
		else if (!this.#busy) void this.#run();
	}

	/** Draws nothing any more; what is under way is acknowledged so that the relay does not wait for it. */
	close(): void {
		this.#closed = true;
		this.#waiting?.settle(undefined);
		this.#waiting = undefined;
	}

	async #run(): Promise<void> {
		this.#busy = true;
		for (let next = this.#takeWaiting(); next; next = this.#takeWaiting()) await this.#render(next);
		this.#busy = false;
	}

	#takeWaiting(): ReceivedFrame | undefined {
		const picture = this.#waiting;
		this.#waiting = undefined;
		return picture;
	}

	async #render(picture: ReceivedFrame): Promise<void> {
		const bitmap = await this.#decode(picture);
		if (bitmap && !this.#closed) this.#show(bitmap, picture);
		bitmap?.close();
		picture.settle(undefined);
	}

	#show(bitmap: B, picture: ReceivedFrame): void {
		this.#parts.draw(bitmap);
		this.#parts.onShown(picture);
		picture.settle(picture.ageMs());
	}

	async #decode(picture: ReceivedFrame): Promise<B | undefined> {
		try {
			// The bytes come from a WebSocket message: an ordinary buffer, never a shared one.
			return await this.#parts.decode(new Blob([picture.data as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
		} catch {
			if (!this.#closed) this.#parts.onUndecodable();
			return undefined;
		}
	}
}
