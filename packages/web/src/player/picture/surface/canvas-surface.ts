import { type CanvasLike, type ContextLike, contextOf, paint } from './paint.ts';
import type { Drawable, OnDone, Surface } from './surface.ts';

/** What is used of an ImageBitmap. */
export type Bitmap = Pick<ImageBitmap, 'width' | 'height' | 'close'>;

export interface CanvasSurfaceParts {
	readonly canvas: CanvasLike;
	readonly decode: (jpeg: Blob) => Promise<Bitmap>;
}

/** Draws on a canvas of its own thread. A decoded frame is drawn before `draw` returns. */
export class CanvasSurface implements Surface<Drawable> {
	readonly #parts: CanvasSurfaceParts;
	/** Asked for once: in a worker of Firefox a second time is an error. */
	#context: ContextLike | null | undefined;
	/** Changes with every picture, and when one is given up. */
	#turn = 0;

	constructor(parts: CanvasSurfaceParts) {
		this.#parts = parts;
	}

	draw(picture: Drawable, onDone: OnDone): void {
		this.#turn++;
		if (picture instanceof Uint8Array) void this.#drawJpeg(picture, onDone);
		else {
			const { displayWidth: width, displayHeight: height } = picture;
			this.#paint(picture, width, height);
			onDone(true);
		}
	}

	cancel(): void {
		this.#turn++;
	}

	async #drawJpeg(jpeg: Uint8Array, onDone: OnDone): Promise<void> {
		const turn = this.#turn;
		const bitmap = await this.#decode(jpeg);
		const isWanted = turn === this.#turn;
		if (bitmap && isWanted) {
			const { width, height } = bitmap;
			this.#paint(bitmap as ImageBitmap, width, height);
		}
		bitmap?.close();
		if (isWanted) onDone(bitmap !== undefined);
	}

	#paint(source: CanvasImageSource, width: number, height: number): void {
		this.#context ??= contextOf(this.#parts.canvas);
		paint(this.#context, { source, width, height });
	}

	async #decode(jpeg: Uint8Array): Promise<Bitmap | undefined> {
		try {
			// The bytes come from a WebSocket message: an ordinary buffer, never a shared one.
			return await this.#parts.decode(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
		} catch {
			return undefined;
		}
	}
}
