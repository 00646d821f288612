import type { Media, MediaEvents, VideoLike } from '../../../../packages/web/src/player/picture/mse/media.ts';
import type { SourceBufferLike } from '../../../../packages/web/src/player/picture/mse/source-queue.ts';

/** A SourceBuffer that finishes when the test wants. */
export class FakeBuffer implements SourceBufferLike {
	updating = false;
	onupdateend: (() => void) | null = null;
	onerror: (() => void) | null = null;
	readonly appended: Uint8Array[] = [];
	readonly removed: number[] = [];
	readonly types: string[] = [];
	/** Thrown by the next append. */
	failure: Error | undefined;

	appendBuffer(bytes: Uint8Array<ArrayBuffer>): void {
		if (this.failure) throw this.failure;
		this.appended.push(bytes);
		this.updating = true;
	}

	remove(_from: number, to: number): void {
		this.removed.push(to);
		this.updating = true;
	}

	changeType(type: string): void {
		this.types.push(type);
	}

	/** Finishes what is under way, and what is begun by that. */
	finish(): void {
		while (this.updating) {
			this.updating = false;
			this.onupdateend?.();
		}
	}
}

/** A video and its media source in the hands of the test. */
export class FakeMedia implements Media {
	readonly video: VideoLike & { currentTime: number; paused: boolean; canSeek: boolean; tellsShown: boolean } = {
		currentTime: 0,
		playbackRate: 1,
		paused: true,
		canSeek: true,
		tellsShown: true,
		play() {
			this.paused = false;
		},
	};
	readonly events: MediaEvents;
	readonly buffer = new FakeBuffer();
	readonly types: string[] = [];
	closed = 0;
	covered = 0;

	constructor(events: MediaEvents) {
		this.events = events;
	}

	addBuffer(type: string): SourceBufferLike {
		this.types.push(type);
		return this.buffer;
	}

	cover(): void {
		this.covered++;
	}

	close(): void {
		this.closed++;
	}

	/** The browser has everything and shows the picture at that time. */
	present(seconds: number): void {
		this.video.currentTime = seconds;
		this.events.onShown(seconds);
	}
}
