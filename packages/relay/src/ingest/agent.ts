import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, type Log, type LoopLag, type Micros, micros, millis } from '@oriel/base';
import { inspectJpeg, isAnnexB } from '@oriel/media';
import { ClockOffset, type RunId } from '@oriel/stream';
import {
	type Announce,
	type Controls,
	type FrameMessage,
	type Goodbye,
	type Message,
	type PongMessage,
	type PosterMessage,
	PROTOCOL_VERSION,
	type Status,
	WireError,
} from '@oriel/wire';
import type { Access } from '../access/access.ts';
import { answerableFor } from '../access/answerable.ts';
import { maySend, type Principal } from '../access/permissions.ts';
import type { Camera } from '../hub/camera.ts';
import type { EndReason, Publication } from '../hub/publication.ts';
import type { Acceptor, Talk, Talker } from '../socket/talk.ts';
import { GroupTimes } from './group-times.ts';
import { formatOfKey } from './key-frame.ts';
import { MAX_PUBLISHERS_PER_CAMERA, type OpenPublisher, type OpenPublishers } from './open-publishers.ts';
import { beginsRefresh } from './refresh.ts';

const PING_MS = 2000;
/** The first pings come quickly: until one is answered, pictures count as taken when they arrive. */
const FIRST_PINGS_MS = [0, 100, 300, 700];
/** Clocks and estimates are not perfect; a picture from further in the future than this has a broken time. */
const MAX_AHEAD = micros(1000);
/** A picture is on its way for seconds, not hours: one from further back has a broken time too. */
const MAX_BEHIND = micros(3_600_000);
/** Pictures that are suddenly so much older or younger than those before come from a queue, or a clock has stepped. */
const SUDDEN = micros(1000);
/** The clocks are not compared anew more often than this because of pictures. */
const COMPARE_INTERVAL = micros(250);

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
	/** Ends all conversations when the relay stops. */
	readonly signal: AbortSignal;
	/** Hears how old each picture was when it had arrived. */
	readonly arrived: (age: Micros) => void;
}

/** Opens the conversation with an agent that holds `camera`'s key. */
export function acceptAgent(
	options: AgentOptions,
	camera: Camera,
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
	who: Principal,
): void {
	const begin = (talk: Talk) => new AgentSession(talk, camera, who, options);
	options.acceptor.accept(request, socket, head, begin, answerableFor(who));
}

class AgentSession implements Talker, OpenPublisher {
	readonly #talk: Talk;
	readonly #camera: Camera;
	readonly #who: Principal;
	readonly #options: AgentOptions;
	readonly #offset = new ClockOffset();
	readonly #times = new GroupTimes();
	readonly #undo: (() => void)[] = [];
	readonly #openedAt: Micros;
	#stream: Publication | undefined;
	/** The number by which the agent calls the camera. */
	#number = 0;
	#canMakeKeys = false;
	#canPause = false;
	/** Whether pictures may be missing before the next one because we asked for none. */
	#wasPaused = false;
	/** The agent's own count of the camera's unbroken runs. */
	#stretch: number | undefined;
	/** Of the agent's process; undefined: an older agent. */
	#run: RunId | undefined;
	#lastSequence: number | undefined;
	/** Of the newest picture, and when the clocks were last compared because of one. */
	#age: Micros | undefined;
	#comparedAt: Micros = 0;
	#frames = 0;
	#missed = 0;

