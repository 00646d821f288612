import { type Clock, type Micros, micros } from '@oriel/base';
import type { Format } from '@oriel/media';
import type { TrackName } from '@oriel/stream';
import type { ReceivedFrame } from '../connection/received-frame.ts';
import { type Capabilities, h264Methods, type PlaybackMethod } from './choose.ts';
import { setupOf } from './h264-setup.ts';
import type { Renderer, RendererEvents } from './renderer.ts';

/** So many failures within this time, and the next method is tried. */
const MAX_FAILURES = 3;
const FAILURE_WINDOW = micros(10_000);
/** When all methods have failed, the first is tried again after this time. */
const REST = micros(10_000);

export interface PlaybackFallbackParts extends Omit<RendererEvents, 'onBroken'> {
	readonly clock: Clock;
	readonly capabilities: Capabilities;
	/** The only method to use for H.264, for tests and trouble-shooting. */
	readonly forced: PlaybackMethod | undefined;
	readonly create: (method: PlaybackMethod, events: RendererEvents) => Renderer;
	/** What a new renderer can begin with: see `KeptGops`. */
	readonly kept: () => readonly ReceivedFrame[];
	/** The method, or what is known of its troubles, is another one. */
	readonly onChange: () => void;
}

/**
 * Shows pictures by the best means that this browser has, begins afresh when their format changes or a decoder fails, and
 * goes a method down when it fails again and again.
 */
export class PlaybackFallback implements Renderer {
	readonly #parts: PlaybackFallbackParts;
	/** Of what is shown. */
	#format: Format | undefined;
	#track: TrackName | undefined;
	#methods: readonly PlaybackMethod[] | undefined;
	#at = 0;
	#renderer: Renderer | undefined;
	#failures: Micros[] = [];
	#restedAt: Micros = 0;
	/** The key frame of the group that was begun again after a failure: a second time would end the same way. */
	#retried: ReceivedFrame | undefined;
	#reason: string | undefined;
	#closed = false;

	constructor(parts: PlaybackFallbackParts) {
		this.#parts = parts;
	}

	/** How pictures are shown now. */
	get method(): PlaybackMethod | undefined {
		return this.#renderer && this.#methods?.[this.#at];
	}

	/** Whether there is nothing in this browser that shows these pictures, or all there is has failed. */
	get helpless(): boolean {
		return this.#methods !== undefined && this.#renderer === undefined;
	}

	/** Why the last renderer failed; undefined if none has since the format was new. */
	get reason(): string | undefined {
		return this.#reason;
	}

	offer(picture: ReceivedFrame): void {
		const isNew = !this.#format || picture.discontinuity || this.#isOther(picture);
		const again = this.helpless && this.#reason !== undefined && this.#parts.clock.now() > this.#restedAt;
		if (this.#closed) picture.settle(undefined);
		else if (picture.key && (isNew || again)) void this.#begin(picture);
		else if (this.#renderer && !isNew) this.#renderer.offer(picture);
		else picture.settle(undefined);
	}

	/** Whether the frame is of another track, or of another format. */
	#isOther({ track, format }: ReceivedFrame): boolean {
		return track.name !== this.#track || !this.#format || differ(this.#format, format);
	}

	close(): void {
		this.#closed = true;
		this.#leave();
	}

	async #begin(picture: ReceivedFrame): Promise<void> {
		const { format, data, track } = picture;
		this.#leave();
		this.#format = format;
		this.#track = track.name;
		this.#methods = undefined;
		this.#reason = undefined;
		this.#failures = [];
		const methods = format.codec === 'jpeg' ? (['jpeg'] as const) : await this.#h264Methods(format, data);
		if (this.#closed || this.#format !== format) return picture.settle(undefined);
		this.#methods = methods;
		this.#climb(0);
		if (this.#closed || !this.#parts.kept().includes(picture)) picture.settle(undefined);
		this.#parts.onChange();
	}

	#h264Methods(format: Format, data: Uint8Array): Promise<PlaybackMethod[]> {
		const codec = setupOf(data)?.codec ?? format.codecString;
		return codec ? h264Methods(codec, this.#parts.capabilities, this.#parts.forced) : Promise.resolve([]);
	}

	/** Goes to a method and shows there what is kept. */
	#climb(at: number): void {
		this.#at = at;
		const method = this.#methods?.[at];
		const kept = this.#parts.kept().filter(({ format }) => this.#format && !differ(this.#format, format));
		if (method) this.#start(method, kept);
		else kept.at(-1)?.settle(undefined);
	}

	#start(method: PlaybackMethod, pictures: readonly ReceivedFrame[]): void {
		const { onShown, onUndecodable, create } = this.#parts;
		const onBroken = (reason: string) => this.#renderer === renderer && this.#broken(reason);
		const renderer: Renderer = create(method, { onShown, onUndecodable, onBroken });
		this.#renderer = renderer;
		for (const picture of pictures) if (this.#renderer === renderer) renderer.offer(picture);
	}

	#broken(reason: string): void {
		const now = this.#parts.clock.now();
		this.#leave();
		this.#reason = reason;
		this.#failures = [...this.#failures.filter((time) => now - time < FAILURE_WINDOW), now];
		if (this.#failures.length < MAX_FAILURES) this.#tryAgain();
		else this.#stepDown(now);
		this.#parts.onChange();
	}

	#tryAgain(): void {
		const method = this.#methods?.[this.#at];
		const [key] = this.#parts.kept();
		const isSecondTime = key === this.#retried;
		this.#retried = key;
		if (method) this.#start(method, isSecondTime ? [] : this.#parts.kept());
	}

	#stepDown(now: Micros): void {
		this.#failures = [];
		this.#restedAt = now + REST;
		this.#climb(this.#at + 1);
	}

	#leave(): void {
		const renderer = this.#renderer;
		this.#renderer = undefined;
		renderer?.close();
	}
}

function differ(a: Format, b: Format): boolean {
	return a.codec !== b.codec || a.codecString !== b.codecString;
}
