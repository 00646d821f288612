import type { Clock, Micros } from '@oriel/base';
import type { ClockOffset } from '@oriel/stream';
import { ProtocolError } from '../errors/protocol-error.ts';
import type { Goodbye, Hello } from '../message/control.ts';
import { MAX_TEXT_LENGTH } from '../message/limits.ts';
import type { Message, PingMessage } from '../message/message.ts';
import { PROTOCOL_VERSION } from '../message/version.ts';
import { type DecodeLimits, decode } from '../websocket/decode.ts';
import { goodbyeAfter } from './breach.ts';
import { Pinger, type PingSchedule } from './pinger.ts';
import type { SilenceLimit } from './silence.ts';

export interface ConnectionOptions {
	readonly clock: Pick<Clock, 'now' | 'after'>;
	/** What a packet may hold; default: what every peer takes. */
	readonly limits?: DecodeLimits | undefined;
	readonly silence: SilenceLimit;
	/** Who the peer is, at the beginning of a sentence: `An agent`. */
	readonly peer: () => string;
	/** Whether the peer may send messages of this type. */
	readonly accepts: (type: Message['type']) => boolean;
	/** Writes a message to the socket. */
	readonly send: (message: Message) => void;
	/**
	 * A message that the peer may send, in order; none after a goodbye of either side. When it comes, the version of a hello has
	 * been checked and a pong has been added to the clock offset; a ping is answered afterwards. A ProtocolError that is thrown
	 * here ends the connection; any other error goes to the caller of `onPacket`.
	 */
	readonly onMessage: (message: Message) => void;
	/** Our goodbye has been sent: close the socket. Called once. `error`: what the peer has broken, if that is the reason. */
	readonly onGoodbye: (goodbye: Goodbye, error: ProtocolError | undefined) => void;
	/** What a goodbye says to a peer that broke the protocol; default: `reason` as it is. */
	readonly breachWords?: ((reason: string) => string) | undefined;
}

/**
 * One end of a connection in oriel.v1, whatever carries it: hello, version, pings and pongs, silence, goodbye, and what a peer
 * is told that breaks a rule. It has no socket; its time is the clock that it is given.
 *
 *   open ---- the peer's goodbye ----> left
 *     |                                  |
 *     +---- our goodbye, `abandon` ----> over
 *
 * Messages are sent and handled while it is open. After the peer has left, only a goodbye is sent.
 */
export class ConnectionMachine {
	readonly #options: ConnectionOptions;
	#phase: 'open' | 'left' | 'over' = 'open';
	#saidHello = false;
	#greeted = false;
	#offset: ClockOffset | undefined;
	#pinger: Pinger | undefined;

	constructor(options: ConnectionOptions) {
		this.#options = options;
	}

	/** False once either side has said goodbye, or the socket was given up. */
	get isOpen(): boolean {
		return this.#phase === 'open';
	}

	/** Whether the peer has said hello. */
	get isGreeted(): boolean {
		return this.#greeted;
	}

	/** Says hello: the first thing that either side says. Once; twice is fine. */
	sayHello({ software, capabilities }: Pick<Hello, 'software' | 'capabilities'>): void {
		if (this.#saidHello) return;
		this.#saidHello = true;
		this.send({ type: 'hello', version: PROTOCOL_VERSION, software, capabilities });
	}

	/** Begins to send pings, and to measure `offset` by their pongs. Once. */
	startPings(schedule: PingSchedule, offset: ClockOffset): void {
		if (!this.isOpen || this.#offset) return;
		this.#offset = offset;
		this.#pinger = new Pinger(this.#options.clock, schedule, () => this.ping());
	}

	/** Asks for a pong now. */
	ping(): void {
		this.send({ type: 'ping', sentAt: this.#options.clock.now() });
	}

	/** Ignored unless the connection is open. */
	send(message: Message): void {
		if (this.isOpen) this.#options.send(message);
	}

	/** Says why it ends. Nothing is sent after it. Twice is fine. */
	goodbye(goodbye: Goodbye): void {
		this.#end(goodbye, undefined);
	}

	/** The socket is gone, or is of no more use: nothing more is sent or handled. */
	abandon(): void {
		this.#phase = 'over';
		this.#pinger?.stop();
	}

	/** A binary WebSocket message has come. */
	onPacket(packet: Uint8Array): void {
		this.#noteReceived();
		if (!this.isOpen) return;
		try {
			for (const message of decode(packet, this.#options.limits)) if (this.isOpen) this.#handle(message);
		} catch (thrown) {
			if (!(thrown instanceof ProtocolError)) throw thrown;
			this.#refuse(thrown);
		}
	}

	/** A text WebSocket message has come. */
	onText(): void {
		this.#noteReceived();
		if (!this.isOpen) return;
		this.#refuse(new ProtocolError('bad-control', 'Received a text message; expected a binary message'));
	}

	/** Says goodbye to a peer that has been silent for too long. To be called regularly. */
	checkSilence(now: Micros): void {
		const { silence } = this.#options;
		if (this.isOpen && silence.isExceeded(now))
			this.goodbye({ reason: 'silent', message: silence.words, retryAfterMs: 0 });
	}

	#noteReceived(): void {
		const { clock, silence } = this.#options;
		silence.onReceived(clock.now());
	}

	/** Allocates nothing for a frame or an ack: there is one of them for each frame and viewer. */
	#handle(message: Message): void {
		const { peer, accepts, onMessage } = this.#options;
		if (!accepts(message.type)) throw new ProtocolError('bad-control', `${peer()} may not send ${message.type}`);
		switch (message.type) {
			case 'hello':
				this.#greet(message);
				break;
			case 'ping':
				this.#onPing(message);
				return;
			case 'pong':
				this.#offset?.add({ ...message, pongArrivedAt: this.#options.clock.now() });
				break;
			case 'goodbye':
				this.#leave();
		}
		onMessage(message);
	}

	/** Answered last: who ends the connection because of it has no answer sent after the goodbye. */
	#onPing(message: PingMessage): void {
		const { clock, onMessage } = this.#options;
		const receivedAt = clock.now();
		onMessage(message);
		this.send({ type: 'pong', pingSentAt: message.sentAt, receivedAt, sentAt: clock.now() });
	}

	#greet({ version }: Hello): void {
		if (version !== PROTOCOL_VERSION)
			throw new ProtocolError('bad-field', `The hello names version ${version}; expected ${PROTOCOL_VERSION}`);
		this.#greeted = true;
	}

	#leave(): void {
		this.#phase = 'left';
		this.#pinger?.stop();
	}

	#refuse(error: ProtocolError): void {
		const goodbye = goodbyeAfter(error);
		const { breachWords } = this.#options;
		this.#end(breachWords ? { ...goodbye, message: breachWords(goodbye.message) } : goodbye, error);
	}

	#end({ reason, message, retryAfterMs }: Goodbye, error: ProtocolError | undefined): void {
		if (this.#phase === 'over') return;
		this.abandon();
		const goodbye = { reason, message: message.slice(0, MAX_TEXT_LENGTH), retryAfterMs };
		this.#options.send({ type: 'goodbye', ...goodbye });
		this.#options.onGoodbye(goodbye, error);
	}
}
