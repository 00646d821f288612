import { type Micros, type Millis, micros } from '@oriel/base';

/** A player narrower than this shows no more than a preview has. */
export const PREVIEW_BELOW_PX = 480;
/** A path or a device that has not carried the video for this long gets the preview. */
const FALL_BACK_AFTER: Micros = micros(4000);
/** The video is tried again after this long; after twice as long each time that it does not hold. */
const FIRST_RETRY_MS: Millis = 20_000;
const MAX_RETRY_MS: Millis = 300_000;
/** A video that has held for this long has room. */
const HOLDS_AFTER: Micros = micros(30_000);

/** What decides which track a player shows. */
export interface TrackInputs {
	readonly hasPreview: boolean;
	/** Of the player, in CSS pixels; 0 while unknown. */
	readonly width: number;
	/** Whether the connection, or this device, carries less than the video. */
	readonly isOverloaded: boolean;
	readonly now: Micros;
}

/** Chooses between a camera's video and its preview: the preview for small players, and where the video is too much. */
export class TrackChoice {
	/** Since when the video has been too much; undefined: it is not. */
	#overloadedSince: Micros | undefined;
	/** Since when the preview is shown in place of it; undefined: it is not. */
	#fellBackAt: Micros | undefined;
	#triedAt: Micros = Number.NEGATIVE_INFINITY;
	#retryMs: Millis = FIRST_RETRY_MS;

	/** Whether the preview stands for a video that is too much. */
	get isFallback(): boolean {
		return this.#fellBackAt !== undefined;
	}

	next(inputs: TrackInputs): 'video' | 'preview' {
		const { hasPreview, width } = inputs;
		if (!hasPreview) return this.#leave('video');
		if (width > 0 && width < PREVIEW_BELOW_PX) return this.#leave('preview');
		return this.#fellBackAt === undefined ? this.#watchVideo(inputs) : this.#waitForRoom(this.#fellBackAt, inputs);
	}

	/** Size or tracks decide; what was measured before says nothing. */
	#leave(track: 'video' | 'preview'): 'video' | 'preview' {
		this.#overloadedSince = this.#fellBackAt = undefined;
		return track;
	}

	#watchVideo({ isOverloaded, now }: TrackInputs): 'video' | 'preview' {
		if (!isOverloaded) this.#overloadedSince = undefined;
		else this.#overloadedSince ??= now;
		if (this.#overloadedSince === undefined || now - this.#overloadedSince < FALL_BACK_AFTER) return 'video';
		const held = now - this.#triedAt >= HOLDS_AFTER;
		this.#retryMs = held ? FIRST_RETRY_MS : Math.min(2 * this.#retryMs, MAX_RETRY_MS);
		this.#overloadedSince = undefined;
		this.#fellBackAt = now;
		return 'preview';
	}

	#waitForRoom(since: Micros, { now }: TrackInputs): 'video' | 'preview' {
		if (now - since < micros(this.#retryMs)) return 'preview';
		this.#fellBackAt = undefined;
		this.#triedAt = now;
		return 'video';
	}
}
