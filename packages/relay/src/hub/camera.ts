import { type Clock, type Log, type Micros, micros, ownedBytes } from '@oriel/base';
import { faultReporter, type ReportFault } from '../errors/faults.ts';
import { FrameBudget } from '../memory/frame-budget.ts';
import { Audience } from './audience.ts';
import { type Condition, nextCondition, type State } from './condition.ts';
import { containedPublisher } from './contained.ts';
import { ControlPanel, type ControlReport, type Wish } from './controls.ts';
import { type Counters, newCounters } from './counters.ts';
import { Demand } from './demand.ts';
import { type Format, type Frame, type Poster, sameFormat } from './frame.ts';
import { FrameCache } from './frame-cache.ts';
import { KeyRequests } from './key-requests.ts';
import { KeyRhythm } from './key-rhythm.ts';
import { News } from './news.ts';
import { Pulse } from './pulse.ts';
import { Rate } from './rate.ts';
import type { EndReason, Picture, Publisher, Stream } from './stream.ts';
import type { Viewer } from './viewer.ts';

/** So long after a camera's last picture its group is kept, for viewers who have not got all of it yet. */
const GROUP_KEPT: Micros = micros(10_000);

export interface CameraOptions {
	readonly number: number;
	readonly name: string;
	readonly title: string;
	readonly clock: Clock;
	readonly log: Log;
	/** Hears of viewers and publishers that broke; default: a line in the log. */
	readonly report?: ReportFault | undefined;
	/** Called after the condition, the title, the format or the stream has changed, at most some times a second. */
	readonly changed: (camera: Camera) => void;
	/** What all cameras' frames may take together; default: no limit. */
	readonly frames?: FrameBudget | undefined;
	/** Called when another publisher has taken the place of one that was connected. */
	readonly takenOver?: ((camera: Camera) => void) | undefined;
}

/** The thing on the wall, as the relay knows it: at most one stream in, any number of viewers out, the newest frame kept. */
export class Camera {
	readonly number: number;
	readonly name: string;
	readonly counters: Counters = newCounters();
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #report: ReportFault;
	readonly #news: News;
	readonly #takenOver: () => void;
	readonly #audience: Audience;
	readonly #pulse = new Pulse();
	readonly #rate = new Rate();
	#title: string;
	#format: Format = { codec: 'jpeg', width: 0, height: 0 };
	#condition: Condition;
	#limited: string | undefined;
	#problem: string | undefined;
	readonly #keys = new KeyRhythm();
	#isCut = false;
	readonly #frames: FrameCache;
	readonly #panel: ControlPanel;
	readonly #demand: Demand;
	readonly #keyRequests = new KeyRequests();
	#revision = 0;
	/** Whether viewers would misread the next picture: its stream or its format has not been told yet. */
	#isMisread = false;
	#streams = 0;
	#current: { readonly number: number; readonly publisher: Publisher } | undefined;
	/** Why the publisher went that comes with each picture anew, until it has come. */
	#betweenPictures: string | undefined;

