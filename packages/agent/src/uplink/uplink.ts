import {
	Backoff,
	type Clock,
	type Log,
	type Micros,
	type Millis,
	micros,
	millis,
	reasonOf,
	type Secret,
	sleep,
} from '@oriel/base';
import type { ControlMessage, ControlRequest, Controls, Hello } from '@oriel/protocol';
import { KeyRequestThrottle } from '@oriel/stream';
import type { WebSocket } from 'ws';
import type { MediaUnit, Poster } from '../capture/source.ts';
import { AgentError } from '../errors/agent-error.ts';
import { LogThrottle } from '../errors/log-throttle.ts';
import { type Camera, PREVIEW, VIDEO } from './camera.ts';
import type { CloseReason } from './close-reason.ts';
import { dial, HANDSHAKE_TIMEOUT_MS } from './dial.ts';
import type { Traffic } from './send-queue.ts';
import { DRAIN_TIMEOUT_MS, Session, SILENCE_TIMEOUT_MS, TRACKS } from './session.ts';

/** A rejected key may be added on the relay later; until then a try now and then, spread so that cameras do not march in step. */
const REJECTED_MIN_MS: Millis = 30_000;
const REJECTED_SPREAD_MS: Millis = 30_000;
/** A connection that has lasted this long was well: the next failure starts a new outage. */
const WELL = micros(5000);
/** How late the loop may be before it counts as stuck: a busy machine is late, too. */
const SLACK = micros(30_000);
/** No relay sends us away for longer than this. */
const MAX_HINT_MS: Millis = 600_000;

export interface UplinkOptions {
	/** As `agentUrl` gives it. */
	readonly url: URL;
	readonly key: Secret;
	/** The relay's public key, if it is known; see `readPin`. */
	readonly pin?: string | undefined;
	/** Name and version, for the hello. */
	readonly software: string;
	readonly camera: Camera;
	/** Asks for a key frame of a track; ignored by a source that cannot make any. */
	readonly requestKey: (track: number) => void;
	/** A track has no viewers; or it has some again, or that is not known. */
	readonly onPause: (track: number, isPaused: boolean) => void;
	/** Something is to be changed at the camera; undefined: it may not be. */
	readonly onControl?: ((request: ControlRequest) => void) | undefined;
	readonly clock: Clock;
	readonly log: Log;
	/** Uniform in [0, 1). */
	readonly random: () => number;
}

/** The way to the relay: connects, and connects again indefinitely. Pictures made meanwhile are dropped: the first one sent is fresh. */
export class Uplink {
	readonly #options: UplinkOptions;
	readonly #backoff: Backoff;
	readonly #throttle: LogThrottle;
	readonly #stop = new AbortController();
	#session: Session | undefined;
	/** When the loop, or the relay on the connection, must have been heard of again. */
	#due: Micros = Number.POSITIVE_INFINITY;
	#missed = 0;
	#connections = 0;
	readonly #keyRequests = new Map<number, KeyRequestThrottle>();
	/** Whether the newest line of the log says that all is well. */
	#saidGood = false;

	constructor(options: UplinkOptions) {
		this.#options = options;
		this.#backoff = new Backoff({ minMs: 250, maxMs: 15_000, share: 0.05, ...options });
		this.#throttle = new LogThrottle(options);
	}

