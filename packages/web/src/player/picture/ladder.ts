import { type Clock, type Micros, micros } from '@oriel/base';
import type { Format } from '@oriel/media';
import type { TrackName } from '@oriel/stream';
import type { ReceivedFrame } from '../connection/received-frame.ts';
import { type Capabilities, h264Rungs, type Rung } from './choose.ts';
import { setupOf } from './h264-setup.ts';
import type { Renderer, RendererEvents } from './renderer.ts';

/** So many failures within this time, and the next rung is tried. */
const MAX_FAILURES = 3;
const FAILURE_WINDOW = micros(10_000);
/** When all rungs have failed, the first is tried again after this time. */
const REST = micros(10_000);

export interface LadderParts extends Omit<RendererEvents, 'onBroken'> {
	readonly clock: Clock;
	readonly capabilities: Capabilities;
	/** The only rung to use for H.264, for tests and trouble-shooting. */
	readonly forced: Rung | undefined;
	readonly create: (rung: Rung, events: RendererEvents) => Renderer;
	/** What a new renderer can begin with: see `KeptGops`. */
	readonly kept: () => readonly ReceivedFrame[];
	/** The rung, or what is known of its troubles, is another one. */
	readonly onChange: () => void;
}

/**
 * Shows pictures by the best means that this browser has, begins afresh when their format changes or a decoder fails, and
 * goes a rung down when it fails again and again.
 */
export class Ladder implements Renderer {
	readonly #parts: LadderParts;
	/** Of what is shown. */
	#format: Format | undefined;
	#track: TrackName | undefined;
	#rungs: readonly Rung[] | undefined;
	#at = 0;
	#renderer: Renderer | undefined;
	#failures: Micros[] = [];
	#restedAt: Micros = 0;
	/** The key frame of the group that was begun anew after a failure: a second time would end the same way. */
	#retried: ReceivedFrame | undefined;
	#reason: string | undefined;
	#closed = false;

	constructor(parts: LadderParts) {
		this.#parts = parts;
	}

	/** How pictures are shown now. */
	get rung(): Rung | undefined {
		return this.#renderer && this.#rungs?.[this.#at];
	}

	/** Whether there is nothing in this browser that shows these pictures, or all there is has failed. */
	get helpless(): boolean {
		return this.#rungs !== undefined && this.#renderer === undefined;
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
		this.#rungs = undefined;
		this.#reason = undefined;
		this.#failures = [];
		const rungs = format.codec === 'jpeg' ? (['jpeg'] as const) : await this.#h264Rungs(format, data);
		if (this.#closed || this.#format !== format) return picture.settle(undefined);
		this.#rungs = rungs;
		this.#climb(0);
		if (this.#closed || !this.#parts.kept().includes(picture)) picture.settle(undefined);
		this.#parts.onChange();
	}

	#h264Rungs(format: Format, data: Uint8Array): Promise<Rung[]> {
		const codec = setupOf(data)?.codec ?? format.codecString;
		return codec ? h264Rungs(codec, this.#parts.capabilities, this.#parts.forced) : Promise.resolve([]);
	}

	/** Goes to a rung and shows there what is kept. */
	#climb(at: number): void {
		this.#at = at;
		const rung = this.#rungs?.[at];
		const kept = this.#parts.kept().filter(({ format }) => this.#format && !differ(this.#format, format));
		if (rung) this.#start(rung, kept);
		else kept.at(-1)?.settle(undefined);
	}

	#start(rung: Rung, pictures: readonly ReceivedFrame[]): void {
		const { onShown, onUndecodable, create } = this.#parts;
		const onBroken = (reason: string) => this.#renderer === renderer && this.#broken(reason);
		const renderer: Renderer = create(rung, { onShown, onUndecodable, onBroken });
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
		const rung = this.#rungs?.[this.#at];
		const [key] = this.#parts.kept();
		const isSecondTime = key === this.#retried;
		this.#retried = key;
		if (rung) this.#start(rung, isSecondTime ? [] : this.#parts.kept());
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
