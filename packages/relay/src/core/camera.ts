import { type Clock, type Log, type Micros, micros } from '@oriel/base';
import type { TrackName } from '@oriel/stream';
import { faultReporter, type ReportFault } from '../errors/faults.ts';
import { FrameBudget } from '../memory/frame-budget.ts';
import { type Condition, nextCondition, type State } from './condition.ts';
import { containedPublisher } from './contained.ts';
import { ControlPanel, type ControlReport, type ControlRequest } from './controls.ts';
import type { CameraCounters } from './counters.ts';
import { News } from './news.ts';
import type { EndReason, Publication, Publisher } from './publication.ts';
import { Pulse } from './pulse.ts';
import { Track, type TrackHost } from './track.ts';
import type { Viewer } from './viewer.ts';

/** So long after a camera's last frame its GOP is kept, for viewers who have not got all of it yet. */
const GOP_KEPT: Micros = micros(10_000);
/** Tracks of one camera, `video` included: a camera with a preview, sound and some telemetry has four or five. */
export const MAX_TRACKS = 8;

export interface CameraOptions {
	/** The number of its video track. */
	readonly number: number;
	readonly name: string;
	readonly title: string;
	readonly clock: Clock;
	readonly log: Log;
	/** Hears of viewers and publishers that broke; default: a line in the log. */
	readonly report?: ReportFault | undefined;
	/** Called after the condition, the title, a format or the run has changed, at most some times a second. */
	readonly changed: (camera: Camera) => void;
	/** What all cameras' frames may take together; default: no limit. */
	readonly frames?: FrameBudget | undefined;
	/** A number for one more track; undefined: there is none left, or this camera may have no other. */
	readonly nextNumber?: (() => number | undefined) | undefined;
	/** Called when a track has gone that viewers may know of. */
	readonly trackRemoved?: ((camera: Camera, track: Track) => void) | undefined;
	/** Called when another publisher has taken the place of one that was connected. */
	readonly takenOver?: ((camera: Camera) => void) | undefined;
}

/** A camera as the relay knows it: at most one publisher, its tracks, and how it fares. */
export class Camera {
	readonly name: string;
	/** What the camera makes. It is there from the beginning and stays. */
	readonly video: Track;
	readonly counters: CameraCounters = { reconnects: 0, skippedBytes: 0 };
	readonly #options: CameraOptions;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #report: ReportFault;
	readonly #frames: FrameBudget;
	readonly #news: News;
	readonly #pulse = new Pulse();
	readonly #panel: ControlPanel;
	readonly #tracks = new Map<TrackName, Track>();
	#title: string;
	#condition: Condition;
	#limited: string | undefined;
	#problem: string | undefined;
	#revision = 0;
	#runs = 0;
	#current: { readonly number: number; readonly publisher: Publisher } | undefined;
	/** Why the publisher went that connects again for each picture, until it has come back. */
	#betweenPictures: string | undefined;

	constructor(options: CameraOptions) {
		const { number, name, title, clock, log, report, frames = new FrameBudget(), changed } = options;
		this.#options = options;
		this.name = name;
		this.#title = title;
		this.#clock = clock;
		this.#log = log.with({ camera: name });
		this.#report = report ?? faultReporter(this.#log, () => {});
		this.#frames = frames;
		this.#news = new News(clock, () => {
			changed(this);
			for (const track of this.#tracks.values()) track.onTold();
		});
		this.#panel = new ControlPanel(clock);
		this.#condition = { state: 'never', since: clock.now(), reason: undefined };
		this.video = this.#addTrack('video', number);
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

	/** The number by which messages name its video track. */
	get number(): number {
		return this.video.id.number;
	}

	/** Its tracks, `video` first. */
	get tracks(): Iterable<Track> {
		return this.#tracks.values();
	}

	track(name: TrackName): Track | undefined {
		return this.#tracks.get(name);
	}

	/** Counts what `changed` was called for: while it stays, all that can be said of the camera does. */
	get revision(): number {
		return this.#revision;
	}

	get condition(): Condition {
		return this.#condition;
	}

	/** That the camera sends less than it could, and why, for people; undefined: it does not, or is not connected. */
	get limited(): string | undefined {
		return this.#limited;
	}

