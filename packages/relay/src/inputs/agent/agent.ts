import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, type Log, type LoopLag, type Micros, millis } from '@oriel/base';
import { inspectJpeg } from '@oriel/media';
import {
	type Announce,
	type Controls,
	type FrameMessage,
	type Goodbye,
	type Message,
	type PingSchedule,
	type PosterMessage,
	ProtocolError,
	type Status,
} from '@oriel/protocol';
import type { TrackName } from '@oriel/stream';
import type { Access } from '../../auth/access.ts';
import { answerableFor } from '../../auth/answerable.ts';
import type { Principal } from '../../auth/policy.ts';
import type { Camera } from '../../core/camera.ts';
import { MAX_PUBLISHERS_PER_CAMERA, type OpenPublisher, type OpenPublishers } from '../../core/open-publishers.ts';
import type { EndReason, Publication } from '../../core/publication.ts';
import type { Acceptor } from '../../socket/acceptor.ts';
import type { Connection, ConnectionHandler } from '../../socket/connection.ts';
import { AgentClock } from './clock.ts';
import { AgentTrack } from './track.ts';

/** How often it is asked whether the agent has been silent for too long. */
const TICK_MS = 2000;
/** The first pings come quickly: until one is answered, pictures count as taken when they arrive. */
const PINGS: PingSchedule = { openingMs: [0, 100, 300, 700, 2000], intervalMs: 2000 };
const CAPABILITIES = ['jpeg', 'h264', 'tracks'];
const GOODBYES: Readonly<Record<EndReason, Goodbye>> = {
	'taken-over': { reason: 'taken-over', message: 'Another agent connected with this camera’s key', retryAfterMs: null },
	'shutting-down': { reason: 'shutting-down', message: 'The relay stops', retryAfterMs: 1000 },
	revoked: { reason: 'revoked', message: 'The publish key was removed', retryAfterMs: null },
};

const ONE_TOO_MANY: Goodbye = {
	reason: 'taken-over',
	message: `More than ${MAX_PUBLISHERS_PER_CAMERA} connections with this camera’s key were open, and this was the oldest`,
	retryAfterMs: null,
};

/** What one control and one choice of it take, beside their labels. */
const CONTROL_BYTES = 512;
const CHOICE_BYTES = 128;

export interface AgentOptions {
	readonly acceptor: Acceptor;
	readonly publishers: OpenPublishers;
	readonly access: Access;
	readonly clock: Clock;
	/** How late this process itself is, which is no part of the path from an agent. */
	readonly lag: Pick<LoopLag, 'ms'>;
	readonly log: Log;
	/** Name and version, for the hello. */
	readonly software: string;
	/** Ends all connections when the relay stops. */
	readonly signal: AbortSignal;
	/** Hears how old each picture was when it had arrived. */
	readonly arrived: (age: Micros) => void;
}

/** Opens the connection with an agent that holds `camera`'s key. */
export function acceptAgent(
	options: AgentOptions,
	camera: Camera,
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
	who: Principal,
): void {
	const begin = (connection: Connection) => new AgentSession(connection, camera, who, options);
	options.acceptor.accept(request, socket, head, begin, answerableFor(who));
}

class AgentSession implements ConnectionHandler, OpenPublisher {
	readonly peer = 'An agent';
	readonly #connection: Connection;
	readonly #camera: Camera;
	readonly #who: Principal;
	readonly #options: AgentOptions;
	readonly #clock: AgentClock;
	readonly #undo: (() => void)[] = [];
	readonly #openedAt: Micros;
	#publication: Publication | undefined;
	/** What the agent calls itself. */
	#software: string | undefined;
	/** By the number by which the agent names them. */
	readonly #tracks = new Map<number, AgentTrack>();
	/** Whether a track was announced for which the relay has no room: its frames are ignored. */
	#hasNoRoom = false;

	constructor(connection: Connection, camera: Camera, who: Principal, options: AgentOptions) {
		const { access, clock, signal, software } = options;
		this.#connection = connection;
		this.#camera = camera;
		this.#who = who;
		this.#options = options;
		this.#openedAt = clock.now();
		this.#clock = new AgentClock(() => connection.ping());
		connection.sayHello({ software, capabilities: CAPABILITIES });
		const stop = () => connection.goodbye(GOODBYES['shutting-down']);
		signal.addEventListener('abort', stop);
		this.#undo.push(
			() => signal.removeEventListener('abort', stop),
			access.lease({ who, action: 'agent.open', ended: () => connection.goodbye(GOODBYES.revoked) }),
			options.publishers.enter(camera.name, this),
			clock.every(TICK_MS, () => connection.tick(clock.now())),
		);
		connection.startPings(PINGS, this.#clock.offset);
	}

	get isCurrent(): boolean {
		return this.#publication?.isCurrent === true;
	}

	giveWay(): void {
		this.#connection.goodbye(ONE_TOO_MANY);
	}

	accepts(type: Message['type']): boolean {
		return this.#options.access.policy.maySend(this.#who, 'agent', type);
	}

	onMessage(message: Message): void {
		if (message.type === 'frame') this.#onFrame(message);
		else if (message.type === 'poster') this.#onPoster(message);
		else if (message.type === 'announce') this.#onAnnounce(message.camera, message);
		else if (message.type === 'withdraw') this.#onWithdraw(message.camera);
		else if (message.type === 'controls') this.#onControls(message);
		else if (message.type === 'status') this.#onStatus(message);
		else if (message.type === 'hello') this.#software = message.software;
		else if (message.type === 'goodbye')
			this.#connection.goodbye({ reason: 'finished', message: message.message, retryAfterMs: null });
	}

