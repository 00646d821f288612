import { type Micros, type Millis, micros } from '@oriel/base';

/** A player narrower than this shows no more than a preview has. */
export const PREVIEW_BELOW_PX = 480;
/** What has been too much for this long is replaced. */
const FALL_BACK_AFTER: Micros = micros(4000);
/** It is tried again after this long; after twice as long each time that it does not hold. */
const FIRST_RETRY_MS: Millis = 20_000;
const MAX_RETRY_MS: Millis = 300_000;
/** What has held for this long has room. */
const HOLDS_AFTER: Micros = micros(30_000);
/** A device that leaves out a larger part of the frames shows more of key frames alone, seldom as they are. */
const THIN_ABOVE = 0.75;

/** `thin`: of the video, key frames and few JPEGs. */
export type Choice = 'video' | 'preview' | 'thin';

/** What decides which track a player shows. */
export interface TrackInputs {
	readonly hasPreview: boolean;
	/** Of the player, in CSS pixels; 0 while unknown. */
	readonly width: number;
	/** Whether the connection, or this device, carries less than the video. */
	readonly isOverloaded: boolean;
	/** The part of the frames that this device leaves out. */
	readonly leftOut: number;
	readonly now: Micros;
}

/**
 * Chooses between a camera's video and its preview: the preview for small players, and where the video is too much. A small
 * player of a camera without one gets few frames of the video where this device could show next to none of them.
 */
export class TrackChoice {
	/** Since when the video has been too much; undefined: it is not. */
	#overloadedSince: Micros | undefined;
	/** Since when something else is shown in place of it; undefined: it is not. */
	#fellBackAt: Micros | undefined;
	#triedAt: Micros = Number.NEGATIVE_INFINITY;
	#retryMs: Millis = FIRST_RETRY_MS;

	/** Whether something stands for a video that is too much. */
	get isFallback(): boolean {
		return this.#fellBackAt !== undefined;
	}

	next({ hasPreview, width, isOverloaded, leftOut, now }: TrackInputs): Choice {
		const isSmall = width > 0 && width < PREVIEW_BELOW_PX;
		if (hasPreview && isSmall) return this.#leave('preview');
		if (!hasPreview && !isSmall) return this.#leave('video');
		const fallback = hasPreview ? 'preview' : 'thin';
		const isTooMuch = hasPreview ? isOverloaded : leftOut > THIN_ABOVE;
		if (this.#fellBackAt === undefined) return this.#watchVideo(isTooMuch, fallback, now);
		return this.#waitForRoom(this.#fellBackAt, fallback, now);
	}

	/** Size or tracks decide; what was measured before says nothing. */
	#leave(choice: Choice): Choice {
		this.#overloadedSince = this.#fellBackAt = undefined;
		return choice;
	}

	#watchVideo(isTooMuch: boolean, fallback: Choice, now: Micros): Choice {
		if (!isTooMuch) this.#overloadedSince = undefined;
		else this.#overloadedSince ??= now;
		if (this.#overloadedSince === undefined || now - this.#overloadedSince < FALL_BACK_AFTER) return 'video';
		const held = now - this.#triedAt >= HOLDS_AFTER;
		this.#retryMs = held ? FIRST_RETRY_MS : Math.min(2 * this.#retryMs, MAX_RETRY_MS);
		this.#overloadedSince = undefined;
		this.#fellBackAt = now;
		return fallback;
	}

	#waitForRoom(since: Micros, fallback: Choice, now: Micros): Choice {
		if (now - since < micros(this.#retryMs)) return fallback;
		this.#fellBackAt = undefined;
		this.#triedAt = now;
		return 'video';
	}
}
