import { CanvasSurface } from '../picture/surface/canvas-surface.ts';
import { contextOf, paint } from '../picture/surface/paint.ts';
import { PlayerSurface } from '../picture/surface/player-surface.ts';
import { sharedDrawThread } from '../picture/surface/shared-draw-thread.ts';

/** A canvas that the worker draws on has this size until its first picture has come to the page. */
const BLANK = 1;
/** Less than a second of most cameras: an opened player shows its video meanwhile. */
const FIRST_ON_PAGE = 10;

/** Where the pictures of a player are: on a canvas, or in a video or on a canvas of the worker that lies over it. */
export class PictureBox {
	readonly element = document.createElement('div');
	/** What is drawn on. */
	readonly surface: PlayerSurface;
	readonly #canvas = document.createElement('canvas');
	#over: HTMLVideoElement | HTMLCanvasElement | undefined;

	constructor() {
		this.element.className = 'picture';
		this.element.setAttribute('role', 'img');
		this.element.append(this.#canvas);
		this.surface = new PlayerSurface({
			page: new CanvasSurface({ canvas: this.#canvas, decode: (jpeg) => createImageBitmap(jpeg) }),
			thread: sharedDrawThread,
			firstOnPage: FIRST_ON_PAGE,
			addCanvas: () => this.#addCanvas(),
			removeCanvas: () => this.#remove(),
			onDrawn: () => this.#drawn(),
		});
		this.clear();
	}

	/** The picture that is shown, at its natural size. What lies over it is drawn when it is asked for. */
	get canvas(): HTMLCanvasElement {
		const source = this.#over;
		const [width, height] = source && source.dataset.empty === undefined ? sizeOf(source) : [0, 0];
		if (source && width > BLANK) paint(contextOf(this.#canvas), { source, width, height });
		return this.#canvas;
	}

	/** Whether there is a picture, be it an old one. */
	get isEmpty(): boolean {
		return this.#canvas.dataset.empty !== undefined;
	}

	/** Shows nothing. */
	clear(): void {
		this.#canvas.dataset.empty = '';
	}

	/** Lets go of what the next picture can be drawn without; the last one stays. */
	release(): void {
		this.surface.release();
	}

	/** Lays a video over the canvas, unseen until `uncover`. */
	addVideo(): HTMLVideoElement {
		this.release();
		const video = document.createElement('video');
		video.muted = true;
		video.autoplay = true;
		video.playsInline = true;
		video.disableRemotePlayback = true;
		video.disablePictureInPicture = true;
		return this.#layOver(video);
	}

	/** Leaves the video's present picture standing, whatever the video does. */
	cover(): void {
		void this.canvas;
		if (this.#over) this.#over.dataset.empty = '';
	}

	/** What lies over the canvas has something to show. */
	uncover(): void {
		if (!this.#over) return;
		delete this.#over.dataset.empty;
		delete this.#canvas.dataset.empty;
	}

	/** Takes a video away; its last picture stays. */
	removeVideo(video: HTMLVideoElement): void {
		if (video === this.#over) this.#remove();
		video.remove();
	}

	#addCanvas(): OffscreenCanvas {
		const canvas = this.#layOver(document.createElement('canvas'));
		canvas.width = canvas.height = BLANK;
		return canvas.transferControlToOffscreen();
	}

	/** Unseen for now. */
	#layOver<E extends HTMLVideoElement | HTMLCanvasElement>(over: E): E {
		over.dataset.empty = '';
		this.#over = over;
		this.element.append(over);
		return over;
	}

	#remove(): void {
		void this.canvas;
		delete this.element.dataset.over;
		this.#over?.remove();
		this.#over = undefined;
	}

	#drawn(): void {
		if (!this.#over) delete this.#canvas.dataset.empty;
		// The screen has the worker's first picture when the second is drawn, and not before.
		else if (this.#over.dataset.empty === undefined) this.element.dataset.over = '';
		else this.uncover();
	}
}

/** Of the picture that it shows now; nothing if it shows none yet. */
function sizeOf(source: HTMLVideoElement | HTMLCanvasElement): readonly [width: number, height: number] {
	if (source instanceof HTMLCanvasElement) return [source.width, source.height];
	return source.readyState >= source.HAVE_CURRENT_DATA ? [source.videoWidth, source.videoHeight] : [0, 0];
}
