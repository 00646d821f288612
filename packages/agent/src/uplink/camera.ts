import type { Clock, Micros } from '@oriel/base';
import {
	type Announce,
	type ControlMessage,
	type Controls,
	type FrameMessage,
	MAX_TEXT_LENGTH,
	type PosterMessage,
} from '@oriel/wire';
import type { Format, Frame, Poster } from '../capture/source.ts';

/** The camera's number on the connection: this agent has one camera. */
const NUMBER = 1;

export type CameraFacts = Pick<Announce, 'name' | 'title' | 'capabilities'>;

/** What is announced of a camera that has trouble before its first picture: only announced cameras can have any. */
const UNKNOWN: Format = { codec: 'jpeg', codecString: undefined, width: 0, height: 0 };

/** What the relay is to know of our camera, whatever connection it learns it on. */
export class Camera {
	readonly #facts: CameraFacts;
	readonly #clock: Clock;
	/** Of the newest picture; undefined before the first. */
	#format: Format | undefined;
	#trouble: { readonly since: Micros; readonly reason: string } | undefined;
	#limited: string | undefined;
	/** What may be changed at the camera; undefined: nothing, ever. */
	#controls: ControlMessage | undefined;
	#stream = 0;
	#sequence = 0;

	constructor(facts: CameraFacts, clock: Clock) {
		this.#facts = facts;
		this.#clock = clock;
	}

	/** All that a relay has to be told which knows nothing yet: nothing before there is a picture, or trouble. */
	introduction(): readonly ControlMessage[] {
		if (!this.#isAnnounced) return [];
		const isSpecial = this.#trouble !== undefined || this.#limited !== undefined;
		const more = [this.#controls, isSpecial ? this.#status() : undefined];
		return [this.#announcement(), ...more.filter((message) => message !== undefined)];
	}

	/** Takes note of what may be changed. Returns what the relay has to be told: nothing before there is a camera to speak of. */
	changeable(controls: Controls): readonly ControlMessage[] {
		this.#controls = { type: 'controls', camera: NUMBER, ...controls };
		return this.#isAnnounced ? [this.#controls] : [];
	}

	/** Numbers a picture. Every picture that the source makes gets a number, so that those not sent show as gaps. */
	number(frame: Frame): FrameMessage {
		const sequence = this.#sequence;
		this.#sequence = (sequence + 1) >>> 0;
		const { key, capturedAt, presentationOffset, bytes: payload } = frame;
		const message = { type: 'frame', camera: NUMBER, key, sequence, capturedAt, payload } as const;
		return presentationOffset === undefined ? message : { ...message, presentationOffset };
	}

	/** A poster as the relay gets it; undefined before the first frame, when the camera may not have been announced. */
	poster({ capturedAt, bytes: payload }: Poster): PosterMessage | undefined {
		return this.#format && { type: 'poster', camera: NUMBER, capturedAt, payload };
	}

	/**
	 * Takes note of a picture. Returns what the relay has to be told before it: that a stream begins, or a new size. No
	 * stream begins with a delta: where one comes after a silence, it goes on with what was before that.
	 */
	took({ key, format }: Frame): readonly ControlMessage[] {
		const before = this.#format;
		const resumes = this.#trouble !== undefined && key;
		const brokeOff = before !== undefined && (resumes || !isSameCodec(before, format));
		if (brokeOff) this.#stream++;
		this.#trouble = undefined;
		this.#format = format;
		if (before && !brokeOff && isSameSize(before, format)) return [];
		return before ? [this.#announcement()] : this.introduction();
	}

	/** Takes note that no pictures come. Returns what the relay has to be told: nothing if it is an old story. */
	stalled(reason: string): readonly ControlMessage[] {
		const words = reason.slice(0, MAX_TEXT_LENGTH);
		if (words === this.#trouble?.reason) return [];
		const wasIntroduced = this.introduction().length > 0;
		this.#trouble = { since: this.#clock.now(), reason: words };
		return wasIntroduced ? [this.#status()] : this.introduction();
	}

	/** Takes note that the source makes less than its owner has set, and why. Returns what the relay has to be told. */
	limited(words: string | undefined): readonly ControlMessage[] {
		if (words === this.#limited) return [];
		this.#limited = words;
		return this.introduction().length > 0 ? [this.#status()] : [];
	}

	/** The codec of the newest picture; undefined before the first. */
	get codec(): Format['codec'] | undefined {
		return this.#format?.codec;
	}

	#status(): ControlMessage {
		const limited = this.#limited === undefined ? {} : { limited: this.#limited };
		const since = this.#trouble?.since ?? this.#clock.now();
		const state = this.#trouble
			? { state: 'stalled' as const, reason: this.#trouble.reason }
			: { state: 'live' as const };
		return { type: 'status', camera: NUMBER, ...state, since, ...limited };
	}

	get #isAnnounced(): boolean {
		return this.#format !== undefined || this.#trouble !== undefined;
	}

	#announcement(): ControlMessage {
		return { type: 'announce', camera: NUMBER, ...this.#facts, ...(this.#format ?? UNKNOWN), stream: this.#stream };
	}
}

function isSameCodec(a: Format, b: Format): boolean {
	return a.codec === b.codec && a.codecString === b.codecString;
}

function isSameSize(a: Format, b: Format): boolean {
	return a.width === b.width && a.height === b.height;
}
