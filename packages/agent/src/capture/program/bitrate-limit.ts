import { type Cancel, type Clock, type Micros, type Millis, micros, millis } from '@oriel/base';
import type { CaptureSettings } from '../command/command.ts';
import type { MediaUnit } from '../source.ts';
import { type Seen, settingsWithin } from './settings-limit.ts';

/** Several requests within this time are one. */
export const DEBOUNCE_MS: Millis = 300;
/** A restart costs a second or two of pictures: not more often than this. */
export const RESTART_EVERY_MS: Millis = 20_000;
/** Less than this says nothing about the rate of a stream. */
const MIN_SEEN: Micros = micros(2000);

export interface BitrateLimitOptions {
	readonly clock: Clock;
	readonly settings: CaptureSettings;
	/** While the program runs: it has to be started again with the new `settings`. */
	readonly onChange: () => void;
}

/** Turns requests for a bitrate into settings, and into few restarts. */
export class BitrateLimit {
	readonly #options: BitrateLimitOptions;
	#settings: CaptureSettings;
	#requested: number | undefined;
	#cancel: Cancel | undefined;
	#isRunning = false;
	#changedAt: Micros | undefined;
	#first: { readonly codec: 'jpeg' | 'h264'; readonly at: Micros } | undefined;
	#newestAt: Micros = 0;
	#bytes = 0;
	#pictures = 0;

	constructor(options: BitrateLimitOptions) {
		this.#options = options;
		this.#settings = options.settings;
	}

	/** With these the program is to be started. */
	get settings(): CaptureSettings {
		return this.#settings;
	}

	/** The limit from now on, in bits a second; undefined: none. */
	set(bitsPerSecond: number | undefined): void {
		this.#requested = bitsPerSecond;
		if (this.#isRunning) this.#schedule();
		else this.#settings = this.#limited();
	}

	/** The program runs. */
	onStart(): void {
		this.#isRunning = true;
		this.#first = undefined;
		this.#bytes = this.#pictures = 0;
	}

	/** A picture has come. */
	onFrame({ data, format: { codec } }: MediaUnit): void {
		const now = this.#options.clock.now();
		this.#first ??= { codec, at: now };
		this.#newestAt = now;
		this.#bytes += data.length;
		this.#pictures++;
	}

	/** The program has ended. */
	onEnd(): void {
		this.#isRunning = false;
		this.#cancel?.();
		this.#cancel = undefined;
	}

	#schedule(): void {
		this.#cancel?.();
		const { clock } = this.#options;
		const since = this.#changedAt === undefined ? RESTART_EVERY_MS : millis(clock.now() - this.#changedAt);
		this.#cancel = clock.after(Math.max(DEBOUNCE_MS, RESTART_EVERY_MS - since), () => this.#apply());
	}

	#apply(): void {
		this.#cancel = undefined;
		const settings = this.#limited();
		if (isSame(settings, this.#settings)) return;
		this.#settings = settings;
		this.#changedAt = this.#options.clock.now();
		this.#options.onChange();
	}

	#limited(): CaptureSettings {
		return settingsWithin(this.#requested, this.#options.settings, this.#settings, this.#seen());
	}

	#seen(): Seen | undefined {
		if (!this.#first) return undefined;
		const lasted = this.#newestAt - this.#first.at;
		if (lasted < MIN_SEEN && this.#first.codec === 'jpeg') return undefined;
		const seconds = lasted / 1_000_000;
		return { codec: this.#first.codec, bitsPerSecond: (this.#bytes * 8) / seconds, fps: this.#pictures / seconds };
	}
}

function isSame(a: CaptureSettings, b: CaptureSettings): boolean {
	return a.bitrate === b.bitrate && a.fps === b.fps && a.quality === b.quality;
}