	onClosed(reason: string): void {
		for (const undo of this.#undo) undo();
		this.#publication?.close(reason);
		const { clock, log } = this.#options;
		const seconds = Math.round(millis(clock.now() - this.#openedAt)) / 1000;
		const fields = { camera: this.#camera.name, via: 'agent', reason, seconds };
		const sum = (of: (track: AgentTrack) => number) =>
			[...this.#tracks.values()].reduce((all, each) => all + of(each), 0);
		log.info('camera left', { ...fields, frames: sum(({ frames }) => frames), dropped: sum(({ missed }) => missed) });
	}

	/** A key is good for one camera: its name is the relay's to say, only the title is the agent's. */
	#onAnnounce(number: number, announce: Announce): void {
		const { name, title, track = 'video' } = announce;
		if (name !== this.#camera.name) {
			throw new ProtocolError('bad-control', `This key is of camera "${this.#camera.name}", not of "${name}"`);
		}
		this.#publication ??= this.#publish();
		if (track === 'video') this.#camera.title = title || name;
		const opened = this.#open(number, track);
		opened?.onAnnounce(announce);
		this.#hasNoRoom ||= opened === undefined;
	}

	#publish(): Publication {
		const request = (track: AgentTrack | undefined, want: 'key-frame' | 'pause' | 'resume') => {
			if (track) this.#connection.send({ type: 'request', camera: track.number, want });
		};
		return this.#camera.publish({
			via: 'agent',
			software: this.#software,
			ended: (reason) => this.#connection.goodbye(GOODBYES[reason]),
			requestKey: (track) => {
				const asked = this.#trackNamed(track);
				if (asked?.canMakeKeys) request(asked, 'key-frame');
			},
			pause: (track) => {
				const asked = this.#trackNamed(track);
				const isPaused = asked?.pause() === true;
				if (isPaused) request(asked, 'pause');
				return isPaused;
			},
			resume: (track) => request(this.#trackNamed(track), 'resume'),
			control: (request) =>
				this.#connection.send({ type: 'control', camera: this.#trackNamed('video')?.number ?? 0, ...request }),
		});
	}

	/** The track of an announcement, opened if it is new; undefined: the relay has no room for it. */
	#open(number: number, name: TrackName): AgentTrack | undefined {
		const known = this.#trackNamed(name);
		if (known) {
			this.#tracks.delete(known.number);
			known.number = number;
			this.#tracks.set(number, known);
			return known;
		}
		const publication = name === 'video' ? this.#publication?.video : this.#publication?.track(name);
		const track = this.#camera.track(name);
		if (!publication || !track) return undefined;
		const opened = new AgentTrack(number, track, publication, this.#clock);
		this.#tracks.set(number, opened);
		return opened;
	}

	#trackNamed(name: TrackName): AgentTrack | undefined {
		for (const track of this.#tracks.values()) if (track.name === name) return track;
		return undefined;
	}

	#onStatus({ state, reason, limited }: Status): void {
		this.#publication?.limited(limited);
		if (state !== 'live') this.#publication?.trouble(reason ?? 'the camera has trouble');
	}

	#onControls({ camera, controls, state, isChanged, problem, answers }: Controls & { readonly camera: number }): void {
		this.#announced(camera, 'Controls');
		this.#connection.countKept(sizeOf(controls));
		this.#publication?.controls({ controls, state, isChanged, problem, answers });
	}

	#onWithdraw(number: number): void {
		const track = this.#tracks.get(number);
		if (track?.name === 'video') {
			this.#publication?.close('the agent withdrew the camera');
			this.#publication = undefined;
			this.#tracks.clear();
			return;
		}
		track?.close();
		this.#tracks.delete(number);
	}

	#onFrame(message: FrameMessage): void {
		if (this.#hasNoRoom && !this.#tracks.has(message.camera)) return;
		const track = this.#announced(message.camera, 'A frame');
		const now = this.#options.clock.now();
		const { isPicture, capturedAt } = track.onFrame(message, now);
		if (isPicture) this.#options.arrived(now - capturedAt);
		else this.#connection.spend(1, 'frame that is no picture');
		const heldMs = this.#options.lag.ms;
		const { camera, sequence } = message;
		const ageMs = millis(now - capturedAt);
		this.#connection.send({ type: 'ack', camera, sequence, ageMs, ...(heldMs > 0 && { heldMs }) });
	}

	#onPoster({ camera, capturedAt, data }: PosterMessage): void {
		this.#announced(camera, 'A poster');
		const now = this.#options.clock.now();
		if (inspectJpeg(data)) {
			this.#publication?.poster({ capturedAt: this.#clock.capturedAt(capturedAt, now), data });
			return;
		}
		this.#camera.video.counters.droppedBroken++;
		this.#connection.spend(1, 'poster that is no picture');
	}

	#announced(number: number, what: string): AgentTrack {
		const track = this.#tracks.get(number);
		if (track) return track;
		throw new ProtocolError('bad-field', `${what} of camera ${number} came, which has not been announced`);
	}
}

/** About what a report takes in memory. Labels have up to two bytes a letter. */
function sizeOf(controls: Controls['controls']): number {
	let bytes = 0;
	for (const { label, choices } of controls) {
		bytes += CONTROL_BYTES + 2 * label.length;
		for (const choice of choices) bytes += CHOICE_BYTES + 2 * choice.label.length;
	}
	return bytes;
}