	constructor(talk: Talk, camera: Camera, who: Principal, options: AgentOptions) {
		const { access, clock, signal, software } = options;
		this.#talk = talk;
		this.#camera = camera;
		this.#who = who;
		this.#options = options;
		this.#openedAt = clock.now();
		talk.send({ type: 'hello', version: PROTOCOL_VERSION, software, capabilities: ['jpeg', 'h264'] });
		const stop = () => talk.goodbye(GOODBYES['shutting-down']);
		signal.addEventListener('abort', stop);
		this.#undo.push(
			() => signal.removeEventListener('abort', stop),
			access.lease({ who, action: 'agent.open', ended: () => talk.goodbye(GOODBYES.revoked) }),
			options.publishers.enter(camera.name, this),
			clock.every(PING_MS, () => this.#tick()),
			...FIRST_PINGS_MS.map((delay) => clock.after(delay, () => this.#ping())),
		);
	}

	get isCurrent(): boolean {
		return this.#stream?.isCurrent === true;
	}

	giveWay(): void {
		this.#talk.goodbye(ONE_TOO_MANY);
	}

	heard(message: Message): void {
		if (!maySend(this.#who, 'agent', message.type))
			throw new WireError('bad-control', `An agent may not send ${message.type}`);
		if (message.type === 'frame') this.#take(message);
		else if (message.type === 'poster') this.#takePoster(message);
		else if (message.type === 'announce') this.#announced(message.camera, message);
		else if (message.type === 'withdraw') this.#withdrawn();
		else if (message.type === 'controls') this.#controlled(message);
		else if (message.type === 'status') this.#heardOfCamera(message);
		else if (message.type === 'pong') this.#offset.add({ ...message, pongArrivedAt: this.#options.clock.now() });
		else if (message.type === 'ping') this.#answer(message.sentAt);
		else if (message.type === 'goodbye')
			this.#talk.goodbye({ reason: 'finished', message: message.message, retryAfterMs: null });
	}

	closed(reason: string): void {
		for (const undo of this.#undo) undo();
		this.#stream?.close(reason);
		const { clock, log } = this.#options;
		const seconds = Math.round(millis(clock.now() - this.#openedAt)) / 1000;
		const fields = { camera: this.#camera.name, via: 'agent', reason, seconds };
		log.info('camera left', { ...fields, frames: this.#frames, dropped: this.#missed });
	}

	/** A key is good for one camera: its name is the relay's to say, only the title is the agent's. */
	#announced(number: number, announce: Announce): void {
		const { name, title, codec, codecString, width, height, stream, run, capabilities } = announce;
		if (name !== this.#camera.name) {
			throw new WireError('bad-control', `This key is of camera "${this.#camera.name}", not of "${name}"`);
		}
		this.#number = number;
		this.#camera.title = title || name;
		this.#canMakeKeys = capabilities.includes('key-frame');
		this.#canPause = capabilities.includes('pause');
		this.#stream ??= this.#camera.publish({
			via: 'agent',
			ended: (reason) => this.#talk.goodbye(GOODBYES[reason]),
			requestKey: () => this.#requestKey(),
			pause: () => this.#pause(),
			resume: () => this.#resume(),
			control: (wish) => this.#talk.send({ type: 'control', camera: this.#number, ...wish }),
		});
		// A new run does not go on from the earlier one.
		if (stream !== this.#stretch) this.#stream.video.lost();
		this.#stretch = stream;
		this.#run = run;
		this.#stream.video.describe({ codec, codecString, width, height });
	}

	#heardOfCamera({ state, reason, limited }: Status): void {
		this.#stream?.limited(limited);
		if (state !== 'live') this.#stream?.trouble(reason ?? 'the camera has trouble');
	}

	#requestKey(): void {
		if (this.#canMakeKeys) this.#talk.send({ type: 'request', camera: this.#number, want: 'key-frame' });
	}

	#pause(): boolean {
		if (this.#canPause) this.#talk.send({ type: 'request', camera: this.#number, want: 'pause' });
		this.#wasPaused ||= this.#canPause;
		return this.#canPause;
	}

	#resume(): void {
		this.#talk.send({ type: 'request', camera: this.#number, want: 'resume' });
	}

	#controlled({ camera, controls, state, isChanged, problem, answers }: Controls & { readonly camera: number }): void {
		if (!this.#stream || camera !== this.#number) {
			throw new WireError('bad-field', `Controls of camera ${camera} came, which has not been announced`);
		}
		this.#talk.keeps(sizeOf(controls));
		this.#stream.controls({ controls, state, isChanged, problem, answers });
	}

	#withdrawn(): void {
		this.#stream?.close('the agent withdrew the camera');
		this.#stream = undefined;
	}

	#take(frame: FrameMessage): void {
		if (!this.#stream || frame.camera !== this.#number) {
			throw new WireError('bad-field', `A frame of camera ${frame.camera} came, which has not been announced`);
		}
		if (!this.#follows(frame.sequence)) this.#stream.video.lost();
		const now = this.#options.clock.now();
		const capturedAt = this.#capturedAt(frame.capturedAt, now);
		if (this.#isPicture(this.#stream, frame)) {
			this.#frames++;
			this.#options.arrived(now - capturedAt);
			const key = frame.key || this.#camera.video.format.codec === 'jpeg';
			const { presentationOffset, data } = frame;
			const isRefresh = !key && beginsRefresh(data);
			const takenAt =
				presentationOffset === undefined
					? capturedAt
					: this.#times.next({ ...frame, presentationOffset }, capturedAt, now);
			const origin = this.#run === undefined ? undefined : { run: this.#run, sequence: frame.sequence };
			this.#stream.video.push({ key, capturedAt: takenAt, presentationOffset, origin, data, isRefresh });
		} else {
			this.#camera.video.counters.droppedBroken++;
			this.#stream.video.lost();
			this.#talk.spend(1, 'frame that is no picture');
		}
		const heldMs = this.#options.lag.ms;
		const { camera, sequence } = frame;
		const ageMs = millis(now - capturedAt);
		this.#talk.send({ type: 'ack', camera, sequence, ageMs, ...(heldMs > 0 && { heldMs }) });
	}

	#takePoster({ camera, capturedAt, data }: PosterMessage): void {
		if (!this.#stream || camera !== this.#number) {
			throw new WireError('bad-field', `A poster of camera ${camera} came, which has not been announced`);
		}
		const now = this.#options.clock.now();
		if (inspectJpeg(data)) {
			this.#stream.poster({ capturedAt: this.#capturedAt(capturedAt, now), data });
			return;
		}
		this.#camera.video.counters.droppedBroken++;
		this.#talk.spend(1, 'poster that is no picture');
	}

	/** Even a keyholder's mistake must not reach the viewers. What a key frame says of itself outweighs the announcement. */
	#isPicture(stream: Publication, { key, data }: FrameMessage): boolean {
		if (this.#camera.video.format.codec === 'jpeg') return inspectJpeg(data) !== undefined;
		if (!key) return isAnnexB(data);
		const format = formatOfKey(data);
		if (format) stream.video.describe(format);
		return format !== undefined;
	}

	#capturedAt(theirs: Micros, now: Micros): Micros {
		const ours = this.#offset.toOurs(theirs);
		if (ours !== undefined) this.#heed(now - ours, now);
		if (ours === undefined || ours > now + MAX_AHEAD || ours < Math.max(0, now - MAX_BEHIND)) return now;
		return Math.min(ours, now);
	}

	/** Looks whether a clock may have stepped: the next regular ping could be two seconds away. */
	#heed(age: Micros, now: Micros): void {
		const isSudden = Math.abs(age - (this.#age ?? age)) > SUDDEN;
		this.#age = age;
		if (!isSudden || now - this.#comparedAt < COMPARE_INTERVAL) return;
		this.#comparedAt = now;
		this.#ping();
	}

	/** Whether the picture is the next of the agent's; counts those that it counted and did not send, or could not. */
	#follows(sequence: number): boolean {
		const expected = this.#lastSequence === undefined ? sequence : (this.#lastSequence + 1) >>> 0;
		const missed = (sequence - expected) >>> 0;
		this.#lastSequence = sequence;
		const wasPaused = this.#wasPaused;
		this.#wasPaused = this.#camera.video.isPaused;
		// Half the number space or more means that the counter went back, not that pictures are missing.
		if (missed < 0x8000_0000 && !wasPaused) {
			this.#missed += missed;
			this.#camera.video.counters.droppedUplink += missed;
		}
		return missed === 0;
	}

	#tick(): void {
		this.#talk.tick(this.#options.clock.now());
		this.#ping();
	}

	#ping(): void {
		this.#talk.send({ type: 'ping', sentAt: this.#options.clock.now() });
	}

	#answer(pingSentAt: Micros): void {
		const now = this.#options.clock.now();
		const pong: PongMessage = { type: 'pong', pingSentAt, receivedAt: now, sentAt: now };
		this.#talk.send(pong);
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
