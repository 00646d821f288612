import type { Clock, Millis } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import type { Camera } from '../hub/camera.ts';

/** A camera that is woken has a picture within a second; whoever asks for one need not wait much longer for an old one. */
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
	readonly #wakings = new WeakMap<Camera, Waking>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Watches a camera until its next picture has come, not for longer than WAKE_TIMEOUT_MS. Rejects with RelayError 'busy'. */
	async nextPicture(camera: Camera): Promise<void> {
		const waking = this.#wakings.get(camera) ?? { done: this.#wake(camera), waiting: 0 };
		if (waking.waiting >= MAX_WAITING_SNAPSHOTS) {
			throw new RelayError('busy', 'Too many snapshots wait for this camera to wake', { retryAfterSeconds: 2 });
		}
		waking.waiting++;
		this.#wakings.set(camera, waking);
		await waking.done;
	}

	#wake(camera: Camera): Promise<void> {
		const before = camera.newest;
		return new Promise((resolve) => {
			const done = () => {
				giveUp();
				detach();
				this.#wakings.delete(camera);
				resolve();
			};
			const giveUp = this.#clock.after(WAKE_TIMEOUT_MS, done);
			const offer = () => {
				if (camera.newest !== before) done();
			};
			const detach = camera.attach({ transport: 'snapshot', offer, cameraRemoved: done });
		});
	}
}
