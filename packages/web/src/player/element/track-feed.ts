import type { Cancel } from '@oriel/base';
import type { TrackName } from '@oriel/stream';
import type { LiveConnection } from '../connection/live-connection.ts';
import type { ReceivedFrame } from '../connection/received-frame.ts';

export interface TrackFeedParts {
	readonly connection: Pick<LiveConnection, 'watch' | 'kept' | 'rewatch'>;
	readonly camera: string;
	/** Frames of another track come from now on, beginning with a key frame. */
	readonly onSwitch: () => void;
	readonly onFrame: (frame: ReceivedFrame) => void;
}

interface Subscription {
	readonly track: TrackName;
	release: Cancel;
}

/**
 * The frames of a camera for one player. When another track is chosen, the one before goes on until a key frame of the new
 * one has come: the picture never goes black.
 */
export class TrackFeed {
	readonly #parts: TrackFeedParts;
	#wanted: TrackName = 'video';
	#isThin = false;
	#isRunning = false;
	/** Whose frames are passed on. */
	#current: Subscription | undefined;
	/** Of which a key frame has not come yet. */
	#next: Subscription | undefined;

	constructor(parts: TrackFeedParts) {
		this.#parts = parts;
	}

	/** The track whose frames are passed on now, or would be. */
	get track(): TrackName {
		return this.#current?.track ?? this.#wanted;
	}

	/** Chooses the track to show. */
	choose(track: TrackName): void {
		if (track === this.#wanted) return;
		this.#wanted = track;
		if (this.#isRunning) this.#follow();
	}

	/** Whether few frames of the video are enough. */
	get isThin(): boolean {
		return this.#isThin;
	}

	thin(isThin: boolean): void {
		if (isThin === this.#isThin) return;
		this.#isThin = isThin;
		this.#parts.connection.rewatch();
	}

	/** The player is seen. */
	start(): void {
		if (this.#isRunning) return;
		this.#isRunning = true;
		const { connection, camera } = this.#parts;
		const isKept = (track: TrackName) => connection.kept(camera, track).length > 0;
		// A player that has just been opened shows what the page has, and goes on to what it wants.
		if (this.#wanted === 'video' && !isKept('video') && isKept('preview')) this.#current = this.#subscribe('preview');
		this.#follow();
	}

	/** The player is not seen any more. */
	stop(): void {
		this.#isRunning = false;
		this.#current?.release();
		this.#next?.release();
		this.#current = this.#next = undefined;
	}

	#follow(): void {
		this.#next?.release();
		this.#next = undefined;
		if (this.#current?.track === this.#wanted) return;
		const next = this.#subscribe(this.#wanted);
		// Kept frames have come by now, and with them the switch.
		if (this.#current !== next) this.#next = next;
		if (!this.#current) this.#switchTo(next);
	}

	#subscribe(track: TrackName): Subscription {
		const { connection, camera } = this.#parts;
		const subscription: Subscription = { track, release: () => {} };
		const before = this.#next;
		this.#next = subscription;
		const onFrame = (frame: ReceivedFrame) => this.#onFrame(frame, subscription);
		subscription.release = connection.watch(camera, onFrame, track, () => this.#isThin);
		if (this.#next === subscription) this.#next = before;
		return subscription;
	}

	#onFrame(frame: ReceivedFrame, from: Subscription): void {
		if (from === this.#next && frame.key) this.#switchTo(from);
		if (from === this.#current) this.#parts.onFrame(frame);
		else frame.settle(undefined);
	}

	#switchTo(next: Subscription): void {
		const before = this.#current;
		this.#current = next;
		this.#next = undefined;
		before?.release();
		if (before) this.#parts.onSwitch();
	}
}
