import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, type Log, type LoopLag, type Micros, micros, millis } from '@oriel/base';
import type { AckMessage, Message, Watch } from '@oriel/protocol';
import type { TrackName } from '@oriel/stream';
import type { Access } from '../../auth/access.ts';
import { answerableFor } from '../../auth/answerable.ts';
import { mayKnowWhy, maySee, type Principal } from '../../auth/policy.ts';
import type { Camera } from '../../core/camera.ts';
import type { Hub, Observer } from '../../core/hub.ts';
import type { Track } from '../../core/track.ts';
import type { Budget, Share } from '../../memory/budget.ts';
import type { Acceptor } from '../../socket/acceptor.ts';
import type { Connection, ConnectionHandler } from '../../socket/connection.ts';
import { AcksDue } from './acks-due.ts';
import { announcementOf } from './announcement.ts';
import { BandwidthReporter } from './bandwidth-reporter.ts';
import { FEED_BYTES, LiveFeed } from './feed.ts';

/** A viewer whose socket takes nothing for this long is gone, even if it goes on talking. */
export const WRITE_STALL = micros(10_000);
const TICK_MS = 1000;
/** What the relay passes on, and what is sent to a viewer that has not said yet what it takes. */
const CODECS: readonly string[] = ['jpeg', 'h264'];
/** The capability of peers that know tracks beside `video`. */
const TRACKS = 'tracks';
/** What the longest name of a camera takes in a set. */
const NAME_BYTES = 192;
/** Cameras that are looked at for the price of one message, and of which pictures begin to be sent for it. */
const FOLLOWED_PER_MESSAGE = 10;
const STARTED_PER_MESSAGE = 4;

export interface LiveOptions {
	readonly hub: Hub;
	readonly access: Access;
	readonly acceptor: Acceptor;
	/** Memory of the cameras that all viewers watch. */
	readonly feeds: Budget;
	readonly clock: Clock;
	/** How late this process itself is, which is no part of the path to a viewer; default: not at all. */
	readonly lag?: Pick<LoopLag, 'ms'> | undefined;
	readonly log: Log;
	/** Name and version, for the hello. */
	readonly software: string;
	/** Ends all connections when the relay stops. */
	readonly signal: AbortSignal;
	/** Hears how old each picture was when it was shown. */
	readonly shown: (age: Micros) => void;
}

/** Opens a viewer's connection: many cameras on one socket. */
export function acceptLive(
	options: LiveOptions,
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
	who: Principal,
): void {
	const begin = (connection: Connection) => new LiveSession(connection, who, options);
	options.acceptor.accept(request, socket, head, begin, answerableFor(who));
}

/** One track on the viewer's socket. */
interface Feeding {
	readonly camera: Camera;
	readonly track: Track;
	readonly feed: LiveFeed;
	detach: () => void;
	readonly report: BandwidthReporter;
}

class LiveSession implements ConnectionHandler, Observer {
	readonly peer = 'A viewer';
	readonly #connection: Connection;
	#who: Principal;
	readonly #options: LiveOptions;
	/** By track number. */
	readonly #feeds = new Map<number, Feeding>();
	readonly #share: Share;
	readonly #undo: (() => void)[] = [];
	readonly #openedAt: Micros;
	/** The tracks that the viewer wants, by camera. */
	#wanted: ReadonlyMap<string, ReadonlySet<TrackName>> = new Map();
	/** Cameras of whose video it wants few frames. */
	#thin: ReadonlySet<string> = new Set();
	#knowsTracks = false;
	#takes: ReadonlySet<string> = new Set(CODECS);
	readonly #acksDue = new AcksDue();
	#writtenAt: Micros;
	/** As of the last tick. */
	#inFlightBytes = 0;
	#frames = 0;
	#dropped = 0;

