import type { Cancel, Clock, Micros, Millis } from '@oriel/base';
import type { BandwidthReport, FrameMessage, Message, Problem } from '@oriel/protocol';
import type { TrackName } from '@oriel/stream';
import type { ConnectionState, EndReason } from './connection-state.ts';
import { DeviceLoad, type Load } from './device-load.ts';
import type { Camera } from './directory.ts';
import { KnownRelay } from './known-relay.ts';
import { LiveSocket, type SocketEnd, type SocketLike } from './live-socket.ts';
import { Liveness } from './liveness.ts';
import type { PageSignal, PageSignals } from './page-signals.ts';
import { PresentationLeads } from './presentation-lead.ts';
import { receiveFrame, type ShownAges } from './receive-frame.ts';
import type { FrameSink, ReceivedFrame } from './received-frame.ts';
import { Redial } from './redial.ts';
import type { RelayAnswer } from './relay-answer.ts';
import { trackKey, trackOf } from './track-key.ts';
import { WatchList } from './watch-list.ts';

/** Kept open this long after the last user has gone: the next page is likely to want it again. */
const LINGER_MS: Millis = 5_000;
/** What is kept of a track without viewers is let go after this long. */
const RELEASE_AFTER_MS: Millis = 1_000;

export interface LiveConnectionParts {
	readonly clock: Clock;
	/** Uniform in [0, 1). */
	readonly random: () => number;
	readonly dial: () => SocketLike;
	readonly signals: PageSignals;
	/** The codecs that this browser can show, for the relay. */
	readonly codecs: readonly string[];
	/** Asks the relay over plain HTTP, before each dial that follows a failed one. */
	readonly ask: () => Promise<RelayAnswer>;
}

/**
 * The one connection of a page to its relay, shared by all players. It opens with its first user, comes back indefinitely
 * after every loss, and tells its users what it knows: its own state, the cameras, and the pictures they asked for.
 */
export class LiveConnection {
	readonly #parts: LiveConnectionParts;
	readonly #relay = new KnownRelay();
	readonly #leads = new PresentationLeads();
	readonly #liveness = new Liveness();
	readonly #load = new DeviceLoad();
	readonly #ages: ShownAges = new Map();
	readonly #redial: Redial;
	readonly #watchers: WatchList;
	readonly #listeners = new Set<() => void>();
	#state: ConnectionState = { phase: 'idle' };
	#socket: LiveSocket | undefined;
	/** Whether the last dial brought no hello. */
	#hasFailed = false;
	/** The question whose answer is awaited. */
	#asking: Promise<RelayAnswer> | undefined;
	/** A silence for which a connection was given up: if the first dial after it succeeds, the link was only slow. */
	#doubtedSilence: Micros | undefined;
	#stopSignals: (() => void) | undefined;
	#cancelLinger: Cancel | undefined;

	constructor(parts: LiveConnectionParts) {
		this.#parts = parts;
		this.#redial = new Redial(parts.clock, parts.random, () => this.#tryAgain());
		this.#watchers = new WatchList(parts.clock, () => this.#watch());
	}

	get state(): ConnectionState {
		return this.#state;
	}

	/** All cameras that the person may see, by title. */
	get cameras(): readonly Camera[] {
		return this.#relay.directory.cameras;
	}

	/** Whether `cameras` is the whole list. */
	get listed(): boolean {
		return this.#relay.directory.complete;
	}

	/** Whether pictures are stopped because the tab is hidden. */
	get suspended(): boolean {
		return this.#watchers.suspended;
	}

	/** The last complaint of the relay. */
	get problem(): Problem | undefined {
		return this.#relay.problem;
	}

	camera(name: string): Camera | undefined {
		return this.#relay.directory.get(name);
	}

	/** What this connection carries of a track; undefined while it carries everything, as far as the relay has told. */
	carries(name: string, track: TrackName = 'video'): BandwidthReport | undefined {
		return this.#relay.carries(trackKey(name, track), this.#parts.clock.now());
	}

