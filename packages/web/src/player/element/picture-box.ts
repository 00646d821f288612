import { type Paintable, paint } from '../picture/paint.ts';

/** Where the pictures of a player are: on a canvas, or in a video that lies over it. */
export class PictureBox {
	readonly element = document.createElement('div');
	readonly #canvas = document.createElement('canvas');
	#video: HTMLVideoElement | undefined;

	constructor() {
		this.element.className = 'picture';
		this.element.setAttribute('role', 'img');
		this.element.append(this.#canvas);
		this.clear();
	}

	/** The picture that is shown, at its natural size. A video's is drawn when it is asked for. */
	get canvas(): HTMLCanvasElement {
		const video = this.#video;
		if (video && video.readyState >= video.HAVE_CURRENT_DATA && video.dataset.empty === undefined) {
			paint(this.#canvas, { source: video, width: video.videoWidth, height: video.videoHeight });
		}
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

	draw(picture: Paintable): void {
		paint(this.#canvas, picture);
		delete this.#canvas.dataset.empty;
	}

	/** Lays a video over the canvas, unseen until `uncover`. */
	addVideo(): HTMLVideoElement {
		const video = document.createElement('video');
		video.muted = true;
		video.autoplay = true;
		video.playsInline = true;
		video.disableRemotePlayback = true;
		video.disablePictureInPicture = true;
		video.dataset.empty = '';
		this.#video = video;
		this.element.append(video);
		return video;
	}

	/** Leaves the video's present picture standing, whatever the video does. */
	cover(): void {
		void this.canvas;
		if (this.#video) this.#video.dataset.empty = '';
	}

	/** The video has something to show. */
	uncover(): void {
		if (!this.#video) return;
		delete this.#video.dataset.empty;
		delete this.#canvas.dataset.empty;
	}

	/** Takes a video away; its last picture stays. */
	removeVideo(video: HTMLVideoElement): void {
		if (video === this.#video) {
			void this.canvas;
			this.#video = undefined;
		}
		video.remove();
	}
}
