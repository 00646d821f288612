import { type Clock, deferred, type Log, type Millis, micros, reasonOf } from '@oriel/base';
import {
	CLOSE_CODES,
	ConnectionMachine,
	type ControlMessage,
	type ControlRequest,
	encode,
	encodeFrame,
	type Goodbye,
	type GoodbyeReason,
	type Hello,
	type Message,
	type PosterMessage,
	RELAY_TO_AGENT,
	type Request,
} from '@oriel/protocol';
import type { EncodedFrame } from '@oriel/stream';
import type { RawData, WebSocket } from 'ws';
import { Watchdog } from '../timing/watchdog.ts';
import { PREVIEW, VIDEO } from './camera.ts';
import { type CloseReason, closeReasonOf, OUR_RETURN_MS } from './close-reason.ts';
import { SendQueue, type Traffic } from './send-queue.ts';

/** The relay pings every 2 s; one that is silent for this long is gone. */
export const SILENCE_TIMEOUT_MS: Millis = 15_000;
/** How long a connection may take to say goodbye, the pictures on their way included. */
export const DRAIN_TIMEOUT_MS: Millis = 2000;
/** The capability of peers that know tracks beside `video`. */
export const TRACKS = 'tracks';

export interface SessionOptions {
	/** Open and paused, as `dial` gives it. */
	readonly socket: WebSocket;
	/** Name and version, for the hello. */
	readonly software: string;
	readonly clock: Clock;
	readonly log: Log;
	/** What to tell a relay that has greeted us, before the first picture. Called once. */
	readonly introduce: (relay: Hello) => readonly ControlMessage[];
	/** The relay or the send queue requests a key frame of a track. Called repeatedly until it comes. */
	readonly onKeyWanted: (track: number) => void;
	/** A track has no viewers, so that no frames are sent; or it has some again. */
	readonly onPause: (track: number, isPaused: boolean) => void;
	/** Something is to be changed at the camera. */
	readonly onControl?: ((request: ControlRequest) => void) | undefined;
	/** The connection lives: it has just begun, or a message has come. */
	readonly onActivity: () => void;
}

/** One connection to the relay, from our hello to its end. */
export class Session {
	/** Settles once, when the socket is closed. Never rejects. */
	readonly ended: Promise<CloseReason>;
	readonly #options: SessionOptions;
	readonly #socket: WebSocket;
	/** By number of the track. */
	readonly #queues = new Map<number, SendQueue>();
	readonly #machine: ConnectionMachine;
	readonly #dog: Watchdog;
	readonly #over = deferred<CloseReason>();
	/** The relay's hello. */
	#relay: Hello | undefined;
	#closeReason: CloseReason | undefined;

	constructor(options: SessionOptions) {
		const { socket, clock } = options;
		this.#options = options;
		this.#socket = socket;
		this.ended = this.#over.promise;
		this.#machine = this.#makeMachine();
		const bark = () => this.#machine.checkSilence(clock.now());
		this.#dog = new Watchdog({ clock, limitMs: SILENCE_TIMEOUT_MS, bark });
		socket.on('message', (data, isBinary) => this.#onPacket(data, isBinary));
		socket.on('error', (cause) => this.#decide(because(`the connection to the relay broke: ${reasonOf(cause)}`)));
		socket.once('close', (code) => this.#closed(code));
		options.onActivity();
		this.#machine.sayHello({ software: options.software, capabilities: [TRACKS] });
		socket.resume();
		if (socket.readyState === socket.CLOSED) this.#closed(1006); // before we listened
	}

	/** True from the relay's hello to the end. */
	get ready(): boolean {
		return this.greeted && this.#closeReason === undefined;
	}

	/** Whether the relay knows tracks beside `video`. */
	get knowsTracks(): boolean {
		return this.#relay?.capabilities.includes(TRACKS) === true;
	}

	/** Whether the relay has said hello. */
	get greeted(): boolean {
		return this.#relay !== undefined;
	}

	/** Frames of the video sent, and frames that newer ones replaced. */
	get counts(): { readonly sent: number; readonly replaced: number } {
		const { sent, replaced } = this.#queueOf(VIDEO);
		return { sent, replaced };
	}

	/** What has gone on with the video since it began; undefined while that is paused, and unless `ready`. */
	get traffic(): Traffic | undefined {
		return this.ready ? this.#queueOf(VIDEO).traffic : undefined;
	}

	/** Sends a frame, or keeps it until the path is free, or until a newer group comes. Only when `ready`. */
	offer(frame: EncodedFrame): void {
		if (this.ready) this.#queueOf(frame.track.number).offer(frame);
	}

	/** Sends no more of what waits of a track. Frames that are offered later begin again. */
	closeTrack(track: number): void {
		this.#queues.get(track)?.close();
		this.#queues.delete(track);
	}

	/** The same for a poster, which waits for no other. */
	offerPoster(poster: PosterMessage): void {
		if (this.ready) this.#queueOf(poster.camera).offerPoster(poster);
	}

	/** Tells the relay something. Ignored unless `ready`: `introduce` will say it. */
	tell(message: ControlMessage): void {
		if (this.ready) this.#machine.send(message);
	}

	/** Says goodbye and closes; what the socket holds is still sent, for at most DRAIN_TIMEOUT_MS. */
	finish(reason: GoodbyeReason, message: string): void {
		this.#machine.goodbye({ reason, message, retryAfterMs: OUR_RETURN_MS[reason] });
	}

	/** Cuts the connection. */
	abort(words: string): void {
		this.#decide(because(words));
		this.#socket.terminate();
	}

	#makeMachine(): ConnectionMachine {
		const { clock } = this.#options;
		return new ConnectionMachine({
			clock,
			// The dog measures the silence, and asks for its consequence when it has been too long.
			silence: {
				words: `the relay has been silent for ${SILENCE_TIMEOUT_MS / 1000} s`,
				onReceived: () => this.#dog.feed(),
				isExceeded: () => true,
			},
			peer: () => 'a relay',
			breachWords: (reason) => `the relay broke the protocol: ${reason}`,
			accepts: (type) => RELAY_TO_AGENT.has(type),
			send: (message) => this.#socket.send(encode(message), ignore),
			onMessage: (message) => this.#onMessage(message),
			onGoodbye: (goodbye) => this.#onOurGoodbye(goodbye),
		});
	}

	#onOurGoodbye({ reason, message, retryAfterMs }: Goodbye): void {
		this.#end({ words: message, retryAfterMs: retryAfterMs ?? undefined }, CLOSE_CODES[reason]);
		// A silent relay may still receive, but does not answer a close.
		if (reason === 'silent') this.#socket.terminate();
	}

	#onPacket(data: RawData, isBinary: boolean): void {
		this.#options.onActivity();
		try {
			if (isBinary) this.#machine.onPacket(data as Buffer);
			else this.#machine.onText();
		} catch (failure) {
			this.finish('protocol-error', `something broke inside the agent: ${reasonOf(failure)}`);
		}
	}

