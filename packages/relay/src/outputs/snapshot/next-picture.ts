import type { Clock, Millis } from '@oriel/base';
import type { Track } from '../../core/track.ts';
import { RelayError } from '../../errors/relay-error.ts';

/** A camera that is woken has a picture within a second; a client need not wait much longer for an old one. */
export const WAKE_TIMEOUT_MS: Millis = 1500;
/** Snapshots of one camera that wait for it to wake: a crowd is told to come back. */
export const MAX_WAITING_SNAPSHOTS = 64;

interface Waking {
	readonly done: Promise<void>;
	waiting: number;
}

/** Wakes paused cameras for snapshots. All that ask at the same time wait as one viewer, until the next picture has come. */
export class Wakings {
	readonly #clock: Clock;
	readonly #wakings = new WeakMap<Track, Waking>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Watches a camera until its next picture has come, not for longer than WAKE_TIMEOUT_MS. Rejects with RelayError 'busy'. */
	async nextPicture(track: Track): Promise<void> {
		const waking = this.#wakings.get(track) ?? { done: this.#wake(track), waiting: 0 };
		if (waking.waiting >= MAX_WAITING_SNAPSHOTS) {
			throw new RelayError('busy', 'Too many snapshots wait for this camera to wake', { retryAfterSeconds: 2 });
		}
		waking.waiting++;
		this.#wakings.set(track, waking);
		await waking.done;
	}

	#wake(track: Track): Promise<void> {
		const before = track.newest;
		return new Promise((resolve) => {
			const done = () => {
				giveUp();
				detach();
				this.#wakings.delete(track);
				resolve();
			};
			const giveUp = this.#clock.after(WAKE_TIMEOUT_MS, done);
			const offer = () => {
				if (track.newest !== before) done();
			};
			const detach = track.attach({ transport: 'snapshot', offer, cameraRemoved: done });
		});
	}
}