	/** A frame for the relay. Returns at once. */
	offer(frame: MediaUnit): void {
		const { camera } = this.#options;
		for (const message of camera.onFrame(frame)) this.#session?.tell(message);
		const message = camera.number(frame);
		if (this.#session?.ready) this.#session.offer(message);
		else this.#missed++;
	}

	/** A frame of the preview for the relay, if that knows tracks. Returns at once. */
	offerPreview(frame: MediaUnit): void {
		const { camera } = this.#options;
		const messages = camera.onPreviewFrame(frame);
		const encoded = camera.numberPreview(frame);
		if (!this.#session?.ready || !this.#session.knowsTracks || !camera.isPreviewTold) return;
		for (const message of messages) this.#session.tell(message);
		this.#session.offer(encoded);
	}

	/** There is no preview any more, until its next frame: viewers get the video. */
	withdrawPreview(): void {
		const messages = this.#options.camera.withdrawPreview();
		if (!this.#session?.knowsTracks) return;
		// Before the relay is told: afterwards it takes no frame of the track.
		this.#session.closeTrack(PREVIEW);
		for (const message of messages) this.#session.tell(message);
	}

	/** A poster for the relay. Returns at once. */
	poster(poster: Poster): void {
		const message = this.#options.camera.poster(poster);
		if (message) this.#session?.offerPoster(message);
	}

	/** What may be changed at the camera, and how it is. */
	changeable(controls: Controls): void {
		for (const message of this.#options.camera.changeable(controls)) this.#session?.tell(message);
	}

	/** No pictures come, and why: the page shows it. */
	stalled(reason: string): void {
		for (const message of this.#options.camera.stalled(reason)) this.#session?.tell(message);
	}

	/** That the source was told to make less, and why; undefined: it makes what its owner has set. The page shows it. */
	limited(words: string | undefined): void {
		for (const message of this.#options.camera.limited(words)) this.#session?.tell(message);
	}

	/** What has gone on since the present connection began; undefined while there is none, and without viewers. */
	get traffic(): (Traffic & { readonly connection: number }) | undefined {
		const traffic = this.#session?.traffic;
		return traffic && { ...traffic, connection: this.#connections };
	}

	/** False when the loop is stuck: it dials, talks or waits for longer than it ever should. */
	get isAlive(): boolean {
		return this.#options.clock.now() <= this.#due + SLACK;
	}

	/** Stays connected. Resolves after `finish` or `abort`; never rejects. To be called once. */
	async run(): Promise<void> {
		const { signal } = this.#stop;
		while (!signal.aborted) {
			const wait = await this.#connect(signal);
			this.#expect(wait);
			await sleep(this.#options.clock, wait, signal);
		}
		this.#due = Number.POSITIVE_INFINITY;
	}

	/** Says goodbye, lets out what is on its way for a moment, and ends `run`. */
	finish(words: string): void {
		this.#stop.abort();
		this.#session?.finish('finished', words);
	}

	/** Cuts the connection and ends `run`. */
	abort(words: string): void {
		this.#stop.abort();
		this.#session?.abort(words);
	}

	/** One connection, from dialling to its end. Returns how long to wait before the next. */
	async #connect(signal: AbortSignal): Promise<Millis> {
		this.#expect(HANDSHAKE_TIMEOUT_MS);
		try {
			return await this.#stay(await dial({ ...this.#options, signal }));
		} catch (failure) {
			return signal.aborted ? 0 : this.#unreached(failure);
		}
	}

	async #stay(socket: WebSocket): Promise<Millis> {
		const { clock, log, software } = this.#options;
		const startedAt = clock.now();
		const session = new Session({
			socket,
			software,
			clock,
			log,
			introduce: (relay) => this.#introduce(relay),
			onKeyWanted: (track) => this.#requestKey(track),
			onPause: this.#options.onPause,
			onControl: this.#options.onControl,
			onActivity: () => this.#expect(SILENCE_TIMEOUT_MS + DRAIN_TIMEOUT_MS),
		});
		this.#session = session;
		this.#connections++;
		if (this.#stop.signal.aborted) session.abort('the agent is stopping');
		const closeReason = await session.ended;
		this.#session = undefined;
		for (const track of [VIDEO, PREVIEW]) this.#options.onPause(track, false);
		this.#account(session, closeReason, clock.now() - startedAt);
		return this.#waitAfter(closeReason);
	}

	#expect(within: Millis): void {
		this.#due = this.#options.clock.now() + micros(within);
	}

	#introduce({ software, capabilities }: Hello): readonly ControlMessage[] {
		if (!this.#saidGood) this.#options.log.info('connected to the relay', { relay: software });
		this.#saidGood = true;
		return this.#options.camera.introduction({ knowsTracks: capabilities.includes(TRACKS) });
	}

	#requestKey(track: number): void {
		const throttle = this.#keyRequests.get(track) ?? new KeyRequestThrottle();
		this.#keyRequests.set(track, throttle);
		if (throttle.admit(this.#options.clock.now())) this.#options.requestKey(track);
	}

	#account(session: Session, { words }: CloseReason, lasted: Micros): void {
		const wasWell = session.greeted && lasted >= WELL;
		if (wasWell) {
			this.#throttle.reset();
			this.#backoff.reset();
		}
		const { sent, replaced } = session.counts;
		const counts = { durationMs: Math.round(millis(lasted)), sent, replaced, missed: this.#missed };
		const level = wasWell || this.#stop.signal.aborted ? 'info' : 'warn';
		if (!this.#throttle.log(`connection to the relay ended: ${words}`, level, counts)) return;
		this.#saidGood = false;
		this.#missed = 0;
	}

	#waitAfter({ retryAfterMs = 0 }: CloseReason): Millis {
		const hint = Math.min(retryAfterMs, MAX_HINT_MS) * (1 + this.#options.random() / 4);
		return Math.max(hint, this.#backoff.next());
	}

	#unreached(failure: unknown): Millis {
		const rejected = failure instanceof AgentError && (failure.code === 'key-rejected' || failure.code === 'forbidden');
		if (this.#throttle.log(reasonOf(failure), rejected ? 'error' : 'warn')) this.#saidGood = false;
		return rejected ? REJECTED_MIN_MS + this.#options.random() * REJECTED_SPREAD_MS : this.#backoff.next();
	}
}