	#onMessage(message: Message): void {
		const { log } = this.#options;
		if (message.type === 'hello') this.#onHello(message);
		else if (message.type === 'ack')
			this.#queues.get(message.camera)?.onAck(message.sequence, micros(message.heldMs ?? 0));
		else if (message.type === 'request') this.#onRequest(message.camera, message.want);
		else if (message.type === 'control') this.#options.onControl?.(message);
		else if (message.type === 'error')
			log.warn('the relay reports an error', { code: message.code, words: message.message });
		else if (message.type === 'goodbye') this.#end(closeReasonOf(message), CLOSE_CODES.finished);
	}

	#onRequest(track: number, want: Request['want']): void {
		if (track !== VIDEO && track !== PREVIEW) return;
		if (want === 'key-frame') {
			this.#options.onKeyWanted(track);
			return;
		}
		this.#queueOf(track).pause(want === 'pause');
		this.#options.onPause(track, want === 'pause');
	}

	/** The camera is introduced once, to the first. */
	#onHello(hello: Hello): void {
		if (this.#relay) return;
		this.#relay = hello;
		for (const message of this.#options.introduce(hello)) this.#machine.send(message);
	}

	#end(closeReason: CloseReason, code: number): void {
		this.#decide(closeReason);
		this.#socket.close(code);
		const cancel = this.#options.clock.after(DRAIN_TIMEOUT_MS, () => this.#socket.terminate());
		this.#socket.once('close', cancel);
	}

	/** The first reason is the true one. */
	#decide(closeReason: CloseReason): void {
		this.#closeReason ??= closeReason;
		this.#machine.abandon();
		for (const queue of this.#queues.values()) queue.close();
		this.#dog.stop();
	}

	#closed(code: number): void {
		const broken = code === 1006;
		this.#decide(because(broken ? 'the connection to the relay broke' : `the relay closed the connection (${code})`));
		if (this.#closeReason) this.#over.resolve(this.#closeReason);
	}

	/** The socket is free for the next frame: the video first, whose track has the lowest number. */
	#onRoom(): void {
		for (const [, queue] of [...this.#queues].sort(([one], [other]) => one - other)) queue.onRoom();
	}

	/** A new one for the first frame of a track. They share the socket: one frame at a time is in it. */
	#queueOf(track: number): SendQueue {
		let queue = this.#queues.get(track);
		if (!queue) {
			const keyWanted = () => this.#options.onKeyWanted(track);
			const line = lineOf(this.#socket, () => this.#onRoom());
			queue = new SendQueue({ line, clock: this.#options.clock, keyWanted });
			if (this.#closeReason) queue.close();
			this.#queues.set(track, queue);
		}
		return queue;
	}
}

function because(words: string): CloseReason {
	return { words, retryAfterMs: undefined };
}

/** A failed write shows as the end of the connection. */
function ignore(): void {}

function lineOf(socket: WebSocket, onRoom: () => void) {
	return {
		send: (message: EncodedFrame | PosterMessage) =>
			socket.send('track' in message ? encodeFrame(message, message.track.number) : encode(message), onRoom),
		get bufferedBytes() {
			return socket.bufferedAmount;
		},
	};
}
