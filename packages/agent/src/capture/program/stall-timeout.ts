import { type Cancel, type Clock, type Micros, type Millis, millis, StallLimit } from '@oriel/base';
import { Watchdog } from '../../timing/watchdog.ts';

/** A program that says its sensor hangs may be about to restart it; that takes up to this long. */
export const SENSOR_RESTART_MS: Millis = 10_000;

export interface StallTimeoutOptions {
	readonly clock: Clock;
	readonly firstPictureMs: Millis;
	/** `own-pace`: as `StallLimit` learns it. */
	readonly stallMs: Millis | 'own-pace';
	/** Whether the program is trying to help itself. */
	readonly isRestartingSensor: () => boolean;
	/** The timeout is over. Called once. */
	readonly onTimeout: (how: 'no-first-picture' | 'stalled', afterMs: Millis) => void;
}

/** How long a program may go without a picture: longer before the first, and once longer while it restarts its sensor. */
export class StallTimeout {
	readonly #options: StallTimeoutOptions;
	#dog: Watchdog;
	#cancelGrace: Cancel | undefined;
	#hadGrace = false;
	#pictures = 0;
	#newest: Micros;
	readonly #pace = new StallLimit();

	constructor(options: StallTimeoutOptions) {
		this.#options = options;
		const { clock, firstPictureMs: limitMs } = options;
		this.#newest = clock.now();
		this.#dog = new Watchdog({ clock, limitMs, bark: () => this.#end('no-first-picture') });
	}

	/** A picture has come. */
	onFrame(): void {
		this.#newest = this.#options.clock.now();
		this.#pace.picture(this.#newest);
		this.#cancelGrace?.();
		if (this.#pictures++ === 0 || this.#cancelGrace) this.#watchStalls();
		else this.#dog.feed();
		this.#cancelGrace = undefined;
	}

	stop(): void {
		this.#dog.stop();
		this.#cancelGrace?.();
	}

	#watchStalls(): void {
		this.#dog.stop();
		const { clock, stallMs } = this.#options;
		const limitMs = stallMs === 'own-pace' ? () => this.#pace.limitMs : stallMs;
		this.#dog = new Watchdog({ clock, limitMs, bark: () => this.#stalled() });
	}

	#stalled(): void {
		const { clock, stallMs, isRestartingSensor } = this.#options;
		this.#dog.stop();
		const more = stallMs === 'own-pace' ? 0 : SENSOR_RESTART_MS - stallMs;
		if (this.#hadGrace || more <= 0 || !isRestartingSensor()) {
			this.#end('stalled');
			return;
		}
		this.#hadGrace = true;
		this.#cancelGrace = clock.after(more, () => this.#end('stalled'));
	}

	#end(how: 'no-first-picture' | 'stalled'): void {
		this.stop();
		this.#options.onTimeout(how, Math.round(millis(this.#options.clock.now() - this.#newest)));
	}
}
