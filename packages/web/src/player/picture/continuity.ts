import { type Micros, type Millis, millis } from '@oriel/base';
import type { Picture } from '../connection/picture.ts';

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
	readonly stream: number;
}

const CONTINUOUS: Link = { kind: 'continuous' };
const HALF = 2 ** 31;

/** Follows the sequence numbers of one camera: what was missed, and what must not be shown until the next key frame. */
export class Continuity {
	#last: Seen | undefined;
	#broken = true;

	check({ key, sequence, capturedAt, format: { stream } }: Picture): Link {
		const last = this.#last;
		const follows = last?.stream === stream && (last.sequence + 1) >>> 0 === sequence;
		if (!key && (this.#broken || !follows)) {
			this.#broken = true;
			return { kind: 'withheld' };
		}
		this.#broken = false;
		this.#last = { sequence, capturedAt, stream };
		return !follows && last?.stream === stream ? skipFrom(last, this.#last) : CONTINUOUS;
	}

	/** Pictures were not asked for: those that are missing are not missed. */
	pause(): void {
		this.#last = undefined;
		this.#broken = true;
	}
}

/** A key frame that is not later than the last picture begins the same group again: nothing is missing. */
function skipFrom(last: Seen, next: Seen): Link {
	const ahead = (next.sequence - last.sequence) >>> 0;
	if (ahead === 0 || ahead >= HALF) return CONTINUOUS;
	return { kind: 'skipped', pictures: ahead - 1, spanMs: Math.max(0, millis(next.capturedAt - last.capturedAt)) };
}
