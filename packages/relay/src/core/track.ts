import { type Clock, type Micros, ownedBytes } from '@oriel/base';
import { Demand, type EncodedFrame, type FrameSource, KeyRequestThrottle, type TrackId } from '@oriel/stream';
import type { ReportFault } from '../errors/faults.ts';
import type { FrameBudget } from '../memory/frame-budget.ts';
import { Audience } from './audience.ts';
import { TrackCounters } from './counters.ts';
import { type Format, type Poster, sameFormat } from './frame.ts';
import { FrameCache } from './frame-cache.ts';
import { KeyRhythm } from './key-rhythm.ts';
import type { FrameInput, TrackPublication } from './publication.ts';
import { Rate } from './rate.ts';
import type { Viewer } from './viewer.ts';

/** What a track needs of its camera. */
export interface TrackHost {
	readonly clock: Clock;
	readonly report: ReportFault;
	/** What all tracks may keep together. */
	readonly frames: FrameBudget;
	/** What viewers are told of the track has changed. `Track.onTold` is called once they have been told. */
	changed(): void;
	/** A frame has come, decodable or not. */
	received(frame: EncodedFrame): void;
	/** A frame was handed to viewers. */
	passedOn(frame: EncodedFrame): void;
	requestKey(): void;
	/** False: this camera cannot pause. */
	pause(): boolean;
	resume(): void;
}

/** One sequence of frames of a camera: one publication in, any number of viewers out, the newest GOP kept. */
export class Track implements FrameSource, TrackPublication {
	readonly id: TrackId;
	readonly counters = new TrackCounters();
	readonly #host: TrackHost;
	readonly #audience: Audience;
	readonly #demand: Demand;
	readonly #cache: FrameCache;
	readonly #rate = new Rate();
	readonly #rhythm = new KeyRhythm();
	readonly #keyRequests = new KeyRequestThrottle();
	#format: Format = { codec: 'jpeg', codecString: undefined, width: 0, height: 0 };
	#isCut = false;
	/** Whether viewers would misread the next frame: its run or its format has not been told yet. */
	#isMisread = false;

	constructor(id: TrackId, host: TrackHost) {
		this.id = id;
		this.#host = host;
		this.#audience = new Audience(host.report);
		this.#demand = new Demand(host.clock.now());
		this.#cache = new FrameCache(id, host.clock, host.frames);
	}

	get format(): Format {
		return this.#format;
	}

	/**
	 * The newest frame, known after the camera has gone. It may be of an earlier codec, and its data may have been let go:
	 * viewers take what `after` gives.
	 */
	get newest(): EncodedFrame | undefined {
		return this.#cache.newest;
	}

	/** The newest key frame; kept as `newest` is, and always of the track's codec. */
	get newestKey(): EncodedFrame | undefined {
		return this.#cache.key;
	}

	/** Whether recent frames were displayed in the order in which they came, though the format may allow another. */
	get isInOrder(): boolean {
		return this.#cache.isInOrder;
	}

	/** The newest JPEG that came beside the frames; undefined where the frames are JPEGs, or none came. */
	get poster(): Poster | undefined {
		return this.#cache.poster;
	}

	/** Seconds between key frames where a new viewer gets an old picture and then waits for the next; undefined: it does not wait. */
	get keyWaitSeconds(): number | undefined {
		return this.#cache.isCut ? this.#rhythm.rareSeconds(this.#host.clock.now()) : undefined;
	}

	/** What its owner should change about its key frames. */
	get advice(): string | undefined {
		return this.#rhythm.advice(this.framesPerSecond, this.#host.clock.now());
	}

	/** Whether the camera has been asked for no more frames because there are no viewers. It still counts as live. */
	get isPaused(): boolean {
		return this.#demand.isPaused;
	}

	get viewers(): ReadonlySet<Viewer> {
		return this.#audience.viewers;
	}

	get framesPerSecond(): number {
		return this.#rate.framesPerSecond(this.#host.clock.now());
	}

	get bitsPerSecond(): number {
		return this.#rate.bitsPerSecond(this.#host.clock.now());
	}

	/** See `Gop.after`. */
	after(last: number | undefined): EncodedFrame | undefined {
		return this.#cache.after(last);
	}

	/** A copy of `frame` of this many bytes has been made for viewers, which lives as long as the frame. */
	onCopied(frame: EncodedFrame, bytes: number): void {
		this.#cache.onCopied(frame, bytes);
	}

