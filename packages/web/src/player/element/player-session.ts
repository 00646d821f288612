import { type Cancel, type Clock, type Micros, type Millis, micros } from '@oriel/base';
import type { BandwidthReport } from '@oriel/protocol';
import type { TrackName } from '@oriel/stream';
import type { LiveConnection } from '../connection/live-connection.ts';
import type { ReceivedFrame } from '../connection/received-frame.ts';
import { Age } from '../picture/age.ts';
import { type Capabilities, type PlaybackMethod, shownCodecs } from '../picture/choose.ts';
import { GapDetector } from '../picture/gap-detector.ts';
import { PlaybackFallback } from '../picture/playback-fallback.ts';
import { Rate } from '../picture/rate.ts';
import type { Renderer, RendererEvents } from '../picture/renderer.ts';
import { bandwidthWords, DEVICE_WORDS, FALLBACK_WORDS, isTheDevice } from './bandwidth-words.ts';
import { type PlayerInputs, type PlayerState, playerState } from './player-state.ts';
import { type PlayerWords, playerWords } from './player-words.ts';
import { type Skipped, Skips } from './skips.ts';
import { TrackChoice } from './track-choice.ts';
import { TrackFeed } from './track-feed.ts';

/** How often a player looks whether pictures still come. */
const TICK_MS: Millis = 500;
/** A picture that came this shortly before pictures were due counts: another player of this page may have asked for it. */
const FRESH = micros(1_000);

export interface PlayerSessionParts {
	readonly connection: LiveConnection;
	readonly clock: Clock;
	readonly camera: string;
	readonly capabilities: Capabilities;
	/** The only method to use for H.264; undefined: the best. */
	readonly forced?: PlaybackMethod | undefined;
	readonly createRenderer: (method: PlaybackMethod, events: RendererEvents) => Renderer;
	/** State, words or figures may have changed. */
	readonly onChange: () => void;
}

/** One player at one camera: asks for its pictures while it is seen, has them shown, and knows how it goes. */
export class PlayerSession {
	readonly #parts: PlayerSessionParts;
	readonly #rate = new Rate();
	readonly #age = new Age();
	readonly #skips: Skips;
	readonly #gapDetector = new GapDetector();
	readonly #fallback: PlaybackFallback;
	readonly #undo: Cancel[];
	readonly #feed: TrackFeed;
	readonly #choice = new TrackChoice();
	#isSeen = false;
	#width = 0;
	#expectedSince: Micros | undefined;
	#newestAt: Micros | undefined;
	#undecodable = false;

