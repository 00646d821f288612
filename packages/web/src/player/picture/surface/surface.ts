/** What a surface draws: a decoded frame, or the bytes of a JPEG. */
export type Drawable = VideoFrame | Uint8Array;

/** True: the picture is on the canvas. False: it cannot be read. */
export type OnDone = (isDrawn: boolean) => void;

/** Where the pictures of a player are drawn. Every implementation passes `describeSurface` of the test support. */
export interface Surface<P> {
	/** Draws one picture and calls back once, at the earliest when it is on the canvas. Until then the caller keeps it open. */
	draw(picture: P, onDone: OnDone): void;
	/** What is under way is not drawn any more, if that can be helped, and does not call back. */
	cancel(): void;
}