	/** Asks the camera for a key frame, if it can make one: at most one a second in all. */
	requestKey(): void {
		if (this.#keyRequests.admit(this.#host.clock.now())) this.#host.requestKey();
	}

	/**
	 * Attaches a viewer, which is offered the newest frame at once, unless the camera was paused: then it is woken, and its
	 * next frame is the first. The returned function detaches the viewer.
	 */
	attach(viewer: Viewer): () => void {
		this.#audience.add(viewer);
		this.want();
		const { newest } = this;
		if (newest) this.#audience.offerTo(viewer, newest);
		return () => {
			if (this.#audience.remove(viewer)) this.want();
		};
	}

	/** Frames are wanted now: wakes the camera if it is paused. */
	want(): void {
		if (this.#demand.wanted(this.#host.clock.now())) this.#host.resume();
	}

	/** A publisher is there: it sends frames until it is paused. */
	onPublished(): void {
		this.#demand.wanted(this.#host.clock.now());
	}

	/** Another run begins: what comes now does not continue what came before. */
	begin(): void {
		this.#cache.begin();
		this.#rhythm.begin();
		this.#announce();
	}

	/** The run ends: a frame that is held back is of no use. */
	end(): void {
		this.#cache.takeHeldBack();
	}

	describe(format: Format): void {
		if (sameFormat(format, this.#format)) return;
		if (format.codec !== this.#format.codec) this.#cache.changeCodec();
		this.#format = format;
		this.#announce();
	}

	push(given: FrameInput): void {
		// The only way in of all frames: what is kept must not keep the message or the chunk around it.
		const input = { ...given, data: ownedBytes(given.data) };
		if (this.#format.codec === 'h264') this.#rhythm.frame(given.key, given.isRefresh === true, this.#host.clock.now());
		const frame = this.#cache.frameOf(input, this.#format);
		this.#measure(frame);
		// It was on its way when the camera was paused: what comes after the pause does not continue it.
		if (this.isPaused) return;
		if (this.#isMisread) this.#cache.holdBack(input);
		else this.#passOn(frame);
	}

	lost(): void {
		this.#cache.seal();
	}

	/** Nothing is left to do: viewers keep what there is. */
	close(): void {
		this.end();
	}

	keepPoster(poster: Poster): void {
		this.#cache.keepPoster(poster);
	}

	/** Viewers have been told of the run and the format. */
	onTold(): void {
		this.#isMisread = false;
		const held = this.#cache.takeHeldBack();
		if (!held) return;
		this.#passOn(this.#cache.frameOf(held.frame, this.#format));
		if (!held.isFollowed) return;
		this.lost();
		this.requestKey();
	}

	/** Pauses a track without viewers, and lets viewers watch their own limits. Called about once a second. */
	tick(now: Micros, mayPause: boolean): void {
		if (this.viewers.size > 0) this.#demand.wanted(now);
		else if (mayPause && this.#demand.isOver(now) && this.#host.pause()) {
			this.#demand.paused();
			// What is kept will be old when a viewer comes.
			this.#cache.retire();
			this.#host.changed();
		}
		this.#audience.tick(now);
	}

	/** The camera has gone for good or for long: its newest key frame is enough to show what it saw. */
	keepKeyAlone(): void {
		this.#cache.keepKeyAlone();
	}

	/** The track is no more: its viewers are let go. */
	remove(): void {
		this.#audience.dismiss();
		this.#cache.forget();
	}

	/** What viewers must know before the next frame has changed: until it has been told, frames are held back. */
	#announce(): void {
		this.#isMisread = true;
		this.#cache.takeHeldBack();
		this.#host.changed();
	}

	#measure(frame: EncodedFrame): void {
		const { receivedAt, data } = frame;
		this.#host.received(frame);
		this.#rate.add(receivedAt, data.length);
		this.counters.frames++;
		this.counters.bytes += data.length;
	}

	#passOn(frame: EncodedFrame): void {
		if (!this.#cache.add(frame)) {
			this.counters.droppedKeyless++;
			this.requestKey();
			return;
		}
		this.#noteCut();
		this.#host.passedOn(frame);
		this.#audience.offer(frame);
	}

	/** Viewers are told when new ones begin to wait for a key frame, and when they no longer do. */
	#noteCut(): void {
		if (this.#cache.isCut === this.#isCut) return;
		this.#isCut = this.#cache.isCut;
		this.#host.changed();
	}
}