	constructor(connection: Connection, who: Principal, options: LiveOptions) {
		const { hub, access, clock, feeds, signal, software } = options;
		this.#connection = connection;
		this.#who = who;
		this.#options = options;
		this.#openedAt = this.#writtenAt = clock.now();
		const message = 'The relay is asked for more pictures at once than it can serve; watch fewer cameras';
		this.#share = feeds.open(answerableFor(who), () => {
			this.#stopAll();
			connection.goodbye({ reason: 'too-large', message, retryAfterMs: 5000 });
		});
		connection.sayHello({ software, capabilities: [...CODECS, TRACKS] });
		const stop = () => connection.goodbye({ reason: 'shutting-down', message: 'The relay stops', retryAfterMs: 1000 });
		signal.addEventListener('abort', stop);
		this.#undo.push(
			() => signal.removeEventListener('abort', stop),
			this.#meet(hub),
			access.lease({
				who,
				action: 'live.open',
				ended: () => connection.goodbye({ reason: 'revoked', message: 'Access was revoked', retryAfterMs: null }),
				changed: (now) => this.#regranted(now),
			}),
			clock.every(TICK_MS, () => this.#tick()),
		);
	}

	/** Is told of all cameras that there are, which leaves in one write. */
	#meet(hub: Hub): () => void {
		const { socket } = this.#connection;
		socket.cork();
		try {
			return hub.observe(this);
		} finally {
			socket.uncork();
		}
	}

	accepts(type: Message['type']): boolean {
		return this.#options.access.policy.maySend(this.#who, 'live', type);
	}

	onMessage(message: Message): void {
		if (message.type === 'hello') this.#onHello(message.capabilities);
		else if (message.type === 'watch') this.#watch(message);
		else if (message.type === 'ack') this.#acknowledged(message);
		else if (message.type === 'goodbye')
			this.#connection.goodbye({ reason: 'finished', message: 'The viewer left', retryAfterMs: null });
	}

	onClosed(reason: string): void {
		for (const undo of this.#undo) undo();
		this.#stopAll();
		this.#share.close();
		const seconds = Math.round(millis(this.#options.clock.now() - this.#openedAt)) / 1000;
		const fields = { transport: 'live', reason, seconds, frames: this.#frames, dropped: this.#dropped };
		this.#options.log.info('viewer left', fields);
	}

	added(camera: Camera): void {
		this.changed(camera);
	}

	changed(camera: Camera): void {
		if (!maySee(this.#who, camera.name)) return;
		const knows = { withReason: mayKnowWhy(this.#who), withTracks: this.#knowsTracks };
		this.#connection.sendPrepared(announcementOf(camera, knows));
		this.#follow(camera);
	}

	removed(camera: Camera): void {
		if (maySee(this.#who, camera.name)) this.#withdraw(camera);
	}

	trackRemoved(camera: Camera, track: Track): void {
		if (maySee(this.#who, camera.name)) this.#withdrawTrack(track);
	}

	#withdraw(camera: Camera): void {
		for (const track of camera.tracks) this.#withdrawTrack(track);
	}

	#withdrawTrack({ id }: Track): void {
		this.#stop(id.number);
		if (id.name === 'video' || this.#knowsTracks) this.#connection.send({ type: 'withdraw', camera: id.number });
	}

	letGo(): void {
		const message = 'Something broke inside the relay; its log says what';
		this.#connection.goodbye({ reason: 'protocol-error', message, retryAfterMs: 5000 });
	}

	/** The viewer may see or know other things than before: some cameras come, some go. */
	#regranted(now: Principal): void {
		const before = this.#who;
		this.#who = now;
		const isTold = mayKnowWhy(before) === mayKnowWhy(now);
		for (const camera of this.#options.hub.cameras) {
			const could = maySee(before, camera.name);
			const can = maySee(now, camera.name);
			if (can && !(could && isTold)) this.added(camera);
			if (could && !can) this.#withdraw(camera);
		}
	}

	/** Names that the viewer may not see, or that do not exist yet, are kept in mind and do nothing. */
	#watch({ cameras, tracks = [], thin = [] }: Watch): void {
		const before = this.#wanted;
		const wanted = new Map<string, Set<TrackName>>(cameras.map((name) => [name, new Set<TrackName>(['video'])]));
		for (const { camera, track } of tracks) {
			const names = wanted.get(camera) ?? new Set();
			wanted.set(camera, names.add(track));
		}
		this.#wanted = wanted;
		this.#thin = new Set(thin);
		this.#connection.countKept((cameras.length + tracks.length + thin.length) * NAME_BYTES);
		this.#followAll(new Set([...before.keys(), ...wanted.keys()]));
	}

	#onHello(capabilities: readonly string[]): void {
		this.#takes = new Set(capabilities.filter((name) => CODECS.includes(name)));
		const learns = !this.#knowsTracks && capabilities.includes(TRACKS);
		this.#knowsTracks ||= learns;
		if (learns) this.#announceTracks();
		this.#followAll(new Set(this.#wanted.keys()));
	}

	/** All cameras have been announced before the viewer's hello; those with more tracks are announced again. */
	#announceTracks(): void {
		for (const camera of this.#options.hub.cameras) {
			const [, second] = camera.tracks;
			if (second) this.changed(camera);
		}
	}

	/** What this costs is the viewer's to pay: nothing else that it can ask for is as much work. */
	#followAll(names: ReadonlySet<string>): void {
		const running = this.#feeds.size;
		this.#connection.spend(names.size / FOLLOWED_PER_MESSAGE, 'watch');
		for (const name of names) {
			const camera = this.#options.hub.camera(name);
			if (camera) this.#follow(camera);
		}
		this.#connection.spend(Math.max(0, this.#feeds.size - running) / STARTED_PER_MESSAGE, 'watch');
	}

	/** Starts or ends the feeds of a camera's tracks, whichever is right now. Feeds that are right already are not touched. */
	#follow(camera: Camera): void {
		const wanted = maySee(this.#who, camera.name) ? this.#wanted.get(camera.name) : undefined;
		for (const track of camera.tracks) {
			const isWanted = wanted?.has(track.id.name) === true && this.#takes.has(track.format.codec);
			if (!isWanted) this.#stop(track.id.number);
			else if (!this.#feeds.has(track.id.number)) this.#start(camera, track);
		}
		this.#applyThin(camera);
	}

	#applyThin({ name, video }: Camera): void {
		const feeding = this.#feeds.get(video.id.number);
		const isThin = this.#thin.has(name);
		if (!feeding || feeding.feed.isThin === isThin) return;
		feeding.feed.isThin = isThin;
		feeding.feed.pump();
	}

	#start(camera: Camera, track: Track): void {
		if (!this.#connection.isOpen) return;
		const { clock } = this.#options;
		const { number } = track.id;
		const feed = new LiveFeed(track, this.#connection, clock, this.onDrain, () => this.#stop(number));
		const feeding: Feeding = { camera, track, feed, detach: () => {}, report: new BandwidthReporter() };
		// First, for a camera that is woken by it changes at once, and a second feed would be started by that.
		this.#feeds.set(number, feeding);
		this.#countFeeds();
		// May end the connection, and this feed with it.
		if (!this.#feeds.has(number)) return;
		feeding.detach = track.attach(feed);
	}

	#stop(number: number): void {
		const entry = this.#feeds.get(number);
		if (!entry) return;
		this.#feeds.delete(number);
		entry.detach();
		entry.feed.leave();
		this.#frames += entry.feed.counts.frames;
		this.#dropped += entry.feed.counts.dropped;
		this.#acksDue.stopped(number, entry.feed.counts.frames);
	}

	#stopAll(): void {
		for (const number of [...this.#feeds.keys()]) this.#stop(number);
	}

	#countFeeds(): void {
		this.#share.set(this.#feeds.size * FEED_BYTES + this.#inFlightBytes);
	}

	#countInFlight(): void {
		this.#inFlightBytes = 0;
		for (const { feed } of this.#feeds.values()) this.#inFlightBytes += feed.inFlightBytes;
		this.#countFeeds();
	}

	#acknowledged({ camera, sequence, ageMs, heldMs = 0 }: AckMessage): void {
		const feed = this.#feeds.get(camera)?.feed;
		if (!this.#acksDue.took(camera, feed?.counts.frames ?? 0))
			this.#connection.spend(1, 'ack of nothing that was sent');
		const held = micros(heldMs + (this.#options.lag?.ms ?? 0));
		if (!feed?.acknowledged(sequence, held) || ageMs === undefined) return;
		feed.shown = { ageMs, at: this.#options.clock.now() };
		this.#options.shown(micros(ageMs));
	}

	readonly onDrain = (): void => {
		this.#writtenAt = this.#options.clock.now();
		this.#connection.onDrain();
		for (const [number, entry] of this.#feeds) {
			if (!entry.feed.pump()) continue;
			// A camera that was served goes to the end of the row: on a narrow path the cameras take turns.
			this.#feeds.delete(number);
			this.#feeds.set(number, entry);
			return;
		}
	};

	#tick(): void {
		const now = this.#options.clock.now();
		this.#connection.tick(now);
		this.#countInFlight();
		if (this.#connection.socket.writableLength === 0) this.#writtenAt = now;
		else if (now - this.#writtenAt > WRITE_STALL) this.#connection.socket.destroy();
		for (const feeding of this.#feeds.values()) this.#tellWhatIsCarried(feeding, now);
	}

	/** Of a camera that sends nothing the viewer has missed nothing. */
	#tellWhatIsCarried({ camera, track, feed, report }: Feeding, now: Micros): void {
		const carry = report.next(camera.condition.state === 'live' ? feed.carries : undefined, now);
		if (carry && this.#connection.isOpen) this.#connection.send({ type: 'carry', camera: track.id.number, ...carry });
	}
}
