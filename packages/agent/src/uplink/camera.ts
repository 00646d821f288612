import { type Clock, type Micros, ownedBytes } from '@oriel/base';
import { type EncodedFrame, nextSequence, type RunId, type TrackId } from '@oriel/stream';
import { type Announce, type ControlMessage, type Controls, MAX_TEXT_LENGTH, type PosterMessage } from '@oriel/wire';
import type { Format, Frame, Poster } from '../capture/source.ts';

/** The number of its video track on the connection: this agent has one camera. */
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
	readonly #track: TrackId;
	readonly #run: RunId;
	#sequence = 0;
	/** Whether the next frame begins a new run of the camera. */
	#isNewRun = true;

	/** `run`: of this process; see `FrameOrigin`. */
	constructor(facts: CameraFacts, clock: Clock, run: RunId) {
		this.#facts = facts;
		this.#clock = clock;
		this.#run = run;
		this.#track = { number: NUMBER, camera: facts.name, name: 'video' };
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

	/** Numbers a frame. Every frame that the source makes gets a number, so that those not sent show as gaps. */
	number({ key, capturedAt, presentationOffset, bytes, format }: Frame): EncodedFrame {
		const sequence = this.#sequence;
		this.#sequence = nextSequence(sequence);
		const discontinuity = this.#isNewRun;
		this.#isNewRun = false;
		return {
			track: this.#track,
			sequence,
			origin: { run: this.#run, sequence },
			key,
			discontinuity,
			capturedAt,
			presentationOffset,
			receivedAt: this.#clock.now(),
			format,
			// What waits must not keep the buffer around it.
			data: ownedBytes(bytes),
		};
	}

	/** A poster as the relay gets it; undefined before the first frame, when the camera may not have been announced. */
	poster({ capturedAt, bytes: data }: Poster): PosterMessage | undefined {
		return this.#format && { type: 'poster', camera: NUMBER, capturedAt, data };
	}

	/**
	 * The source has made a frame. Returns what the relay has to be told before it: that a stream begins, or a new size. No
	 * stream begins with a delta: where one comes after a silence, it goes on with what was before that.
	 */
	onFrame({ key, format }: Frame): readonly ControlMessage[] {
		const before = this.#format;
		const resumes = this.#trouble !== undefined && key;
		const brokeOff = before !== undefined && (resumes || !isSameCodec(before, format));
		if (brokeOff) this.#stream++;
		this.#isNewRun ||= brokeOff;
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
		const { codec, codecString, width, height } = this.#format ?? UNKNOWN;
		const format = { codec, codecString, width, height };
		return { type: 'announce', camera: NUMBER, ...this.#facts, ...format, stream: this.#stream, run: this.#run };
	}
}

function isSameCodec(a: Format, b: Format): boolean {
	return a.codec === b.codec && a.codecString === b.codecString;
}

function isSameSize(a: Format, b: Format): boolean {
	return a.width === b.width && a.height === b.height;
}