	/** What its owner, and no other person, should know of what it sends, and what to change; undefined: nothing. */
	get problem(): string | undefined {
		return this.#problem ?? (this.#current && this.video.advice);
	}

	/** What the program that sends calls itself, if it is connected and says so: hostile text. */
	get software(): string | undefined {
		return this.#current?.publisher.software;
	}

	/** A publisher with its key was refused, and why: `problem` says it until pictures come. */
	refused(words: string): void {
		if (!this.#current) this.#problem = words;
	}

	/** Number of the current run, or of the last one; 0 before the first. */
	get run(): number {
		return this.#runs;
	}

	/** What may be changed at the camera; undefined: nothing, or it is not connected. */
	get controls(): ControlReport | undefined {
		return this.#panel.report;
	}

	/** Asks the camera for other values. `silent`: it did not say within three seconds what came of it. */
	async control(request: Omit<ControlRequest, 'number'>): Promise<'answered' | 'silent'> {
		const { publisher } = this.#current ?? {};
		return publisher?.control ? this.#panel.ask((numbered) => publisher.control?.(numbered), request) : 'silent';
	}

	/** All viewers of all its tracks. */
	get viewers(): readonly Viewer[] {
		return [...this.#tracks.values()].flatMap((track) => [...track.viewers]);
	}

	/** Begins a publication. An earlier publisher is told that it has been taken over: most often its own dead twin. */
	publish(publisher: Publisher): Publication {
		this.end('taken-over');
		const continues = this.#betweenPictures !== undefined;
		this.#betweenPictures = undefined;
		if (!continues) this.#begin(publisher.via);
		const entry = { number: this.#runs, publisher: containedPublisher(publisher, this.#report) };
		this.#current = entry;
		for (const track of this.#tracks.values()) track.onPublished();
		return this.#publication(entry);
	}

	#publication(entry: { readonly number: number }): Publication {
		const isCurrent = () => this.#current === entry;
		/** Calls that come after the end do nothing. */
		const whileCurrent = <Args extends unknown[]>(call: (...args: Args) => void) => {
			return (...args: Args): void => {
				if (isCurrent()) call(...args);
			};
		};
		const publish = (track: Track, close: () => void) => ({
			describe: whileCurrent(track.describe.bind(track)),
			push: whileCurrent(track.push.bind(track)),
			lost: whileCurrent(track.lost.bind(track)),
			close: whileCurrent(close),
		});
		const { video } = this;
		return {
			number: entry.number,
			get isCurrent() {
				return isCurrent();
			},
			video: publish(video, () => {}),
			track: (name) => {
				const track = isCurrent() ? this.#openTrack(name) : undefined;
				return track && publish(track, () => this.#removeTrack(track));
			},
			poster: whileCurrent(video.keepPoster.bind(video)),
			trouble: whileCurrent((reason) => this.#trouble(reason)),
			limited: whileCurrent((words) => this.#limit(words)),
			problem: whileCurrent((words) => {
				this.#problem = words;
			}),
			controls: whileCurrent((report) => this.#panel.took(report)),
			close: whileCurrent((reason) => this.#close(reason)),
			closeUntilNext: whileCurrent((reason) => {
				this.#current = undefined;
				this.#betweenPictures = reason;
			}),
		};
	}

	/** What comes now does not continue what came before. */
	#begin(via: string): void {
		const run = ++this.#runs;
		if (run > 1) this.counters.reconnects++;
		this.#limited = this.#problem = undefined;
		this.#pulse.begin(this.#clock.now());
		this.#log.info('stream opened', { stream: run, via });
		for (const track of this.#tracks.values()) track.begin();
	}

	/** Ends the current publication, if there is one, and tells its publisher why. */
	end(reason: EndReason): void {
		const ended = this.#current;
		if (!ended) return;
		this.#letGo();
		this.#log.info('stream ended', { stream: ended.number, via: ended.publisher.via, reason });
		if (reason === 'taken-over') this.#options.takenOver?.(this);
		else this.#leave(undefined);
		ended.publisher.ended(reason);
	}

	/** Notices a stall, or that there are no viewers, and lets viewers watch their own limits. Called about once a second. */
	tick(now: Micros): void {
		for (const track of this.#tracks.values()) track.tick(now, this.#condition.state === 'live');
		if (this.#betweenPictures !== undefined && this.#pulse.isOverdue(now)) {
			this.#leave(this.#betweenPictures);
			this.#betweenPictures = undefined;
		}
		if (this.#condition.state === 'offline' && now - this.#condition.since >= GOP_KEPT) this.video.keepKeyAlone();
		const isExpected = this.#current && this.video.newest && !this.video.isPaused;
		if (isExpected && this.#pulse.isOverdue(now)) this.#stall();
	}

	/** The camera is no more: its publication ends, its viewers are let go. */
	remove(): void {
		this.end('revoked');
		this.#news.stop();
		for (const track of this.#tracks.values()) track.remove();
	}

	#addTrack(name: TrackName, number: number): Track {
		const track: Track = new Track({ number, camera: this.name, name }, this.#hostOf(name));
		this.#tracks.set(name, track);
		return track;
	}

	#openTrack(name: TrackName): Track | undefined {
		const known = this.#tracks.get(name);
		if (known || this.#tracks.size >= MAX_TRACKS) return known;
		const number = this.#options.nextNumber?.();
		if (number === undefined) return undefined;
		const track = this.#addTrack(name, number);
		track.begin();
		return track;
	}

	#removeTrack(track: Track): void {
		if (track === this.video || !this.#tracks.delete(track.id.name)) return;
		this.#options.trackRemoved?.(this, track);
		track.remove();
		this.#changed();
	}

	/** Only the video track tells how the camera fares. */
	#hostOf(name: TrackName): TrackHost {
		const isVideo = name === 'video';
		return {
			clock: this.#clock,
			report: this.#report,
			frames: this.#frames,
			changed: () => this.#changed(),
			received: ({ receivedAt }) => {
				if (isVideo) this.#pulse.beat(receivedAt);
			},
			passedOn: () => {
				if (isVideo && this.#condition.state !== 'live') this.#become('live', undefined);
			},
			requestKey: () => this.#current?.publisher.requestKey?.(name),
			pause: () => this.#pause(name),
			resume: () => this.#resume(name),
		};
	}

	/** A paused camera is woken, for only its frames can tell that the trouble is over. */
	#trouble(reason: string): void {
		this.video.want();
		this.#become('stalled', reason);
	}

	#limit(words: string | undefined): void {
		if (words === this.#limited) return;
		this.#limited = words;
		this.#changed();
	}

	#pause(track: TrackName): boolean {
		const isPaused = this.#current?.publisher.pause?.(track) === true;
		if (isPaused) this.#log.debug('no viewers: the camera is paused', { track });
		return isPaused;
	}

	#resume(track: TrackName): void {
		if (track === 'video') this.#pulse.begin(this.#clock.now());
		this.#current?.publisher.resume?.(track);
		this.#log.debug('a viewer came: the camera resumes', { track });
		this.#changed();
	}

	/** A reason that the camera gave is worth more than the silence that follows it. */
	#stall(): void {
		if (this.#condition.state !== 'stalled') this.#become('stalled', undefined);
	}

	#close(reason: string): void {
		this.#log.info('stream closed', { stream: this.#runs, via: this.#current?.publisher.via, reason });
		this.#letGo();
		this.#leave(reason);
	}

	/** The publisher is gone, and with it what only a connected camera has. */
	#letGo(): void {
		this.#current = undefined;
		this.#panel.took(undefined);
		for (const track of [...this.#tracks.values()]) {
			track.end();
			this.#removeTrack(track);
		}
	}

	#changed(): void {
		this.#revision++;
		this.#news.changed();
	}

	/** A camera that came and went without a frame is still one that was never seen. */
	#leave(reason: string | undefined): void {
		this.#limited = undefined;
		this.#become(this.video.newest ? 'offline' : 'never', reason);
	}

	#become(state: State, reason: string | undefined): void {
		const before = this.#condition;
		const now = this.#clock.now();
		const seenAt = this.video.newest?.receivedAt;
		this.#condition = nextCondition(before, { state, reason }, { now, seenAt });
		if (this.#condition !== before) this.#changed();
	}
}
