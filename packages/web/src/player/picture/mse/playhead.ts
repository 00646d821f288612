import { type Clock, type Micros, micros } from '@oriel/base';
import { chase } from './live-edge.ts';
import type { VideoLike } from './media.ts';

/** After a jump the browser decodes a group from its key frame on. One that is slow at that is given more and more time. */
const FIRST_PAUSE = micros(200);
const LAST_PAUSE = micros(10_000);

/** Keeps a video playing, and playing at the live edge. Times are those of the media. */
export class Playhead {
	readonly #video: VideoLike;
	readonly #clock: Clock;
	#mayJumpAt: Micros = 0;
	#pause = FIRST_PAUSE;

	constructor(video: VideoLike, clock: Clock) {
		this.#video = video;
		this.#clock = clock;
	}

	get time(): Micros {
		return micros(this.#video.currentTime * 1_000);
	}

	/** The browser has everything up to the picture that begins at `newest`. */
	follow(newest: Micros): void {
		const video = this.#video;
		if (video.paused) video.play();
		const { jump, rate } = chase((newest - this.time) / 1e6, video.playbackRate);
		if (video.playbackRate !== rate) video.playbackRate = rate;
		if (jump) this.#jump(newest);
		else if (rate === 1) this.#pause = FIRST_PAUSE;
	}

	#jump(newest: Micros): void {
		const now = this.#clock.now();
		if (!this.#video.canSeek || now < this.#mayJumpAt) return;
		this.#mayJumpAt = now + this.#pause;
		this.#pause = Math.min(LAST_PAUSE, this.#pause * 2);
		this.#video.currentTime = newest / 1e6;
	}
}