	constructor({
		number,
		name,
		title,
		clock,
		log,
		report,
		frames = new FrameBudget(),
		changed,
		takenOver,
	}: CameraOptions) {
		this.number = number;
		this.name = name;
		this.#title = title;
		this.#clock = clock;
		this.#log = log.with({ camera: name });
		this.#report = report ?? faultReporter(this.#log, () => {});
		this.#audience = new Audience(this.#report);
		this.#news = new News(clock, () => {
			changed(this);
			this.#told();
		});
		this.#panel = new ControlPanel(clock);
		this.#demand = new Demand(clock.now());
		this.#frames = new FrameCache(number, clock, frames);
		this.#takenOver = () => takenOver?.(this);
		this.#condition = { state: 'never', since: clock.now(), reason: undefined };
	}

	get title(): string {
		return this.#title;
	}

	/** What people call the camera; free text. */
	set title(title: string) {
		if (title === this.#title) return;
		this.#title = title;
		this.#changed();
	}

	/** Counts what `changed` was called for: while it stays, all that can be said of the camera does. */
	get revision(): number {
		return this.#revision;
	}

	get format(): Format {
		return this.#format;
	}

	get condition(): Condition {
		return this.#condition;
	}

	/** That the camera sends less than it could, and why, for people; undefined: it does not, or is not here. */
	get limited(): string | undefined {
		return this.#limited;
	}

	/** What its owner, and nobody else, should know of what it sends, and what to change; undefined: nothing. */
	get problem(): string | undefined {
		return this.#problem ?? (this.#current && this.#keys.advice(this.framesPerSecond, this.#clock.now()));
	}

	/** Somebody who may send its pictures was refused, and why: `problem` says it until pictures come. */
	refused(words: string): void {
		if (!this.#current) this.#problem = words;
	}

	/** Who comes now gets an old picture and then waits: seconds from one key frame to the next. Undefined: nobody waits. */
	get keyWaitSeconds(): number | undefined {
		return this.#frames.isCut ? this.#keys.rareSeconds(this.#clock.now()) : undefined;
	}

	/**
	 * The newest picture, known after the camera has gone. It may be of an earlier codec, and its payload may have been let
	 * go: viewers take what `after` gives.
	 */
	get newest(): Frame | undefined {
		return this.#frames.newest;
	}

	/** The newest picture that stands alone; kept as `newest` is, and always of the camera's codec. */
	get newestKey(): Frame | undefined {
		return this.#frames.key;
	}

	/** Whether the frames of late were shown in the order in which they came, though the format may allow another. */
	get isInOrder(): boolean {
		return this.#frames.isInOrder;
	}

	/** The newest JPEG that came beside the frames; undefined where the frames are JPEGs, or none came. */
	get poster(): Poster | undefined {
		return this.#frames.poster;
	}

	/**
	 * The frame that a viewer needs next who has all up to `last`, or has nothing yet: the next of the group, or the
	 * newest key frame if the viewer has fallen behind that. Undefined until there is one.
	 */
	after(last: number | undefined): Frame | undefined {
		return this.#frames.after(last);
	}

	/** A copy of `frame` of this many bytes has been made for viewers, which lives as long as the frame. */
	copied(frame: Frame, bytes: number): void {
		this.#frames.copied(frame, bytes);
	}

	/** Asks the camera for a key frame, if it can make one: at most one a second, whoever asks. */
	requestKey(): void {
		if (this.#keyRequests.admits(this.#clock.now())) this.#current?.publisher.requestKey?.();
	}

	/** Number of the current stream, or of the last one; 0 before the first. */
	get stream(): number {
		return this.#streams;
	}

	/** Whether the camera has been asked for no more pictures, because nobody watches. It still counts as live. */
	get isPaused(): boolean {
		return this.#demand.isPaused;
	}

	/** What may be changed at the camera; undefined: nothing, or it is not connected. */
	get controls(): ControlReport | undefined {
		return this.#panel.report;
	}

	/** Asks the camera for other values. `silent`: it did not say within three seconds what came of it. */
	async control(wish: Omit<Wish, 'number'>): Promise<'answered' | 'silent'> {
		const { publisher } = this.#current ?? {};
		return publisher?.control ? this.#panel.ask((numbered) => publisher.control?.(numbered), wish) : 'silent';
	}

	get viewers(): ReadonlySet<Viewer> {
		return this.#audience.viewers;
	}

	get framesPerSecond(): number {
		return this.#rate.framesPerSecond(this.#clock.now());
	}

	get bitsPerSecond(): number {
		return this.#rate.bitsPerSecond(this.#clock.now());
	}

	/** Opens a new stream. Whoever published before is told that it has been taken over: most often its own dead twin. */
	publish(publisher: Publisher): Stream {
		this.end('taken-over');
		const goesOn = this.#betweenPictures !== undefined;
		this.#betweenPictures = undefined;
		if (!goesOn) this.#begin(publisher.via);
		const number = this.#streams;
		const entry = { number, publisher: containedPublisher(publisher, this.#report) };
		this.#current = entry;
		this.#demand.wanted(this.#clock.now());
		const current = () => this.#current === entry;
		return {
			number,
			get isCurrent() {
				return current();
			},
			describe: (format) => current() && this.#describe(format),
			push: (picture) => current() && this.#push(picture),
			lost: () => {
				if (current()) this.#frames.seal();
			},
			poster: (poster) => current() && this.#frames.keepPoster(poster),
			trouble: (reason) => current() && this.#trouble(reason),
			limited: (words) => current() && this.#limit(words),
			problem: (words) => {
				if (current()) this.#problem = words;
			},
			controls: (report) => {
				if (current()) this.#panel.took(report);
			},
			close: (reason) => current() && this.#close(reason),
			closeUntilNext: (reason) => {
				if (!current()) return;
				this.#current = undefined;
				this.#betweenPictures = reason;
			},
		};
	}

	/** What comes now does not go on from what came before. */
	#begin(via: string): void {
		const stream = ++this.#streams;
		if (stream > 1) this.counters.reconnects++;
		this.#frames.begin();
		this.#limited = this.#problem = undefined;
		this.#keys.begin();
		this.#pulse.begin(this.#clock.now());
		this.#log.info('stream opened', { stream, via });
		this.#reads();
	}

	/** Ends the current stream, if there is one, and tells its publisher why. */
	end(reason: EndReason): void {
		const ended = this.#current;
		this.#current = undefined;
		if (!ended) return;
		this.#frames.takeHeldBack();
		this.#panel.took(undefined);
		this.#log.info('stream ended', { stream: ended.number, via: ended.publisher.via, reason });
		if (reason === 'taken-over') this.#takenOver();
		else this.#leave(undefined);
		ended.publisher.ended(reason);
	}

	/**
	 * Attaches a viewer, which is offered the newest picture at once, unless the camera was paused: then it is woken, and
	 * its next picture is the first. The returned function detaches the viewer.
	 */
	attach(viewer: Viewer): () => void {
		this.#audience.add(viewer);
		if (this.#demand.wanted(this.#clock.now())) this.#wake();
		const { newest } = this;
		if (newest) this.#audience.offerTo(viewer, newest);
		return () => {
			if (this.#audience.remove(viewer)) this.#demand.wanted(this.#clock.now());
		};
	}

	/** Notices a stall, or that nobody watches, and lets viewers watch their own limits. Called about once a second. */
	tick(now: Micros): void {
		if (this.viewers.size > 0) this.#demand.wanted(now);
		else if (this.#condition.state === 'live' && this.#demand.isOver(now)) this.#pause();
		if (this.#betweenPictures !== undefined && this.#pulse.isOverdue(now)) {
			this.#leave(this.#betweenPictures);
			this.#betweenPictures = undefined;
		}
		if (this.#condition.state === 'offline' && now - this.#condition.since >= GROUP_KEPT) this.#frames.keepKeyAlone();
		const isExpected = this.#current && this.newest && !this.isPaused;
		if (isExpected && this.#pulse.isOverdue(now)) this.#stall();
		this.#audience.tick(now);
	}

	/** The camera is no more: its stream ends, its viewers are let go. */
	remove(): void {
		this.end('revoked');
		this.#news.stop();
		this.#audience.dismiss();
		this.#frames.forget();
	}

	/** A paused camera is woken, for only its pictures can tell that the trouble is over. */
	#trouble(reason: string): void {
		if (this.isPaused && this.#demand.wanted(this.#clock.now())) this.#wake();
		this.#become('stalled', reason);
	}

	#limit(words: string | undefined): void {
		if (words === this.#limited) return;
		this.#limited = words;
		this.#changed();
	}

	/** What is kept will be old when somebody comes. */
	#pause(): void {
		if (!this.#current?.publisher.pause?.()) return;
		this.#demand.paused();
		this.#frames.retire();
		this.#log.debug('nobody watches: the camera is paused');
		this.#changed();
	}

	#wake(): void {
		this.#pulse.begin(this.#clock.now());
		this.#current?.publisher.resume?.();
		this.#log.debug('somebody watches: the camera goes on');
		this.#changed();
	}

	/** A reason that the camera gave is worth more than the silence that follows it. */
	#stall(): void {
		if (this.#condition.state !== 'stalled') this.#become('stalled', undefined);
	}

	#describe(format: Format): void {
		if (sameFormat(format, this.#format)) return;
		if (format.codec !== this.#format.codec) this.#frames.changeCodec();
		this.#format = format;
		this.#reads();
	}

	#push(given: Picture): void {
		// The only way in of all pictures: what is kept must not keep the message or the chunk around it.
		const picture = { ...given, payload: ownedBytes(given.payload) };
		if (this.#format.codec === 'h264') this.#keys.frame(given.key, given.isRefresh === true, this.#clock.now());
		const frame = this.#frames.frameOf(picture);
		this.#measure(frame);
		// It was on its way when the camera was asked for no more: what comes after the pause does not go on from it.
		if (this.isPaused) return;
		if (this.#isMisread) this.#frames.holdBack(picture);
		else this.#show(frame);
	}

	#show(frame: Frame): void {
		if (!this.#frames.add(frame)) {
			this.counters.droppedKeyless++;
			this.requestKey();
			return;
		}
		this.#noteCut();
		if (this.#condition.state !== 'live') this.#become('live', undefined);
		this.#audience.offer(frame);
	}

	/** Viewers are told when those who come begin to wait for a key frame, and when they need not any more. */
	#noteCut(): void {
		if (this.#frames.isCut === this.#isCut) return;
		this.#isCut = this.#frames.isCut;
		this.#changed();
	}

	#measure({ receivedAt, payload }: Frame): void {
		this.#pulse.beat(receivedAt);
		this.#rate.add(receivedAt, payload.length);
		this.counters.frames++;
		this.counters.bytes += payload.length;
	}

	#close(reason: string): void {
		this.#log.info('stream closed', { stream: this.#streams, via: this.#current?.publisher.via, reason });
		this.#current = undefined;
		this.#frames.takeHeldBack();
		this.#panel.took(undefined);
		this.#leave(reason);
	}

	/** What viewers must know before the next picture has changed: until it has been told, pictures are held back. */
	#reads(): void {
		this.#isMisread = true;
		this.#frames.takeHeldBack();
		this.#changed();
	}

	#told(): void {
		this.#isMisread = false;
		const held = this.#frames.takeHeldBack();
		if (!held) return;
		this.#show(this.#frames.frameOf(held.picture));
		if (!held.isFollowed) return;
		this.#frames.seal();
		this.requestKey();
	}

	#changed(): void {
		this.#revision++;
		this.#news.changed();
	}

	/** A camera that came and went without a picture is still one that nobody has seen. */
	#leave(reason: string | undefined): void {
		this.#limited = undefined;
		this.#become(this.newest ? 'offline' : 'never', reason);
	}

	#become(state: State, reason: string | undefined): void {
		const before = this.#condition;
		const now = this.#clock.now();
		this.#condition = nextCondition(before, { state, reason }, { now, seenAt: this.newest?.receivedAt });
		if (this.#condition !== before) this.#changed();
	}
}
