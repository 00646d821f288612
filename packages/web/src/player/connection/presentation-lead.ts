import type { Micros } from '@oriel/base';
import type { EncodedFrame } from '@oriel/stream';
import { type TrackKey, trackKey } from './track-key.ts';

/** Pictures of which the largest offset counts: longer than any run of B-frames. */
const WINDOW = 64;

/**
 * By how much the times of showing of one camera are ahead of its captures. An encoder with B-frames gives a picture out
 * only when it has seen those between, so one that is to be shown in 120 ms was taken now at the latest: all pictures were
 * taken so much before they are due.
 */
export class PresentationLead {
	#count = 0;
	#newest: Micros = 0;
	#before: Micros = 0;

	/** A picture came that is shown so much later than it is decoded. Returns the lead. */
	note(offset: Micros): Micros {
		if (this.#count++ % WINDOW === 0) {
			this.#before = this.#newest;
			this.#newest = 0;
		}
		this.#newest = Math.max(this.#newest, offset);
		return Math.max(this.#newest, this.#before);
	}
}

/** The leads of all tracks. */
export class PresentationLeads {
	readonly #leads = new Map<TrackKey, PresentationLead>();

	/** A frame came. Returns its track's lead: none where pictures are shown in the order in which they come. */
	note({ track, presentationOffset }: Pick<EncodedFrame, 'track' | 'presentationOffset'>): Micros {
		const key = trackKey(track.camera, track.name);
		if (presentationOffset === undefined) {
			this.#leads.delete(key);
			return 0;
		}
		const lead = this.#leads.get(key) ?? new PresentationLead();
		this.#leads.set(key, lead);
		return lead.note(presentationOffset);
	}
}
