import type { Bitmap } from '../../../../packages/web/src/player/picture/surface/canvas-surface.ts';
import type { CanvasLike, ContextLike } from '../../../../packages/web/src/player/picture/surface/paint.ts';

/** A canvas that notes what is drawn on it. */
export class FakeCanvas implements CanvasLike {
	width = 0;
	height = 0;
	readonly drawn: unknown[] = [];
	#hasContext = false;

	getContext(): ContextLike {
		// As in a worker of Firefox.
		if (this.#hasContext) throw new Error('Cannot update created context to different thread');
		this.#hasContext = true;
		return { canvas: this, drawImage: (source) => void this.drawn.push(source) };
	}
}

/** What came of a JPEG. */
export class FakeBitmap implements Bitmap {
	readonly width = 64;
	readonly height = 48;
	readonly byte: number;
	closed = 0;

	constructor(byte: number) {
		this.byte = byte;
	}

	close(): void {
		this.closed++;
	}
}

/** Reads a JPEG that is one byte long or longer, and notes it by that byte; one that begins with 0 is none. */
export async function fakeDecode(jpeg: Blob): Promise<FakeBitmap> {
	const [byte = 0] = new Uint8Array(await jpeg.arrayBuffer());
	if (byte === 0) throw new Error('not a picture');
	return new FakeBitmap(byte);
}
