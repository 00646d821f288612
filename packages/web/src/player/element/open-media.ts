import { mediaSourceClass } from '../picture/browser-capabilities.ts';
import type { Media, MediaEvents, VideoLike } from '../picture/mse/media.ts';
import type { PictureBox } from './picture-box.ts';

/** Lays a video over the box and opens a media source for it. */
export function openMedia(box: PictureBox, { onOpen, onShown, onWanted, onBroken }: MediaEvents): Media {
	const Source = mediaSourceClass();
	if (!Source) throw new Error('This browser has no media source');
	const source = new Source();
	const video = box.addVideo();
	const address = URL.createObjectURL(source);
	const failed = () => onBroken(`The browser could not play the stream (error ${video.error?.code ?? 0})`);
	video.addEventListener('error', failed);
	source.addEventListener('sourceopen', onOpen, { once: true });
	source.addEventListener('startstreaming', () => onWanted(true));
	source.addEventListener('endstreaming', () => onWanted(false));
	video.src = address;
	followFrames(video, onShown);
	return {
		video: new LiveVideo(video),
		// Its handlers are only ever assigned, and those that take less than the browser gives are welcome.
		addBuffer: (type) => source.addSourceBuffer(type),
		cover: () => box.cover(),
		close() {
			video.removeEventListener('error', failed);
			box.removeVideo(video);
			video.removeAttribute('src');
			video.load();
			URL.revokeObjectURL(address);
		},
	};
}

/** Tells of each picture that comes to the screen, where the browser does. */
function followFrames(video: HTMLVideoElement, onShown: (mediaTime: number) => void): void {
	if (!('requestVideoFrameCallback' in video)) return;
	const follow = () => {
		video.requestVideoFrameCallback((_now, { mediaTime }) => {
			onShown(mediaTime);
			if (video.isConnected) follow();
		});
	};
	follow();
}

class LiveVideo implements VideoLike {
	readonly #video: HTMLVideoElement;
	readonly tellsShown: boolean;

	constructor(video: HTMLVideoElement) {
		this.#video = video;
		this.tellsShown = 'requestVideoFrameCallback' in video;
	}

	get currentTime(): number {
		return this.#video.currentTime;
	}

	set currentTime(time: number) {
		this.#video.currentTime = time;
	}

	get playbackRate(): number {
		return this.#video.playbackRate;
	}

	set playbackRate(rate: number) {
		this.#video.playbackRate = rate;
	}

	get paused(): boolean {
		return this.#video.paused;
	}

	get canSeek(): boolean {
		return this.#video.readyState >= this.#video.HAVE_METADATA && !this.#video.seeking;
	}

	/** A browser that does not let it play now says so; it is asked again with the next picture. */
	play(): void {
		this.#video.play().catch(() => {});
	}
}