	/** How far this device does not keep up with the pictures that it gets; undefined: it does. */
	get deviceLoad(): Load | undefined {
		return this.#load.at(this.#parts.clock.now());
	}

	/** A time of the relay's clock as milliseconds since 1970; undefined while the clocks have not been compared. */
	toWall(relayTime: Micros): Millis | undefined {
		const { clock } = this.#parts;
		const ours = this.#socket?.offset.toOurs(relayTime);
		return ours === undefined ? undefined : clock.wall() - (clock.now() - ours) / 1000;
	}

	/** Calls `listener` after every change of anything but pictures. The connection stays open until it is taken back. */
	subscribe(listener: () => void): () => void {
		this.#listeners.add(listener);
		this.#open();
		return () => {
			this.#listeners.delete(listener);
			this.#closeIfUnused();
		};
	}

	/**
	 * Asks for the frames of a track. Those that are kept of it come at once; they may be old. `isThin`: whether few frames are
	 * enough now; call `rewatch` when that changes.
	 */
	watch(name: string, sink: FrameSink, track: TrackName = 'video', isThin?: () => boolean): () => void {
		const key = trackKey(name, track);
		const remove = this.#watchers.add(key, sink, isThin);
		for (const frame of this.kept(name, track)) sink(frame);
		this.#open();
		return () => {
			remove();
			// The next player of the page, which is about to be made, begins with what this one has shown.
			this.#parts.clock.after(RELEASE_AFTER_MS, () => {
				if (!this.#watchers.has(key)) this.#relay.gops.release(key);
			});
			this.#closeIfUnused();
		};
	}

	rewatch(): void {
		this.#watchers.changed();
	}

	/** What a decoder of that track can begin with now: the newest JPEG, or the GOP from its key frame on. */
	kept(name: string, track: TrackName = 'video'): readonly ReceivedFrame[] {
		return this.#relay.gops.of(trackKey(name, track));
	}

	/** Dials now, also after an end. */
	retry(): void {
		if (this.#state.phase === 'idle' || this.#socket?.greeted) return;
		if (this.#state.phase === 'ended') this.#enter({ phase: 'connecting' });
		this.#redial.now();
	}

	#open(): void {
		this.#cancelLinger?.();
		if (this.#state.phase !== 'idle') return;
		this.#stopSignals = this.#parts.signals((signal) => this.#signalled(signal));
		this.#enter({ phase: 'connecting' });
		this.#redial.now();
	}

	#closeIfUnused(): void {
		if (this.#listeners.size > 0 || !this.#watchers.empty) return;
		this.#cancelLinger?.();
		this.#cancelLinger = this.#parts.clock.after(LINGER_MS, () => this.#close());
	}

	#close(): void {
		this.#stopSignals?.();
		this.#watchers.stop();
		this.#hangUp();
		this.#enter({ phase: 'idle' });
	}

	#hangUp(): void {
		this.#redial.cancel();
		this.#asking = undefined;
		this.#socket?.close();
		this.#socket = undefined;
		this.#relay.lost();
	}

	/**
	 * Browsers hold back the WebSockets of a page whose dials keep failing: Chromium for up to 5 s after about thirty of them,
	 * Firefox for up to a minute. So after a failed dial the next one waits until plain HTTP has found the relay.
	 */
	#tryAgain(): void {
		this.#hangUp();
		if (this.#hasFailed) void this.#askAndDial();
		else this.#dial();
	}

	async #askAndDial(): Promise<void> {
		const asking = this.#parts.ask();
		this.#asking = asking;
		const answer = await asking;
		if (this.#asking !== asking) return;
		if (answer === 'there') this.#dial();
		else if (answer === 'signed-out') this.#finish('signed-out', 'You are signed out.');
		else this.#redial.later();
	}

	#dial(): void {
		this.#hangUp();
		const socket: LiveSocket = new LiveSocket({
			socket: this.#parts.dial(),
			clock: this.#parts.clock,
			codecs: this.#parts.codecs,
			liveness: this.#liveness,
			onOpen: () => this.#watch(),
			onMessage: (message) => this.#take(message, socket),
			onPacket: () => this.#changed(),
			onEnd: (end) => this.#lost(end),
		});
		this.#socket = socket;
	}

	#watch(): void {
		const wanted = this.#watchers.tracks.map(trackOf);
		const cameras = wanted.filter(({ track }) => track === 'video').map(({ camera }) => camera);
		const tracks = wanted.filter(({ track }) => track !== 'video');
		const thin = this.#watchers.thin.map(trackOf).filter(({ track }) => track === 'video');
		this.#socket?.send({
			...{ type: 'watch', cameras },
			...(tracks.length > 0 && { tracks }),
			...(thin.length > 0 && { thin: thin.map(({ camera }) => camera) }),
		});
	}

	#take(message: Message, socket: LiveSocket): void {
		if (message.type === 'hello') this.#greeted(socket);
		else if (message.type === 'frame') this.#deliver(message, socket);
		else this.#relay.learn(message, this.#parts.clock.now());
	}

	#greeted(socket: LiveSocket): void {
		const now = this.#parts.clock.now();
		this.#relay.greeted(now);
		if (this.#doubtedSilence !== undefined) this.#liveness.note(this.#doubtedSilence, now);
		this.#doubtedSilence = undefined;
		this.#redial.stands();
		this.#state = { phase: 'open' };
		socket.ping();
	}

	#deliver(message: FrameMessage, socket: LiveSocket): void {
		const { clock } = this.#parts;
		const { directory, gops } = this.#relay;
		const encoded = directory.reader(message.camera)?.frameOf(message, clock.now());
		if (!encoded) return;
		const { camera } = encoded.track;
		const lead = this.#leads.note(encoded);
		const frame = receiveFrame(encoded, { socket, clock, load: this.#load, ages: this.#ages, lead });
		if (encoded.format.codec === 'jpeg' || this.#watchers.has(trackKey(camera, encoded.track.name))) gops.keep(frame);
		this.#watchers.deliver(frame);
	}

	#lost(end: SocketEnd): void {
		const { clock } = this.#parts;
		const silence = this.#liveness.silence(clock.now());
		this.#hasFailed = !end.greeted;
		this.#doubtedSilence = end.why === 'silent' ? silence : undefined;
		this.#hangUp();
		if (end.goodbye?.retryAfterMs === null) this.#finish(end.goodbye.reason, end.goodbye.message);
		else this.#comeBack(end, silence);
	}

	#comeBack(end: SocketEnd, silence: Micros): void {
		const { clock } = this.#parts;
		if (this.#state.phase === 'open') this.#enter({ phase: 'reconnecting', since: clock.wall() - silence / 1000 });
		const wait = end.goodbye?.retryAfterMs ?? 0;
		// A relay that shuts down sends all its pages away at once: they must not come back in step.
		this.#redial.later(wait + wait * this.#parts.random() * 0.5);
	}

	#finish(reason: EndReason, message: string): void {
		this.#hangUp();
		this.#enter({ phase: 'ended', reason, message });
	}

	#signalled(signal: PageSignal): void {
		if (signal === 'hidden') this.#watchers.hide(() => this.#changed());
		else if (signal === 'visible') this.#seenAgain();
		const maySucceed = signal === 'online' || (signal === 'visible' && this.#redial.waiting);
		if (maySucceed && this.#state.phase !== 'ended') this.retry();
	}

	#seenAgain(): void {
		this.#liveness.forget();
		this.#watchers.show();
		this.#changed();
	}

	#enter(state: ConnectionState): void {
		this.#state = state;
		this.#changed();
	}

	#changed(): void {
		for (const listener of this.#listeners) listener();
	}
}
