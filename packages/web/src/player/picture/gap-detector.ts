import { type Micros, type Millis, millis } from '@oriel/base';
import { nextSequence, sequenceDistance } from '@oriel/stream';
import type { ReceivedFrame } from '../connection/received-frame.ts';

/** How a picture hangs together with those before it. */
export type Link =
	| { readonly kind: 'continuous' }
	/** It can be shown, but `pictures` were left out on the way: `spanMs` of what the camera saw. */
	| { readonly kind: 'skipped'; readonly pictures: number; readonly spanMs: Millis }
	/** It depends on a picture that has not come: nothing but an artefact would be seen. */
	| { readonly kind: 'withheld' };

interface Seen {
	readonly sequence: number;
	readonly capturedAt: Micros;
}

const CONTINUOUS: Link = { kind: 'continuous' };

/** Follows the sequence numbers of one camera: what was missed, and what must not be shown until the next key frame. */
export class GapDetector {
	#last: Seen | undefined;
	#broken = true;

	check({ key, sequence, capturedAt, discontinuity }: ReceivedFrame): Link {
		const last = this.#last;
		const follows = last !== undefined && !discontinuity && nextSequence(last.sequence) === sequence;
		if (!key && (this.#broken || !follows)) {
			this.#broken = true;
			return { kind: 'withheld' };
		}
		this.#broken = false;
		this.#last = { sequence, capturedAt };
		return last && !follows && !discontinuity ? skipFrom(last, this.#last) : CONTINUOUS;
	}

	/** Pictures were not asked for: those that are missing are not missed. */
	pause(): void {
		this.#last = undefined;
		this.#broken = true;
	}
}

/** A key frame that is not later than the last picture begins the same group again: nothing is missing. */
function skipFrom(last: Seen, next: Seen): Link {
	const ahead = sequenceDistance(next.sequence, last.sequence);
	if (ahead <= 0) return CONTINUOUS;
	return { kind: 'skipped', pictures: ahead - 1, spanMs: Math.max(0, millis(next.capturedAt - last.capturedAt)) };
}
