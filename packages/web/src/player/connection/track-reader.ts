import type { Micros } from '@oriel/base';
import type { Format } from '@oriel/media';
import type { Announce, FrameMessage } from '@oriel/protocol';
import type { EncodedFrame, TrackId, TrackName } from '@oriel/stream';

/**
 * Turns the messages of one track into frames: what they do not carry is known from the last `announce`. It outlives
 * connections, which give the track another number.
 */
export class TrackReader {
	#id: TrackId;
	#format: Format;
	/** Run of the camera that was announced, and that of the newest frame. */
	#announced: number;
	#run: number | undefined;

	constructor(number: number, name: TrackName, announce: Announce) {
		this.#id = { number, camera: announce.name, name };
		this.#format = formatOf(announce);
		this.#announced = announce.stream;
	}

	get id(): TrackId {
		return this.#id;
	}

	/** Frames that come now have this number and this format. */
	onAnnounce(number: number, announce: Announce): void {
		if (number !== this.#id.number) this.#id = { ...this.#id, number };
		const format = formatOf(announce);
		if (!isSame(format, this.#format)) this.#format = format;
		this.#announced = announce.stream;
	}

	frameOf({ sequence, key, capturedAt, presentationOffset, data }: FrameMessage, receivedAt: Micros): EncodedFrame {
		const format = this.#format;
		const isKey = key || format.codec === 'jpeg';
		const discontinuity = this.#run !== this.#announced;
		// Until a key frame has come nothing of the new run can be decoded.
		if (isKey) this.#run = this.#announced;
		return {
			track: this.#id,
			sequence,
			key: isKey,
			discontinuity,
			capturedAt,
			presentationOffset,
			receivedAt,
			format,
			data,
		};
	}
}

function formatOf({ codec, codecString, width, height }: Announce): Format {
	return { codec, codecString, width, height };
}

function isSame(a: Format, b: Format): boolean {
	return a.codec === b.codec && a.codecString === b.codecString && a.width === b.width && a.height === b.height;
}
