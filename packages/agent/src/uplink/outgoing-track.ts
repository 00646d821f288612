import { ownedBytes } from '@oriel/base';
import type { Announce, ControlMessage } from '@oriel/protocol';
import { type EncodedFrame, nextSequence, type RunId, type TrackId } from '@oriel/stream';
import type { Format, MediaUnit } from '../capture/source.ts';

/** What is announced of a track that has no frame yet. */
const UNKNOWN: Format = { codec: 'jpeg', codecString: undefined, width: 0, height: 0 };

/** What the relay is to know of one track of our camera, whatever connection it learns it on. It numbers the track's frames. */
export class OutgoingTrack {
	readonly #id: TrackId;
	readonly #run: RunId;
	/** Of the newest frame; undefined before the first. */
	#format: Format | undefined;
	/** Counts the unbroken stretches of frames, as `announce` names it. */
	#stream = 0;
	#sequence = 0;
	/** Whether the next frame begins a new stretch. */
	#isBroken = true;

	/** `run`: of this process; see `FrameOrigin`. */
	constructor(id: TrackId, run: RunId) {
		this.#id = id;
		this.#run = run;
	}

	get format(): Format | undefined {
		return this.#format;
	}

	/**
	 * The source has made a frame. `resumes`: after trouble. Returns whether the relay has to be told before it: that a new
	 * stretch begins, or another size. None begins with a delta frame: where one comes after a silence, it continues what was before that.
	 */
	onFrame({ key, format }: MediaUnit, resumes = false): boolean {
		const before = this.#format;
		const brokeOff = before !== undefined && ((resumes && key) || !isSameCodec(before, format));
		if (brokeOff) this.#stream++;
		this.#isBroken ||= brokeOff;
		this.#format = format;
		return !before || brokeOff || !isSameSize(before, format);
	}

	/** Numbers a frame. Every frame that the source makes gets a number, so that those not sent show as gaps. */
	number({ key, capturedAt, presentationOffset, data, format }: MediaUnit, receivedAt: number): EncodedFrame {
		const sequence = this.#sequence;
		this.#sequence = nextSequence(sequence);
		const discontinuity = this.#isBroken;
		this.#isBroken = false;
		return {
			track: this.#id,
			sequence,
			origin: { run: this.#run, sequence },
			key,
			discontinuity,
			capturedAt,
			presentationOffset,
			receivedAt,
			format,
			// What waits must not keep the buffer around it.
			data: ownedBytes(data),
		};
	}

	/** `of`: the number of the camera's video, for another track. */
	announcement(facts: Pick<Announce, 'name' | 'title' | 'capabilities'>, of?: number): ControlMessage {
		const { codec, codecString, width, height } = this.#format ?? UNKNOWN;
		const format = { codec, codecString, width, height };
		const which = of === undefined ? {} : { track: this.#id.name, of };
		return {
			...{ type: 'announce', camera: this.#id.number, ...facts, ...format },
			...{ stream: this.#stream, run: this.#run, ...which },
		};
	}
}

function isSameCodec(a: Format, b: Format): boolean {
	return a.codec === b.codec && a.codecString === b.codecString;
}

function isSameSize(a: Format, b: Format): boolean {
	return a.width === b.width && a.height === b.height;
}
