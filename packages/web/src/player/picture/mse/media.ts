import type { SourceBufferLike } from './source-queue.ts';

/** What is used of a <video> element. Times are seconds of the media. */
export interface VideoLike {
	currentTime: number;
	playbackRate: number;
	readonly paused: boolean;
	/** Whether it can go to another time now: it knows its media, and is not on its way already. */
	readonly canSeek: boolean;
	/** Whether the browser tells which picture it has shown. */
	readonly tellsShown: boolean;
	play(): void;
}

/** What happens to a media source and its video. */
export interface MediaEvents {
	/** The source takes a buffer now. */
	readonly onOpen: () => void;
	/** The picture that begins there in the media has just come to the screen. */
	readonly onShown: (mediaTime: number) => void;
	/** The browser wants no data for the time being, or wants it again. */
	readonly onWanted: (wanted: boolean) => void;
	readonly onBroken: (reason: string) => void;
}

/** A video with a media source behind it, ready to be filled. */
export interface Media {
	readonly video: VideoLike;
	addBuffer(type: string): SourceBufferLike;
	/** Lays the picture that is shown now over the video, until it is uncovered. */
	cover(): void;
	close(): void;
}

/** Puts a video on the screen and opens a media source for it. */
export type OpenMedia = (events: MediaEvents) => Media;
