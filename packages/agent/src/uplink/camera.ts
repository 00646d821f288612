import type { Clock, Micros } from '@oriel/base';
import {
	type Announce,
	type ControlMessage,
	type Controls,
	MAX_TEXT_LENGTH,
	type PosterMessage,
} from '@oriel/protocol';
import type { EncodedFrame, RunId } from '@oriel/stream';
import type { Format, MediaUnit, Poster } from '../capture/source.ts';
import { OutgoingTrack } from './outgoing-track.ts';

/** The numbers of its tracks on the connection: this agent has one camera. */
export const VIDEO = 1;
export const PREVIEW = 2;

export interface CameraFacts extends Pick<Announce, 'name' | 'title' | 'capabilities'> {
	/** Of its preview; undefined: it has none. */
	readonly previewCapabilities?: readonly string[] | undefined;
}

/** What the relay is to know of our camera, whatever connection it learns it on. */
export class Camera {
	readonly #facts: CameraFacts;
	readonly #clock: Clock;
	readonly #video: OutgoingTrack;
	readonly #preview: OutgoingTrack;
	#trouble: { readonly since: Micros; readonly reason: string } | undefined;
	#limited: string | undefined;
	/** Whether the relay of this connection has been told of the preview. */
	#isPreviewTold = false;
	/** Whether frames of a preview come. */
	#hasPreview = false;
	/** Whether the next key frame of the preview does not continue the frame before. */
	#isPreviewBroken = false;
	/** What may be changed at the camera; undefined: nothing, ever. */
	#controls: ControlMessage | undefined;

	/** `run`: of this process; see `FrameOrigin`. */
	constructor(facts: CameraFacts, clock: Clock, run: RunId) {
		this.#facts = facts;
		this.#clock = clock;
		this.#video = new OutgoingTrack({ number: VIDEO, camera: facts.name, name: 'video' }, run);
		this.#preview = new OutgoingTrack({ number: PREVIEW, camera: facts.name, name: 'preview' }, run);
	}

	/**
	 * All that a relay has to be told which knows nothing yet: nothing before there is a picture, or trouble. The preview is
	 * for relays that know tracks.
	 */
	introduction({ knowsTracks = false }: { readonly knowsTracks?: boolean } = {}): readonly ControlMessage[] {
		if (!this.#isAnnounced) return [];
		const isSpecial = this.#trouble !== undefined || this.#limited !== undefined;
		this.#isPreviewTold = knowsTracks && this.#hasPreview;
		const preview = this.#isPreviewTold ? this.#previewAnnouncement() : undefined;
		const more = [this.#controls, isSpecial ? this.#status() : undefined, preview];
		return [this.#announcement(), ...more.filter((message) => message !== undefined)];
	}

	/** Takes note of what may be changed. Returns what the relay has to be told: nothing before there is a camera to speak of. */
	changeable(controls: Controls): readonly ControlMessage[] {
		this.#controls = { type: 'controls', camera: VIDEO, ...controls };
		return this.#isAnnounced ? [this.#controls] : [];
	}

	/** Whether the relay has been told of its preview: before that it takes no frames of it. */
	get isPreviewTold(): boolean {
		return this.#isPreviewTold;
	}

	/** Numbers a frame of its video. */
	number(frame: MediaUnit): EncodedFrame {
		return this.#video.number(frame, this.#clock.now());
	}

	/** The same of its preview. */
	numberPreview(frame: MediaUnit): EncodedFrame {
		return this.#preview.number(frame, this.#clock.now());
	}

	/** A poster as the relay gets it; undefined before the first frame, when the camera may not have been announced. */
	poster({ capturedAt, data }: Poster): PosterMessage | undefined {
		return this.#video.format && { type: 'poster', camera: VIDEO, capturedAt, data };
	}

	/** The source has made a frame. Returns what the relay has to be told before it. */
	onFrame(frame: MediaUnit): readonly ControlMessage[] {
		const wasKnown = this.#video.format !== undefined;
		const isNews = this.#video.onFrame(frame, this.#trouble !== undefined);
		this.#trouble = undefined;
		if (!isNews) return [];
		return wasKnown ? [this.#announcement()] : this.introduction();
	}

	/** The same of its preview: nothing before the video, to which it belongs, has been announced. */
	onPreviewFrame(frame: MediaUnit): readonly ControlMessage[] {
		const isNews = this.#preview.onFrame(frame, this.#isPreviewBroken) || !this.#isPreviewTold;
		this.#isPreviewBroken &&= !frame.key;
		this.#hasPreview = true;
		if (!isNews || !this.#isAnnounced) return [];
		this.#isPreviewTold = true;
		return [this.#previewAnnouncement()];
	}

	/** There is no preview any more, until its next frame. Returns what the relay has to be told. */
	withdrawPreview(): readonly ControlMessage[] {
		const wasTold = this.#isPreviewTold;
		this.#isPreviewTold = false;
		this.#hasPreview = false;
		this.#isPreviewBroken = true;
		return wasTold ? [{ type: 'withdraw', camera: PREVIEW }] : [];
	}

	/** Takes note that no pictures come. Returns what the relay has to be told: nothing if it is an old story. */
	stalled(reason: string): readonly ControlMessage[] {
		const words = reason.slice(0, MAX_TEXT_LENGTH);
		this.#isPreviewBroken = true;
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
		return this.#video.format?.codec;
	}

	#status(): ControlMessage {
		const limited = this.#limited === undefined ? {} : { limited: this.#limited };
		const since = this.#trouble?.since ?? this.#clock.now();
		const state = this.#trouble
			? { state: 'stalled' as const, reason: this.#trouble.reason }
			: { state: 'live' as const };
		return { type: 'status', camera: VIDEO, ...state, since, ...limited };
	}

	get #isAnnounced(): boolean {
		return this.#video.format !== undefined || this.#trouble !== undefined;
	}

	#announcement(): ControlMessage {
		const { name, title, capabilities } = this.#facts;
		return this.#video.announcement({ name, title, capabilities });
	}

	#previewAnnouncement(): ControlMessage {
		const { name, title, previewCapabilities = [] } = this.#facts;
		return this.#preview.announcement({ name, title, capabilities: [...previewCapabilities] }, VIDEO);
	}
}