	constructor(parts: PlayerSessionParts) {
		const { clock, connection, camera, capabilities, forced, createRenderer } = parts;
		this.#parts = parts;
		this.#skips = new Skips(clock);
		this.#fallback = new PlaybackFallback({
			...{ clock, capabilities, forced, create: createRenderer },
			kept: () => connection.kept(camera, this.#feed.track),
			onShown: (picture) => this.#shown(picture),
			onUndecodable: () => {
				this.#undecodable = true;
			},
			onChange: () => parts.onChange(),
		});
		this.#feed = new TrackFeed({
			...{ connection, camera },
			onSwitch: () => this.#gapDetector.pause(),
			onFrame: (frame) => this.#take(frame),
		});
		this.#undo = [
			connection.subscribe(() => this.#update()),
			clock.every(TICK_MS, () => this.#update()),
			() => this.#feed.stop(),
			() => this.#fallback.close(),
		];
	}

	get state(): PlayerState {
		return playerState(this.#inputs);
	}

	get words(): PlayerWords | undefined {
		const { connection, clock, capabilities } = this.#parts;
		const toWall = (time: Micros) => connection.toWall(time);
		return playerWords(this.state, this.#inputs, {
			toWall,
			wallNow: clock.wall(),
			undecodable: this.#undecodable || this.#fallback.helpless,
			h264: shownCodecs(capabilities).includes('h264') && !this.#lacksMethod,
			secure: capabilities.secure,
		});
	}

	/** What the connection carries of this camera, while that is not all and pictures come. */
	get carries(): BandwidthReport | undefined {
		const { connection, camera } = this.#parts;
		const hasPictures = this.state === 'live' || this.state === 'behind';
		return hasPictures ? connection.carries(camera, this.#feed.track) : undefined;
	}

	/** A quiet remark on what just happened, or goes on. */
	get note(): string | undefined {
		const { carries } = this;
		const load = this.state === 'live' ? this.#parts.connection.deviceLoad : undefined;
		if (load && isTheDevice(load, carries)) return DEVICE_WORDS;
		if (this.#choice.isFallback && this.state === 'live') return this.#feed.isThin ? DEVICE_WORDS : FALLBACK_WORDS;
		return carries ? bandwidthWords(carries) : this.#skips.words;
	}

	/** How pictures are shown; undefined before the first. */
	get method(): PlaybackMethod | undefined {
		return this.#fallback.method;
	}

	/** Why the last decoder failed; undefined if none has. */
	get methodReason(): string | undefined {
		return this.#fallback.reason;
	}

	/** What was left out on the way since the player began. */
	get skipped(): Skipped {
		return this.#skips.total;
	}

	/** Median age of the pictures of the last second, when they were drawn. */
	get ageMs(): Millis | undefined {
		return this.#age.ms;
	}

	get framesPerSecond(): number {
		return this.#rate.perSecond(this.#parts.clock.now());
	}

	/** What people call the camera; its name until that is known. */
	get title(): string {
		return this.#parts.connection.camera(this.#parts.camera)?.title || this.#parts.camera;
	}

	/** Whether the player can be seen: only then are frames asked for. */
	seen(seen: boolean): void {
		if (seen === this.#isSeen) return;
		this.#isSeen = seen;
		const { connection, camera } = this.#parts;
		this.#gapDetector.pause();
		if (seen) {
			this.#chooseTrack();
			this.#feed.start();
		} else this.#feed.stop();
		// What was kept of JPEG may be long ago: the pictures between it and the next are not missed.
		if (connection.camera(camera)?.codec === 'jpeg') this.#gapDetector.pause();
		this.#update();
	}

	/** The player is so wide now, in CSS pixels. */
	resize(width: number): void {
		this.#width = width;
		this.#update();
	}

	/** The track that is shown. */
	get track(): TrackName {
		return this.#feed.track;
	}

	/** Tries to connect again, now. */
	retry(): void {
		this.#parts.connection.retry();
	}

	close(): void {
		for (const undo of this.#undo) undo();
	}

	/** Whether the browser shows other H.264 than this. */
	get #lacksMethod(): boolean {
		return this.#fallback.helpless && this.#fallback.reason === undefined;
	}

	get #inputs(): PlayerInputs {
		const { connection, camera, clock } = this.#parts;
		return {
			connection: connection.state,
			listed: connection.listed,
			camera: connection.camera(camera),
			now: clock.now(),
			expectedSince: this.#expectedSince,
			newestAt: this.#newestAt,
			intervalMs: this.#rate.intervalMs(),
		};
	}

	get #expected(): boolean {
		const { connection } = this.#parts;
		const camera = connection.camera(this.#parts.camera);
		const live = connection.state.phase === 'open' && camera?.confirmed && camera.status?.state === 'live';
		return Boolean(live && this.#isSeen && !connection.suspended);
	}

	#update(): void {
		this.#chooseTrack();
		if (this.#parts.connection.suspended) this.#gapDetector.pause();
		if (!this.#expected) this.#expectedSince = undefined;
		else if (this.#expectedSince === undefined) this.#expectAnew();
		this.#parts.onChange();
	}

	#chooseTrack(): void {
		const { connection, camera, clock } = this.#parts;
		const isOverloaded = this.#isSeen && (this.#isPathOverloaded || this.#isDeviceOverloaded);
		const hasPreview = connection.camera(camera)?.tracks.has('preview') === true;
		const leftOut = connection.deviceLoad?.leftOut ?? 0;
		const choice = this.#choice.next({ hasPreview, width: this.#width, isOverloaded, leftOut, now: clock.now() });
		this.#feed.thin(choice === 'thin');
		this.#feed.choose(choice === 'thin' ? 'video' : choice);
	}

	get #isPathOverloaded(): boolean {
		const { connection, camera } = this.#parts;
		return this.#feed.track === 'video' && connection.carries(camera) !== undefined;
	}

	get #isDeviceOverloaded(): boolean {
		const { connection, camera } = this.#parts;
		const load = connection.deviceLoad;
		return this.#feed.track === 'video' && load !== undefined && isTheDevice(load, connection.carries(camera));
	}

	#expectAnew(): void {
		this.#expectedSince = this.#parts.clock.now() - FRESH;
		this.#rate.reset();
		this.#age.reset();
	}

	#take(picture: ReceivedFrame): void {
		// Where few frames are asked for, those between are not missed.
		if (this.#feed.isThin && picture.key) this.#gapDetector.pause();
		const link = this.#gapDetector.check(picture);
		this.#skips.note(link);
		if (link.kind === 'withheld') picture.settle(undefined);
		else this.#fallback.offer(picture);
	}

	#shown(picture: ReceivedFrame): void {
		const now = this.#parts.clock.now();
		const first = this.#newestAt === undefined || this.#newestAt < (this.#expectedSince ?? 0);
		this.#undecodable = false;
		this.#newestAt = picture.receivedAt;
		if (picture.receivedAt >= (this.#expectedSince ?? now)) {
			this.#rate.note(now);
			this.#age.note(picture.ageMs(), now);
		}
		if (first) this.#parts.onChange();
	}
}
